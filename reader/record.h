/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stdio.h>

#include "compression.h"
#include "dump.h"
#include "util.h"
#include "visitor.h"

struct ftrace;
struct zone;

/**
 * struct record - what would be one file in /sys/fs/pstore
 * @name: name of that file
 * @zone: what it is in
 * @skip: number of bytes that come before it there
 * @compression: how they are compressed
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
	enum compression compression;
	struct ftrace *ftrace;
	char notice[64];
	u64 size;
	u64 max_size;
	s64 seconds;
	long microseconds;
};

void region_visit(const struct dump *dump, const struct region *region, struct visitor *visitor);

/*
 * Writes the bytes of the zone, not compressed any more; without @out, only
 * measures those that are compressed. 0 or -errno: -EBADMSG if they are
 * corrupt, -EOPNOTSUPP if this program cannot expand them.
 */
int record_expand(const struct record *record, FILE *out, u64 *size);

/* 0 or -errno, as record_expand() */
int record_write(const struct record *record, FILE *out);

#endif
