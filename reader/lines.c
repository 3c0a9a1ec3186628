// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lines of a log, whoever wrote them.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "lines.h"
#include "ring.h"
#include "util.h"

static void end_piece(struct line_reader *reader, bool more)
{
	const char *text = reader->buf, *end;
	size_t i;

	for (i = 0; i < reader->length; i++) {
		char c = reader->buf[i];

		if (c != '\t' && (c < ' ' || c > '~'))
			reader->buf[i] = '?';
	}
	reader->buf[reader->length] = '\0';
	if (!reader->rest && *text == '<') {
		end = text + 1 + strspn(text + 1, "0123456789");
		if (*end == '>')
			text = end + 1;
	}
	if (*text || !more)
		reader->line(reader, text, reader->rest);
	reader->length = 0;
	reader->rest = more;
}

static ssize_t take_text(void *cookie, const char *text, size_t size)
{
	struct line_reader *reader = cookie;
	size_t i;

	for (i = 0; i < size; i++) {
		if (text[i] == '\n') {
			end_piece(reader, false);
			continue;
		}
		if (reader->length == sizeof(reader->buf) - 1)
			end_piece(reader, true);
		reader->buf[reader->length++] = text[i];
	}

	return size;
}

int record_read_lines(const struct record *record, struct line_reader *reader)
{
	struct record text = *record;
	FILE *stream;
	int ret;

	text.notice[0] = '\0';
	reader->length = 0;
	reader->rest = false;
	stream = fopencookie(reader, "w", (cookie_io_functions_t){ .write = take_text });
	if (!stream)
		return -ENOMEM;
	ret = record_write(&text, stream);
	fclose(stream);
	if (reader->length)
		end_piece(reader, false);

	return ret;
}

static void take_string(struct line_reader *reader, const char *text)
{
	take_text(reader, text, strlen(text));
}

struct ring_lines {
	struct ring_visitor visitor;
	const struct dump *dump;
	struct line_reader *reader;
};

/* As the kernel and dmesg -x show them */
static void start_line(const struct ring_lines *lines, const struct message *message)
{
	static const char * const facilities[] = {
		"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp",
		"cron", "authpriv", "ftp",
	};
	static const char * const levels[] = {
		"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug",
	};
	char text[64];

	if (lines->dump->decode) {
		if (message->facility < ARRAY_SIZE(facilities))
			snprintf(text, sizeof(text), "%-6s:", facilities[message->facility]);
		else
			snprintf(text, sizeof(text), "%-6u:", message->facility);
		take_string(lines->reader, text);
		snprintf(text, sizeof(text), "%-6s: ", levels[message->level]);
		take_string(lines->reader, text);
	}
	snprintf(text, sizeof(text), "[%5llu.%06llu]", message->nanoseconds / 1000000000,
		 message->nanoseconds % 1000000000 / 1000);
	take_string(lines->reader, text);
	if (lines->dump->show_caller) {
		char caller[16];

		snprintf(caller, sizeof(caller), "%c%u", message->caller >> 31 ? 'C' : 'T',
			 message->caller & ~(1U << 31));
		snprintf(text, sizeof(text), "[%6s]", caller);
		take_string(lines->reader, text);
	}
	take_string(lines->reader, " ");
}

static void take_message(struct ring_visitor *visitor, const struct message *message)
{
	struct ring_lines *lines = (struct ring_lines *)visitor;
	const char *text = message->text, *end = text + message->size, *newline;

	do {
		newline = memchr(text, '\n', end - text) ?: end;
		start_line(lines, message);
		take_text(lines->reader, text, newline - text);
		take_string(lines->reader, "\n");
		text = newline + 1;
	} while (text < end);
}

const char *ring_read_lines(const struct dump *dump, struct line_reader *reader, u64 *damaged)
{
	struct ring_lines lines = {
		.visitor.message = take_message, .dump = dump, .reader = reader,
	};
	const char *wrong;

	reader->length = 0;
	reader->rest = false;
	wrong = ring_visit(dump, &lines.visitor);
	*damaged = lines.visitor.damaged;
	if (!wrong && !lines.visitor.count)
		wrong = "the ring buffer has no message";

	return wrong;
}

/* "[    1.234567]", "[    T1]", "[3: kworker/3:1:  123]", "[pid:1,cpu2,init]", not "[drm]" */
static bool is_bracket(const char *text)
{
	text += strspn(text, " ");
	if (!strncmp(text, "pid:", 4))
		return true;

	return isdigit((unsigned char)text[strchr("TC", *text) && *text ? 1 : 0]);
}

const char *line_message(const char *text)
{
	const char *open, *end;

	for (;;) {
		text += strspn(text, " \t");
		open = text;
		/* "-(0)[1:init]" of MediaTek, "I[1:  swapper/0:    1]" of Samsung */
		if ((*open == '-' || isupper((unsigned char)*open)) &&
		    (open[1] == '[' || open[1] == '('))
			open++;
		if (*open == '[' && is_bracket(open + 1))
			end = strchr(open, ']');
		else if (*open == '(' && isdigit((unsigned char)open[1]))
			end = strchr(open, ')');
		else
			return text;
		if (!end)
			return text;
		text = end + 1;
	}
}
