/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KIND_H
#define KIND_H

#include "dump.h"

/* Finds out of what kind the regions of @dump are, once all are known. */
void kinds_find(struct dump *dump);

/* What can be in the zone that @view begins with */
enum kind kind_of_zone(struct view view);

/* What kind of region that is, in words */
const char *region_kind(const struct region *region);

/* How the names of a region's records begin, or NULL where it has none */
const char *region_record_type(const struct region *region);

#endif
