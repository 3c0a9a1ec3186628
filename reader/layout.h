/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LAYOUT_H
#define LAYOUT_H

#include "dump.h"
#include "util.h"
#include "view.h"
#include "visitor.h"

/**
 * struct layout - how a region is divided
 * @view: its zones, without what surrounds them
 * @zone_size: bytes of one zone
 * @zones: their number
 */
struct layout {
	struct view view;
	u64 zone_size;
	u64 zones;
};

/* Where the zones of @region are, whose bytes are in @view */
struct layout layout_find(const struct dump *dump, const struct region *region,
			  struct view view, struct visitor *visitor);

/* Bytes of parity per block that the zones' headers have, or 0 */
unsigned int layout_detect_ecc(const struct dump *dump);

/* Numbers the zones of all regions, so that the names of records are different. */
void layout_number(struct dump *dump);

#endif
