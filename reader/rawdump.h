/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The partition that boot firmware writes a dump to: a header, the headers of
 * the sections, and the sections, which are what would be files over USB.
 */
#ifndef RAWDUMP_H
#define RAWDUMP_H

#include <assert.h>
#include <stdbool.h>

#include "util.h"
#include "view.h"

#define RAWDUMP_MAGIC		"Raw_Dmp!"
#define RAWDUMP_COMPLETE	1
#define RAWDUMP_NO_SPACE	2
#define RAWDUMP_VERSION		0x1000
#define RAWDUMP_TYPES		3

struct rawdump_header {
	char magic[8];
	u32 version;
	u32 valid;
	u64 data;
	char context[8];
	u32 reset_trigger;
	u64 dump_size;
	u64 total_size;
	u32 count;
} __packed;

struct rawdump_section {
	u32 valid;
	u32 version;
	u32 type;
	u64 offset;
	u64 size;
	u64 paddr;
	u64 info;
	char name[20];
} __packed;

/* Whether something has marked the dump as collected; @is_left: its section headers are there. */
bool rawdump_is_collected(struct view image, bool *is_left);

static_assert(sizeof(struct rawdump_header) == 56, "rawdump header");
static_assert(sizeof(struct rawdump_section) == 64, "rawdump section");

#endif
