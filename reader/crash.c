// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the crash in a log: oopses and panics of all architectures look like
 * this, except for what vendors put in front of the lines.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "crash.h"
#include "util.h"

enum severity { WARNING, OOPS, PANIC };

/* A message that begins with @start, and has @part somewhere behind it */
static const struct beginning {
	const char *start;
	const char *part;
	enum severity severity;
} beginnings[] = {
	{ "Kernel panic - not syncing", "", PANIC },
	{ "Unable to handle kernel", "", OOPS },
	{ "Internal error: ", "[#", OOPS },
	{ "Oops", "[#", OOPS },
	{ "kernel BUG at ", "", OOPS },
	{ "BUG: kernel NULL pointer", "", OOPS },
	{ "BUG: unable to handle", "", OOPS },
	{ "Bad mode in ", "", OOPS },
	{ "SError Interrupt on CPU", "", OOPS },
	{ "Unhandled fault: ", "at 0x", OOPS },
	{ "Insufficient stack space to handle exception", "", OOPS },
	{ "Unhandled ", " exception on CPU", OOPS },
	/* The watchdog says other things, too, when it starts and stops. */
	{ "watchdog: BUG: ", "", OOPS },
	{ "watchdog: ", "detected hard LOCKUP", OOPS },
	{ "NMI watchdog: BUG: ", "", OOPS },
	{ "NMI watchdog: ", "detected hard LOCKUP", OOPS },
	{ "BUG: soft lockup", "", OOPS },
	{ "BUG: ", "", WARNING },
	{ "WARNING: ", "", WARNING },
	{ "UBSAN: ", " in ", WARNING },
	{ "INFO: task ", "blocked for more than", WARNING },
	{ "INFO: rcu", "detected", WARNING },
	{ "rcu: INFO: rcu", "detected", WARNING },
};

/* How panic() is told that an oops is the cause, and that a warning is */
static const char * const after_oops[] = {
	"Fatal exception", "Aiee, killing", "Attempted to kill", "SError", "softlockup",
	"LOCKUP", "kernel stack overflow", "Unhandled exception",
};

static const char * const after_warning[] = {
	"panic_on_warn", "hung_task", "RCU Stall", "kasan.fault", "kfence.fault",
};

/* Not where it happened, but how the kernel tells that it did */
static const char * const machinery[] = {
	"unwind_backtrace", "dump_backtrace", "show_stack", "dump_stack_lvl", "dump_stack",
	"show_regs", "__warn", "warn_slowpath_fmt", "nmi_panic", "vpanic", "panic",
	"__switch_to", "__schedule", "schedule",
};

static bool starts_with(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

static void copy(char *to, size_t size, const char *from, size_t length)
{
	snprintf(to, size, "%.*s", (int)min_t(size_t, length, size - 1), from);
}

/* The first "function+0x8/0x10" in @message */
static void take_function(struct complaint *complaint, const char *message)
{
	const char *plus = strstr(message, "+0x"), *start = plus;
	size_t i, length;

	if (!plus)
		return;
	while (start > message && !strchr(" (<[:", start[-1]))
		start--;
	for (i = 0; i < ARRAY_SIZE(machinery); i++)
		if (starts_with(start, machinery[i]) && start + strlen(machinery[i]) == plus)
			return;
	length = strcspn(start, " )>]");
	copy(complaint->at, sizeof(complaint->at), start, length);
}

static void take_trace(struct complaint *complaint, const char *message)
{
	bool is_pc = starts_with(message, "pc : ") || starts_with(message, "PC is at ") ||
		     starts_with(message, "epc : ") || starts_with(message, "RIP: ");

	if (strstr(message, "[#"))
		complaint->is_numbered = true;
	if (starts_with(message, "---[ end") || starts_with(message, "SMP: stopping"))
		complaint->has_ended = true;
	else if (!complaint->at[0] && (is_pc || complaint->in_trace))
		take_function(complaint, message);
	if (starts_with(message, "Call trace:") || starts_with(message, "Call Trace:"))
		complaint->in_trace = true;
}

static const struct beginning *find_beginning(const char *message)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(beginnings); i++)
		if (starts_with(message, beginnings[i].start) &&
		    strstr(message + strlen(beginnings[i].start), beginnings[i].part))
			return &beginnings[i];

	return NULL;
}

/* An oops has several lines of this sort. */
static bool goes_on(const struct crash *crash, enum severity severity, const char *message)
{
	const struct complaint *current = crash->current;

	if (!current || current->has_ended || severity == PANIC)
		return false;
	if (current == &crash->panic)
		return true;
	if (current == &crash->warning)
		return severity == WARNING;

	return !current->is_numbered || !strstr(message, "[#");
}

static void take_complaint(struct crash *crash, const char *text, const char *message)
{
	const struct beginning *beginning = find_beginning(message);
	struct complaint *complaint;

	if (!beginning || goes_on(crash, beginning->severity, message))
		return;

	complaint = beginning->severity == PANIC ? &crash->panic :
		    beginning->severity == OOPS ? &crash->oops : &crash->warning;
	/* the first panic is the panic */
	if (complaint == &crash->panic && complaint->line[0])
		return;
	*complaint = (struct complaint){ 0 };
	copy(complaint->line, sizeof(complaint->line), text, strlen(text));
	crash->current = complaint;
}

/* "Linux version 7.3.0 (me@here) (gcc 14, ld 2.44) #1 SMP PREEMPT Sat Nov 21 ..." */
static void take_kernel(struct crash *crash, const char *message)
{
	const char *release = message + strlen("Linux version "), *next, *version = NULL;

	for (next = release; (next = strstr(next, " #")); next++)
		if (isdigit((unsigned char)next[2]))
			version = next + 1;
	copy(crash->release, sizeof(crash->release), release, strcspn(release, " "));
	copy(crash->version, sizeof(crash->version), version ?: "", strlen(version ?: ""));
}

static void take_line(struct line_reader *reader, const char *text, bool rest)
{
	struct crash *crash = (struct crash *)reader;
	const char *message;

	text += strspn(text, " \t?");
	if (rest || !*text)
		return;
	/* "Panic#2 Part1" begins a record */
	if (!crash->last[0] && isupper((unsigned char)*text) && strstr(text, "#") &&
	    strstr(text, " Part"))
		copy(crash->reason, sizeof(crash->reason), text, strcspn(text, "#"));

	copy(crash->last, sizeof(crash->last), text, strlen(text));
	message = line_message(text);
	if (starts_with(message, "Linux version "))
		take_kernel(crash, message);
	take_complaint(crash, text, message);
	if (crash->current && !crash->current->has_ended)
		take_trace(crash->current, message);
}

void crash_start(struct crash *crash)
{
	memset(crash, 0, sizeof(*crash));
	crash->reader.line = take_line;
}

int crash_read(struct crash *crash, const struct record *record)
{
	crash_start(crash);

	return record_read_lines(record, &crash->reader);
}

static bool has_one(const char *line, const char * const *parts, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strstr(line, parts[i]))
			return true;

	return false;
}

const struct complaint *crash_cause(const struct crash *crash)
{
	const char *panic = crash->panic.line;

	if (!panic[0])
		return crash->oops.line[0] ? &crash->oops : NULL;
	if (crash->oops.line[0] && has_one(panic, after_oops, ARRAY_SIZE(after_oops)))
		return &crash->oops;
	if (crash->warning.line[0] && has_one(panic, after_warning, ARRAY_SIZE(after_warning)))
		return &crash->warning;

	return &crash->panic;
}
