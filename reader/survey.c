// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the crash among the records. ramoops keeps records of earlier boots until
 * someone removes them, but its console begins anew with each boot: a crash that
 * is not in there may be an old one.
 */
#include <stdio.h>
#include <string.h>

#include "kind.h"
#include "record.h"
#include "ring.h"
#include "survey.h"
#include "util.h"
#include "zone.h"

const char * const survey_types[] = { "dmesg", "console", "pmsg", "ftrace" };

/*
 * One bit for each line of the console, by a hash: any size of console in little memory.
 * The fuzzer has less, as it clears all of it for each input.
 */
#ifndef SEEN_BITS
#define SEEN_BITS	0x800000
#endif

struct visit {
	struct visitor visitor;
	struct survey *survey;
	unsigned int type;
};

static u8 seen[SEEN_BITS / 8];

/* Only of as much of a line as struct complaint keeps */
static u32 hash(const char *text)
{
	u32 value = 2166136261;
	size_t i;

	for (i = 0; text[i] && i < sizeof(((struct complaint *)0)->line) - 1; i++)
		value = (u32)((value ^ (u8)text[i]) * 16777619ULL);

	return value % SEEN_BITS;
}

static void see_line(struct line_reader *reader, const char *text, bool rest)
{
	(void)reader;
	text += strspn(text, " \t?");
	if (!rest)
		seen[hash(text) / 8] |= 1 << hash(text) % 8;
}

static bool is_seen(const char *text)
{
	return text[0] && seen[hash(text) / 8] & 1 << hash(text) % 8;
}

/* Of a log whose crash is not found, the last line is as good. */
static bool is_confirmed(const struct crash *crash)
{
	const struct complaint *cause = crash_cause(crash);

	return cause ? is_seen(cause->line) || is_seen(crash->panic.line) : is_seen(crash->last);
}

static void read_log(struct log *log, const struct record *record)
{
	snprintf(log->name, sizeof(log->name), "%s", record->name);
	log->size = record->size;
	log->seconds = record->seconds;
	log->microseconds = record->microseconds;
	log->lacks_end = record->zone->lacks_end;
	log->is_unreadable = strstr(record->name, ".enc.") || crash_read(&log->crash, record);
	log->is_confirmed = !log->is_unreadable && is_confirmed(&log->crash);
}

/* Not of a shutdown, which some kernels record as well */
static bool is_of_crash(const struct log *log)
{
	const char *reason = log->crash.reason;

	if (log->is_unreadable || !strcmp(reason, "Panic") || !strcmp(reason, "Oops"))
		return true;

	return !reason[0] && crash_cause(&log->crash);
}

/*
 * A panic ends its boot. Nothing is newer than one in this boot's console, whatever the times say.
 * Times compare only if the clock was set. If not, what this boot's console has is newer. Each boot
 * begins with the first zone, so the zones behind a panic have nothing newer.
 */
static bool is_newer(const struct log *log, const struct log *than)
{
	bool set = log->seconds >= CLOCK_IS_SET, than_set = than->seconds >= CLOCK_IS_SET;
	bool is_behind = strverscmp(log->name, than->name) > 0;

	if (log->is_confirmed != than->is_confirmed &&
	    !strcmp((log->is_confirmed ? log : than)->crash.reason, "Panic"))
		return log->is_confirmed;
	if (!set || !than_set) {
		if (log->is_confirmed != than->is_confirmed)
			return log->is_confirmed;
		if (!strcmp((is_behind ? than : log)->crash.reason, "Panic"))
			return !is_behind;
		if (set != than_set)
			return set;
	}
	if (log->seconds != than->seconds)
		return log->seconds > than->seconds;

	return log->microseconds >= than->microseconds;
}

static void take_kernel(struct survey *survey, const struct crash *crash)
{
	if (survey->release[0] || !crash->release[0])
		return;
	memcpy(survey->release, crash->release, sizeof(survey->release));
	memcpy(survey->version, crash->version, sizeof(survey->version));
}

