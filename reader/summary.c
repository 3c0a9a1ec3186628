// SPDX-License-Identifier: GPL-2.0-only
/*
 * What one wants to know first about a crash.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "record.h"
#include "util.h"

/* How the kernel begins to complain, whatever the architecture */
static const char * const complaints[] = {
	"Unable to handle kernel", "Internal error", "kernel BUG at", "BUG: ",
	"Kernel panic - not syncing", "watchdog: ", "Oops: ",
};

/* A clock that begins at 1970 has not got that far since */
#define CLOCK_IS_SET	1000000000

struct summary {
	struct visitor visitor;
	char line[256];
	size_t length;
	char complaint[256];
	char last[256];
	s64 seconds;
	unsigned int records;
	unsigned int problems;
};

static const char *skip(const char *line, char start, const char *end)
{
	const char *found = *line == start ? strstr(line, end) : NULL;

	return found ? found + strlen(end) : line;
}

static void end_line(struct summary *summary)
{
	char buf[sizeof(summary->line)];
	const char *text, *message;
	size_t i;

	copy_text(buf, sizeof(buf), summary->line, summary->length);
	summary->length = 0;
	/* "<6>[    1.234567] message" */
	text = skip(buf, '<', ">");
	message = skip(text, '[', "] ");
	if (text[0])
		snprintf(summary->last, sizeof(summary->last), "%s", text);
	for (i = 0; i < ARRAY_SIZE(complaints); i++)
		if (!summary->complaint[0] &&
		    !strncmp(message, complaints[i], strlen(complaints[i])))
			snprintf(summary->complaint, sizeof(summary->complaint), "%s", text);
}

static ssize_t read_lines(void *cookie, const char *text, size_t size)
{
	struct summary *summary = cookie;
	size_t i;

	for (i = 0; i < size; i++) {
		if (text[i] == '\n')
			end_line(summary);
		else if (summary->length < sizeof(summary->line))
			summary->line[summary->length++] = text[i];
	}

	return size;
}

static bool add_record(struct visitor *visitor, const struct record *record)
{
	struct summary *summary = (struct summary *)visitor;
	FILE *lines;

	printf("%s  %s, %llu %s\n", summary->records++ ? "       " : "records", record->name,
	       record->size, record->ftrace ? "function calls" : "bytes");
	if (record->seconds)
		summary->seconds = record->seconds;

	if (strncmp(record->name, "dmesg", 5) && strncmp(record->name, "console", 7))
		return true;
	lines = fopencookie(summary, "w", (cookie_io_functions_t){ .write = read_lines });
	if (lines) {
		record_write(record, lines);
		fclose(lines);
		end_line(summary);
	}

	return true;
}

static void add_problem(struct visitor *visitor, const struct region *region, const char *text)
{
	(void)region;
	(void)text;
	((struct summary *)visitor)->problems++;
}

static void print_time(s64 seconds)
{
	time_t time = seconds;
	char text[64];
	struct tm tm;

	if (seconds && gmtime_r(&time, &tm) && strftime(text, sizeof(text), "%F %T", &tm))
		printf("when     %s UTC%s\n", text,
		       seconds < CLOCK_IS_SET ? ", by a clock that was not set" : "");
}

int cmd_summary(const struct dump *dump, const char *target, bool force)
{
	static const char * const order[] = { "KDMESG", "KCONSOLE", "KPMSG", "KFTRACE" };
	struct summary summary = { .visitor = { add_record, add_problem } };
	struct region *region;
	size_t i;

	(void)target;
	(void)force;
	printf("kernel   %s %s\n", dump->release[0] ? dump->release : "unknown", dump->version);
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		region = dump_find(dump, order[i]);
		if (region)
			region_visit(dump, region, &summary.visitor);
	}
	if (!summary.records)
		puts("records  none");

	print_time(summary.seconds);
	if (summary.complaint[0])
		printf("crash    %s\n", summary.complaint);
	else if (summary.last[0])
		printf("crash    no oops and no panic in the log, which ends with\n         %s\n",
		       summary.last);
	if (summary.problems)
		printf("problems %u: see the command list\n", summary.problems);

	return flush_output() || !summary.records ? EXIT_FAILURE : EXIT_SUCCESS;
}
