// SPDX-License-Identifier: GPL-2.0-only
/*
 * The option --json: the summary and the list, for programs. Numbers of 64 bits
 * are strings if they are addresses, since many programs round large numbers.
 */
#include <stdio.h>
#include <stdlib.h>

#include "commands.h"
#include "kind.h"
#include "record.h"
#include "survey.h"

/* region_visit() reports no more than a few. */
#define MAX_PROBLEMS 32

struct list {
	struct visitor visitor;
	char (*problems)[160];
	size_t problem_count;
	bool has_record;
};

static void print_string(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			printf("\\u%04x", (unsigned char)*text);
		else if (*text == '"' || *text == '\\')
			printf("\\%c", *text);
		else
			putchar(*text);
	}
	putchar('"');
}

/* null if there is none, which an empty text means, too */
static void print_member(const char *name, const char *text)
{
	printf("\"%s\": ", name);
	if (text && text[0])
		print_string(text);
	else
		fputs("null", stdout);
}

static void print_crash(const struct survey *survey)
{
	const struct log *source = survey->source;

	if (!source) {
		fputs("  \"crash\": null,\n", stdout);
		return;
	}
	fputs("  \"crash\": {", stdout);
	print_member("line", survey->cause ? survey->cause->line : NULL);
	fputs(", ", stdout);
	print_member("panic", survey->then);
	fputs(", ", stdout);
	print_member("function", survey->cause ? survey->cause->at : NULL);
	fputs(", ", stdout);
	print_member("before", survey->before);
	fputs(", ", stdout);
	print_member("record", source->name);
	printf(", \"seconds\": ");
	if (source->seconds)
		printf("%lld", source->seconds);
	else
		fputs("null", stdout);
	printf(", \"clock_is_set\": %s, \"may_be_of_earlier_boot\": %s},\n",
	       source->seconds >= CLOCK_IS_SET ? "true" : "false",
	       source == &survey->newest && survey_is_doubtful(survey) ? "true" : "false");
}

static void print_console(const struct survey *survey)
{
	const struct log *console = &survey->console;

	if (!console->name[0]) {
		fputs("  \"console\": null,\n", stdout);
		return;
	}
	fputs("  \"console\": {", stdout);
	print_member("record", console->name);
	fputs(", ", stdout);
	print_member("last_line", console->crash.last);
	fputs(", ", stdout);
	print_member("last_warning", console->crash.warning.line);
	printf(", \"lacks_end\": %s},\n", console->lacks_end ? "true" : "false");
}

static bool print_record(struct visitor *visitor, const struct record *record)
{
	struct list *list = (struct list *)visitor;

	printf("%s\n      {\"name\": ", list->has_record ? "," : "");
	print_string(record->name);
	printf(", \"%s\": %llu, \"seconds\": ", record->ftrace ? "calls" : "bytes", record->size);
	if (record->seconds)
		printf("%lld}", record->seconds);
	else
		fputs("null}", stdout);
	list->has_record = true;

	return true;
}

static void keep_problem(struct visitor *visitor, const struct region *region, const char *text)
{
	struct list *list = (struct list *)visitor;

	(void)region;
	if (list->problem_count < MAX_PROBLEMS)
		snprintf(list->problems[list->problem_count++], sizeof(*list->problems), "%s",
			 text);
}

static void print_region(const struct dump *dump, const struct region *region)
{
	static char problems[MAX_PROBLEMS][160];
	struct list list = {
		.visitor = { .record = print_record, .problem = keep_problem },
		.problems = problems,
	};
	u64 address;
	size_t i;

	fputs("    {\"name\": ", stdout);
	print_string(region->name);
	if (region_address(region, &address))
		printf(", \"address\": \"%#llx\"", address);
	else
		fputs(", \"address\": null", stdout);
	printf(", \"size\": %llu, \"kind\": \"%s\", \"records\": [", region->size,
	       region_kind(region));
	region_visit(dump, region, &list.visitor);
	fputs("], \"problems\": [", stdout);
	for (i = 0; i < list.problem_count; i++) {
		fputs(i ? ", " : "", stdout);
		print_string(problems[i]);
	}
	fputs("]}", stdout);
}

int cmd_json(const struct dump *dump, bool needs_record)
{
	static struct survey survey;
	u64 records = 0;
	size_t i;

	survey_dump(&survey, dump);
	fputs("{\n  \"kernel\": {", stdout);
	print_member("release", survey.release);
	fputs(", ", stdout);
	print_member("version", survey.version);
	fputs("},\n", stdout);
	print_crash(&survey);
	print_console(&survey);
	printf("  \"salvageable_zones\": %llu,\n  \"ecc\": %u,\n  \"regions\": [\n", survey.lost,
	       dump->ecc);
	for (i = 0; i < dump->count; i++) {
		fputs(i ? ",\n" : "", stdout);
		print_region(dump, &dump->regions[i]);
	}
	fputs("\n  ]\n}\n", stdout);
	for (i = 0; i < SURVEY_TYPES; i++)
		records += survey.counts[i];

	return flush_output() || (needs_record && !records) ? EXIT_FAILURE : EXIT_SUCCESS;
}