static bool take_record(struct visitor *visitor, const struct record *record)
{
	struct visit *visit = (struct visit *)visitor;
	struct survey *survey = visit->survey;
	struct line_reader lines = { .line = see_line };
	u64 n = survey->counts[visit->type]++;
	static struct log log;

	if (n < SURVEY_NAMES)
		snprintf(survey->names[visit->type][n], sizeof(survey->names[0][0]),
			 "%s, %llu %s", record->name, record->size,
			 record->ftrace ? "function calls" : "bytes");

	if (!strcmp(survey_types[visit->type], "console") && !survey->console.name[0]) {
		read_log(&survey->console, record);
		record_read_lines(record, &lines);
		take_kernel(survey, &survey->console.crash);
	}
	if (!strcmp(survey_types[visit->type], "dmesg")) {
		read_log(&log, record);
		survey->has_confirmed |= log.is_confirmed && log.seconds >= CLOCK_IS_SET;
		if (is_of_crash(&log) &&
		    (!survey->newest.name[0] || is_newer(&log, &survey->newest)))
			survey->newest = log;
	}

	return true;
}

static void count_problem(struct visitor *visitor, const struct region *region, const char *text)
{
	(void)region;
	(void)text;
	((struct visit *)visitor)->survey->problems++;
}

static void visit_type(struct survey *survey, const struct dump *dump, unsigned int type)
{
	struct visit visit = {
		.visitor = { .record = take_record, .problem = count_problem,
			     .looks_for_lost = true },
		.survey = survey,
		.type = type,
	};
	size_t i;

	for (i = 0; i < dump->count; i++) {
		const char *record_type = region_record_type(&dump->regions[i]);

		if (record_type && !strcmp(record_type, survey_types[type]))
			region_visit(dump, &dump->regions[i], &visit.visitor);
	}
	survey->lost += visit.visitor.lost;
	survey->stale += visit.visitor.stale;
}

/* Which record is the crash's, and which one has its lines: an oops and its panic are two. */
static void find_cause(struct survey *survey)
{
	const struct crash *console = &survey->console.crash, *newest = &survey->newest.crash;
	const struct crash *lines = newest;

	survey->source = &survey->newest;
	if (crash_cause(console) && !survey->newest.is_confirmed) {
		survey->source = &survey->console;
		lines = console;
	} else if (console->panic.line[0] && (!newest->panic.line[0] ||
					      !strcmp(newest->panic.line, console->panic.line))) {
		lines = console;
		if (crash_cause(newest) && !newest->panic.line[0] &&
		    strcmp(crash_cause(newest)->line, crash_cause(console)->line))
			survey->source = &survey->console;
	}
	survey->cause = crash_cause(lines);
	if (survey->cause && survey->cause != &lines->panic && lines->panic.line[0])
		survey->then = lines->panic.line;
	if (survey->cause == &lines->panic && lines->oops.line[0])
		survey->before = lines->oops.line;
	if (!survey->source->name[0])
		survey->source = NULL;
}

/* Without a console, printk's ring buffer has the log of this boot. */
static void read_ring(struct survey *survey, const struct dump *dump)
{
	struct line_reader lines = { .line = see_line };
	struct log *log = &survey->console;
	u64 damaged;

	if (log->name[0] || !ring_exists(dump))
		return;
	crash_start(&log->crash);
	if (ring_read_lines(dump, &log->crash.reader, &damaged))
		return;
	snprintf(log->name, sizeof(log->name), "ring buffer of printk");
	ring_read_lines(dump, &lines, &damaged);
	take_kernel(survey, &log->crash);
}

void survey_dump(struct survey *survey, const struct dump *dump)
{
	static const unsigned int order[] = { 1, 0, 2, 3 };
	size_t i;

	memset(survey, 0, sizeof(*survey));
	memset(seen, 0, sizeof(seen));
	memcpy(survey->release, dump->release, sizeof(survey->release));
	memcpy(survey->version, dump->version, sizeof(survey->version));
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		visit_type(survey, dump, order[i]);
		if (!i)
			read_ring(survey, dump);
	}
	/* what is newer than something of this boot is of this boot */
	if (survey->has_confirmed && survey->newest.seconds >= CLOCK_IS_SET)
		survey->newest.is_confirmed = true;
	take_kernel(survey, &survey->newest.crash);
	find_cause(survey);
	/* without a log, any text is welcome */
	if (!survey->console.name[0] && !survey->newest.name[0])
		survey->lost += survey->stale;
}

bool survey_is_doubtful(const struct survey *survey)
{
	return survey->newest.name[0] && !survey->newest.is_confirmed;
}
