// SPDX-License-Identifier: GPL-2.0-only
/*
 * What one wants to know first about a crash, on one screen.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "kind.h"
#include "ring.h"
#include "survey.h"
#include "util.h"

/* For a shell, and for a terminal */
static void print_word(const char *word)
{
	bool is_plain = word[0];
	size_t i;

	for (i = 0; word[i]; i++)
		if (!isalnum((unsigned char)word[i]) && !strchr("_=:,./@%+-", word[i]))
			is_plain = false;
	if (is_plain) {
		fputs(word, stdout);
		return;
	}
	putchar('\'');
	for (i = 0; word[i]; i++) {
		if (word[i] == '\'')
			fputs("'\\''", stdout);
		else
			putchar(iscntrl((unsigned char)word[i]) ? '?' : word[i]);
	}
	putchar('\'');
}

static void print_command(const struct dump *dump, const char *label, const char *command,
			  const char *record)
{
	size_t i;

	/* for a file that is read when the dump is gone */
	if (!dump->path)
		return;
	printf("%-8s ", label);
	print_word(program_invocation_name);
	for (i = 0; i < dump->option_count; i++) {
		putchar(' ');
		print_word(dump->options[i]);
	}
	printf(" %s ", command);
	print_word(dump->path);
	printf("%s%s\n", record ? " " : "", record ?: "");
}

static void print_time(s64 seconds)
{
	time_t time = seconds;
	char text[64];
	struct tm tm;

	if (seconds && gmtime_r(&time, &tm) && strftime(text, sizeof(text), "%F %T", &tm))
		printf("when     %s UTC%s\n", text,
		       seconds < CLOCK_IS_SET ? ", but the clock was not set" : "");
}

static const char *end_state(const struct log *log)
{
	return strstr(log->name, ".salvaged") ? "not known" : "missing";
}

/* How the log of this boot ends, if nothing in it is a crash */
static void print_end(const char *label, const struct log *log)
{
	printf("%-8s no oops and no panic in this boot's %s, ", label, log->name);
	if (log->lacks_end)
		printf("whose end is\n         %s. The last line in the dump is\n",
		       end_state(log));
	else
		printf("which ends with\n");
	printf("         %s\n", log->crash.last);
	if (log->crash.warning.line[0])
		printf("warning  %s\n", log->crash.warning.line);
}

static void print_crash(const struct survey *survey)
{
	const struct log *source = survey->source;
	const char *console = survey->console.name;

	print_time(source->seconds);
	if (survey->cause)
		printf("crash    %s\n", survey->cause->line);
	else if (source->is_unreadable)
		printf("crash    in %s, which cannot be decompressed\n", source->name);
	else
		printf("crash    %s, but its first line is not in the dump\n",
		       source->crash.reason);
	if (survey->then)
		printf("         %s\n", survey->then);
	if (survey->cause && survey->cause->at[0])
		printf("at       %s\n", survey->cause->at);
	if (survey->before)
		printf("before   %s\n", survey->before);

	if (source != &survey->newest || !survey_is_doubtful(survey))
		printf("from     %s\n", source->name);
	else if (console[0])
		printf("from     %s, which may be of an earlier boot\n", source->name);
	else
		printf("from     %s, which may be of an earlier boot: there is no console\n"
		       "         to compare it with\n", source->name);
}

static void print_records(const struct survey *survey)
{
	const char *label = "records";
	unsigned int type, i;

	for (type = 0; type < SURVEY_TYPES; type++) {
		for (i = 0; i < SURVEY_NAMES && i < survey->counts[type]; i++) {
			printf("%-8s %s\n", label, survey->names[type][i]);
			label = "";
		}
		if (survey->counts[type] > SURVEY_NAMES)
			printf("         and %llu more of %s\n",
			       survey->counts[type] - SURVEY_NAMES, survey_types[type]);
	}
	if (label[0])
		puts("records  none");
}

/* Why there is no record */
static void print_reason(const struct dump *dump)
{
	bool has_zones = false, has_bytes = false;
	size_t i;

	for (i = 0; i < dump->count; i++) {
		const struct region *region = &dump->regions[i];

		if (!region_record_type(region))
			continue;
		has_zones = true;
		has_bytes |= region->present && !region->fault[0];
	}
	if (has_zones && !has_bytes)
		puts("         The dump lacks the zones of ramoops, or has them in other places.");
	else if (has_zones)
		puts("         The zones of ramoops are in the dump, but empty or corrupt.");
	else
		puts("         The kernel that crashed did not register ramoops for the minidump.\n"
		     "         Vendors' kernels seldom do.");
	if (dump_find(dump, "KLOGBUF") && !ring_exists(dump))
		puts("         KLOGBUF is the kernel's log buffer: strings(1) shows its text.");
}

