/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ZONE_H
#define ZONE_H

#include <stdbool.h>
#include <stddef.h>

#include "util.h"
#include "view.h"

#define ZONE_HEADER_SIZE	12

/* What the kernel can be configured with, and a wrong one is not found by chance */
#define ECC_MAX			127
#define ECC_DETECTABLE		4

/**
 * struct zone - what is in the ring buffer of a ramoops zone
 * @part: where its bytes are, the older part first
 * @data: the same in memory, or NULL; belongs to the caller
 * @size: number of bytes
 * @left: number of bytes at the end that are not used up yet, for ftrace
 * @lacks_end: the newest bytes are not in the dump
 * @room: the number of bytes that the ring can hold
 * @has_ecc: whether errors were looked for
 * @corrected: bytes that were wrong, in data and parity
 * @bad_blocks: blocks with more wrong bytes than can be corrected
 */
struct zone {
	struct view part[2];
	u8 *data;
	size_t size;
	size_t left;
	bool lacks_end;
	u64 room;
	bool has_ecc;
	unsigned int corrected;
	unsigned int bad_blocks;
};

struct zone_problem {
	char text[120];
};

/*
 * Reads the zone of @size bytes, of which @view has what is there, with @ecc
 * bytes of parity per block. False where there is nothing in it for pstore.
 * What is wrong with it, if anything, is in @problem.
 */
bool zone_read(struct zone *zone, struct view view, u64 size, unsigned int ecc, bool is_ftrace,
	       struct zone_problem *problem);

/* 0, or -errno where they cannot be read, of @size bytes from @offset on that the zone has. */
int zone_get(const struct zone *zone, size_t offset, void *buf, size_t size);

/* Brings all bytes into memory; 0 or -errno. */
int zone_load(struct zone *zone);

/* How many bytes of parity the zone's header has, ECC_DETECTABLE at least, or 0 */
unsigned int zone_detect_ecc(struct view view);

/* Whether a zone of any kind can begin there */
bool zone_has_signature(struct view view);

/* Bytes per zone, where @view has nothing but equal zones; 0 if not. */
u64 zone_detect_size(struct view view);

#endif
