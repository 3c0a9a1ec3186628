/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CRASH_H
#define CRASH_H

#include <stdbool.h>

#include "lines.h"

/**
 * struct complaint - an oops, a panic, or a warning
 * @line: its first line, or empty if there was none
 * @at: function at the top of its trace, or empty
 * @is_numbered: a line has told its number, as in "[#1]"
 * @has_ended: what follows belongs to something else
 * @in_trace: the next line is an entry of the call trace
 */
struct complaint {
	char line[200];
	char at[100];
	bool is_numbered;
	bool has_ended;
	bool in_trace;
};

/**
 * struct crash - what a log says about how it ends
 * @release: of the kernel, by itself, or empty
 * @version: the same
 * @reason: why pstore made the record, such as "Panic", or empty
 * @panic: the panic
 * @oops: the last oops, or lockup
 * @warning: the last that the kernel goes on after
 * @last: last line of the log
 * @current: the last one of these three
 */
struct crash {
	struct line_reader reader;
	char release[65];
	char version[65];
	char reason[16];
	struct complaint panic;
	struct complaint oops;
	struct complaint warning;
	char last[200];
	struct complaint *current;
};

/* Before the lines of a log go to @crash's reader */
void crash_start(struct crash *crash);

/* Reads the log in @record; the same as record_read_lines() */
int crash_read(struct crash *crash, const struct record *record);

/* What the log ends with, or NULL: the oops that led to the panic, or else the panic */
const struct complaint *crash_cause(const struct crash *crash);

#endif
