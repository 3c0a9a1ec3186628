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