int cmd_summary(const struct dump *dump, const char *target, bool force)
{
	static struct survey survey;
	bool has_log, has_record;

	(void)target;
	(void)force;
	survey_dump(&survey, dump);
	has_log = survey.console.name[0] || survey.newest.name[0];
	has_record = survey.counts[0] || survey.counts[1] || survey.counts[2] ||
		     survey.counts[3];

	printf("kernel   %s%s%s\n", survey.release[0] ? survey.release : "unknown",
	       survey.version[0] ? " " : "", survey.version);
	if (survey.source == &survey.newest && survey_is_doubtful(&survey) &&
	    survey.console.name[0])
		print_end("console", &survey.console);
	if (survey.source)
		print_crash(&survey);
	else if (survey.console.name[0])
		print_end("crash", &survey.console);
	print_records(&survey);
	if (!has_record && !has_log)
		print_reason(dump);
	if (survey.source == &survey.console && survey_is_doubtful(&survey))
		printf("note     %s has another crash, which may be of an earlier boot\n",
		       survey.newest.name);
	if (survey.lost)
		printf("lost     %llu zone%s with text, but no valid header: see --salvage\n",
		       survey.lost, survey.lost > 1 ? "s" : "");
	if (survey.problems)
		printf("problems %u; \"list\" shows them\n", survey.problems);

	if (has_log)
		print_command(dump, "next", "log", NULL);
	if (survey.source && survey.console.name[0] && survey.source != &survey.console)
		print_command(dump, has_log ? "" : "next", "cat", survey.source->name);
	if (!has_log)
		print_command(dump, "next", survey.lost ? "--salvage log" : "list", NULL);

	return flush_output() || !(has_record || has_log) ? EXIT_FAILURE : EXIT_SUCCESS;
}

struct printer {
	struct line_reader reader;
	bool open;
};

static void print_line(struct line_reader *reader, const char *text, bool rest)
{
	struct printer *printer = (struct printer *)reader;

	if (printer->open && !rest)
		putchar('\n');
	fputs(text, stdout);
	printer->open = true;
}

struct log_search {
	struct visitor visitor;
	const char *name;
	bool found;
	int error;
};

static bool print_log(struct visitor *visitor, const struct record *record)
{
	struct log_search *search = (struct log_search *)visitor;
	struct printer printer = { .reader.line = print_line };

	if (strcmp(record->name, search->name))
		return true;
	search->found = true;
	search->error = record_read_lines(record, &printer.reader);
	if (printer.open)
		putchar('\n');

	return false;
}

static void ignore_problem(struct visitor *visitor, const struct region *region, const char *text)
{
	(void)visitor;
	(void)region;
	(void)text;
}

/*
 * printk's ring buffer has all messages. The console has all of the boot, but not all levels; a
 * record of dmesg has all levels, but the end only.
 */
int cmd_log(const struct dump *dump, const char *target, bool force)
{
	struct log_search search = {
		.visitor = { .record = print_log, .problem = ignore_problem },
	};
	struct printer printer = { .reader.line = print_line };
	static struct survey survey;
	const struct log *log;
	const char *wrong;
	u64 damaged;
	size_t i;

	(void)target;
	(void)force;
	if (ring_exists(dump)) {
		wrong = ring_read_lines(dump, &printer.reader, &damaged);
		if (printer.open)
			putchar('\n');
		if (!wrong && damaged)
			warnx("%llu messages of the ring buffer are damaged", damaged);
		if (!wrong)
			return flush_output();
		warnx("cannot read printk's ring buffer: %s", wrong);
	}
	survey_dump(&survey, dump);
	log = survey.console.name[0] ? &survey.console : &survey.newest;
	if (!log->name[0] || log->is_unreadable) {
		warnx("no log in this dump; \"list\" shows its regions");
		return EXIT_FAILURE;
	}
	warnx("this is %s%s%s", log->name, log->lacks_end ? ", whose end is " : "",
	      log->lacks_end ? end_state(log) : "");

	search.name = log->name;
	for (i = 0; i < dump->count && !search.found; i++)
		if (region_record_type(&dump->regions[i]))
			region_visit(dump, &dump->regions[i], &search.visitor);
	if (search.error)
		warnx("%s not written: %s", log->name, view_strerror(search.error));

	return flush_output() || search.error ? EXIT_FAILURE : EXIT_SUCCESS;
}
