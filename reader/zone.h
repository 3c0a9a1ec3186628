/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ZONE_H
#define ZONE_H

#include <stdbool.h>
#include <stddef.h>

#include "util.h"
#include "view.h"

#define ZONE_HEADER_SIZE	12

/* pstore itself stops after that many records */
#define MAX_ZONES		65536

/* What the kernel can be configured with, and a wrong one is not found by chance */
#define ECC_MAX			127
#define ECC_DETECTABLE		4
#define ECC_DEFAULT		16

/**
 * struct zone - what is in the ring buffer of a ramoops zone
 * @ring: all of the ring
 * @parity: the parity of its blocks
 * @start: where in the ring the older part begins; the newer one begins with the ring
 * @old_size: bytes of the older part
 * @size: bytes of both parts
 * @lacks_end: the newest bytes are not in the dump
 * @room: the number of bytes that the ring can hold
 * @ecc: bytes of parity per block, 0 if errors were not looked for
 * @corrected: bytes that were wrong, in data and parity
 * @bad_blocks: blocks with more wrong bytes than can be corrected
 */
struct zone {
	struct view ring;
	struct view parity;
	u64 start;
	u64 old_size;
	u64 size;
	bool lacks_end;
	u64 room;
	unsigned int ecc;
	unsigned int corrected;
	unsigned int bad_blocks;
};

struct zone_problem {
	char text[120];
};

/*
 * Reads the zone of @size bytes, of which @view has what is there, with @ecc
 * bytes of parity per block. False where there is nothing in it for pstore.
 * What is wrong with it, if anything, is in @problem. @holes counts the bytes of
 * holes in the file that all zones so far have; there is a limit.
 */
bool zone_read(struct zone *zone, struct view view, u64 size, unsigned int ecc, bool is_ftrace,
	       u64 *holes, struct zone_problem *problem);

/*
 * Takes the text that is in the zone without a look at its header, which may not
 * have reached memory when the text did. False if there is none.
 */
bool zone_salvage(struct zone *zone, struct view view, u64 size, unsigned int ecc);

/* 0, or -errno where they cannot be read, of @size bytes from @offset on that the zone has. */
int zone_get(const struct zone *zone, u64 offset, void *buf, size_t size);

/* How many bytes of parity the zone's header has, ECC_DETECTABLE at least, or 0 */
unsigned int zone_detect_ecc(struct view view);

/* Whether a zone of any kind can begin there */
bool zone_has_signature(struct view view);

enum zone_kind {
	ZONE_DMESG,
	ZONE_TEXT,
	ZONE_FTRACE,
};

/* Whether @view begins with a zone of that kind that fits it, by its header and first bytes */
bool zone_is_here(struct view view, enum zone_kind kind);

/* The offset of the next zone from @from on, in @pos; false if there is none */
bool zone_search(struct view view, u64 from, u64 *pos);

/* Bytes per zone, where @view has nothing but equal zones; 0 if not. */
u64 zone_detect_size(struct view view);

#endif
