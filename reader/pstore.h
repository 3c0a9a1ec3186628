/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PSTORE_H
#define PSTORE_H

#include <stdbool.h>
#include <stdio.h>

#include "dump.h"
#include "ftrace.h"
#include "util.h"

/**
 * struct record - what would be one file in /sys/fs/pstore
 * @name: name of that file
 * @zone: what it is in
 * @skip: number of bytes that come before it there
 * @deflated: they have to be inflated
 * @ftrace: the calls that are in it instead, or NULL
 * @notice: what the kernel appends about errors, or empty
 * @size: size of that file, in bytes; for ftrace, number of calls
 * @max_size: the kernel gives up inflating beyond that many bytes
 * @seconds: time of the crash since the epoch, 0 where it is not known
 * @microseconds: the same, its fraction
 */
struct record {
	char name[48];
	const struct zone *zone;
	size_t skip;
	bool deflated;
	struct ftrace *ftrace;
	char notice[64];
	u64 size;
	u64 max_size;
	s64 seconds;
	long microseconds;
};

/**
 * struct visitor - told what is found in a region
 * @record: a record; it is only good during the call. True: go on.
 * @problem: something that was lost or had to be guessed
 */
struct visitor {
	bool (*record)(struct visitor *visitor, const struct record *record);
	void (*problem)(struct visitor *visitor, const struct region *region, const char *text);
};

/* What kind of region that is, in words */
const char *region_kind(const struct region *region);

/* How the names of a region's records begin, or NULL where it has none */
const char *region_record_type(const struct region *region);

void region_visit(const struct dump *dump, const struct region *region, struct visitor *visitor);

/* Bytes of parity per block that the zones' headers have, or 0 */
unsigned int pstore_detect_ecc(const struct dump *dump);

/* 0 or -errno, -EBADMSG where the record cannot be inflated */
int record_write(const struct record *record, FILE *out);

#endif
