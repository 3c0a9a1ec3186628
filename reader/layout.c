// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a region is divided into zones, and how much parity these have.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kind.h"
#include "layout.h"
#include "zone.h"

/* One zone with an intact header is enough, and most have that */
#define MAX_ECC_ZONES		16

/*
 * The zones show themselves where they are. A region begins and ends at a
 * multiple of 4, a zone at a multiple of 2; console and pmsg are one zone each,
 * whose size is a power of two.
 */
static struct layout guess_zones(const struct dump *dump, const struct region *region,
				 struct view view, struct visitor *visitor)
{
	const char *type = region_record_type(region);
	bool is_single = !strcmp(type, "console") || !strcmp(type, "pmsg");
	u64 size = region->size, zone_size = 0;

	if (!zone_has_signature(view) && zone_has_signature(view_part(view, 2, size))) {
		view = view_part(view, 2, size);
		size -= 2;
	}
	if (is_single && (size & ~3ULL) && !((size & ~3ULL) & ((size & ~3ULL) - 1)))
		zone_size = size & ~3ULL;
	if (!is_single)
		zone_size = zone_detect_size(view);
	if (!is_single && zone_size)
		report(visitor, region, "read as zones of %llu bytes, judging by their headers",
		       zone_size);
	else if (dump->has_header && !region->load_size)
		report(visitor, region, "not divided by KELF_HEADER: read as one zone");

	return (struct layout){ view, zone_size ?: size, zone_size ? size / zone_size : 1 };
}

struct layout layout_find(const struct dump *dump, const struct region *region,
			  struct view view, struct visitor *visitor)
{
	struct layout layout = { .zone_size = region->zone_size };
	u64 size = region->zones_size;

	if (size) {
		layout.view = view_part(view, region->zones_offset, size);
		if (layout.zone_size > size || layout.zone_size <= ZONE_HEADER_SIZE) {
			report(visitor, region,
			       "divided into zones of %llu bytes: read as one zone",
			       layout.zone_size);
			layout.zone_size = size;
		}
		layout.zones = size / layout.zone_size;
	} else {
		layout = guess_zones(dump, region, view, visitor);
	}
	if (layout.zone_size <= ZONE_HEADER_SIZE) {
		report(visitor, region, "too small for a ramoops zone");
		layout.zones = 0;
	}

	return layout;
}

static void ignore_problem(struct visitor *visitor, const struct region *region, const char *text)
{
	(void)visitor;
	(void)region;
	(void)text;
}

unsigned int layout_detect_ecc(const struct dump *dump)
{
	struct visitor silent = { .problem = ignore_problem };
	unsigned int ecc = 0;
	struct view view;
	size_t i, zone;

	for (i = 0; i < dump->count && !ecc; i++) {
		const struct region *region = &dump->regions[i];
		struct layout layout;

		if (!region_record_type(region) || region->fault[0] ||
		    region_open(dump, region, &view))
			continue;
		layout = layout_find(dump, region, view, &silent);
		for (zone = 0; zone < layout.zones && zone < MAX_ECC_ZONES && !ecc; zone++) {
			struct view part = view_part(layout.view, zone * layout.zone_size,
						     layout.zone_size);

			if (part.size == layout.zone_size)
				ecc = zone_detect_ecc(part);
		}
		close(view.fd);
	}

	return ecc;
}

static int compare(const void *a, const void *b)
{
	const struct region *x = *(struct region * const *)a, *y = *(struct region * const *)b;

	if (x->kind != y->kind)
		return (int)x->kind - (int)y->kind;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;

	return x < y ? -1 : 1;
}

/* The calls of all CPUs are one record. */
static u64 count_records(const struct dump *dump, const struct region *region)
{
	struct visitor silent = { .problem = ignore_problem };
	struct view view;
	u64 count;

	if (region->fault[0] || region->kind == KIND_FTRACE || region_open(dump, region, &view))
		return 1;
	count = layout_find(dump, region, view, &silent).zones;
	close(view.fd);

	return min_t(u64, count, MAX_ZONES);
}

/* A region with a number begins with that, as each zone may be a region: KDMSG0, KDMSG1, ... */
void layout_number(struct dump *dump)
{
	struct region **order = calloc(dump->count, sizeof(*order));
	u64 next = 0;
	size_t i;

	if (!order)
		return;
	for (i = 0; i < dump->count; i++)
		order[i] = &dump->regions[i];
	qsort(order, dump->count, sizeof(*order), compare);
	for (i = 0; i < dump->count; i++) {
		struct region *region = order[i];

		if (!i || region->kind != order[i - 1]->kind)
			next = 0;
		region->first = max_t(u64, next, region->number);
		/* count only if there is another one: it takes time */
		if (i + 1 < dump->count && order[i + 1]->kind == region->kind &&
		    region_record_type(region))
			next = region->first + count_records(dump, region);
	}
	free(order);
}
