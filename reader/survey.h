/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SURVEY_H
#define SURVEY_H

#include <stdbool.h>

#include "crash.h"
#include "dump.h"
#include "util.h"

/* A clock that begins at 1970 has not got that far since */
#define CLOCK_IS_SET	1000000000

#define SURVEY_TYPES	4
#define SURVEY_NAMES	4

/**
 * struct log - a record with a kernel's log
 * @name: of the record, or empty if there is none
 * @size: of the record, in bytes
 * @seconds: time of the crash since the epoch, 0 if it is not known
 * @microseconds: the same, its fraction
 * @lacks_end: the newest lines are not in the dump
 * @is_unreadable: it is still compressed
 * @is_confirmed: the console has the same crash, so it is not of an earlier boot
 * @crash: what it says
 */
struct log {
	char name[48];
	u64 size;
	s64 seconds;
	long microseconds;
	bool lacks_end;
	bool is_unreadable;
	bool is_confirmed;
	struct crash crash;
};

/**
 * struct survey - the records of a dump, and the crash that they tell of
 * @release: of the kernel that wrote the dump, or empty
 * @version: the same
 * @names: the first records of each type, as a line for people
 * @counts: number of records of each type
 * @problems: number of problems
 * @lost: number of zones that could be salvaged
 * @stale: number of more such zones, which may be of an earlier boot; in @lost if there is no log
 * @has_confirmed: a record with a time is of the boot that crashed
 * @console: the console, which is of the boot that crashed
 * @newest: the newest record of a panic or an oops
 * @cause: first line of the crash, or NULL
 * @then: the panic that followed from @cause, or NULL
 * @before: first line of an oops that the panic did not follow from, or NULL
 * @source: the record of the crash, which tells its time, or NULL
 */
struct survey {
	char release[65];
	char version[65];
	char names[SURVEY_TYPES][SURVEY_NAMES][80];
	u64 counts[SURVEY_TYPES];
	unsigned int problems;
	u64 lost;
	u64 stale;
	bool has_confirmed;
	struct log console;
	struct log newest;

	const struct complaint *cause;
	const char *then;
	const char *before;
	const struct log *source;
};

/* Types of records, as their names begin, in the order of @names */
extern const char * const survey_types[SURVEY_TYPES];

void survey_dump(struct survey *survey, const struct dump *dump);

/* The newest record may be of an earlier boot: the console does not show that it is of this one. */
bool survey_is_doubtful(const struct survey *survey);

#endif
