// SPDX-License-Identifier: GPL-2.0-only
/*
 * QDL writes a minidump.elf even if regions are not where its program headers
 * say. If a filter has left out regions, QDL writes the others one behind
 * another; and a region that no PT_LOAD describes goes before all others. The
 * size of the file gives both away, but a file can also be cut, or padded.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "shift.h"
#include "zone.h"

/* Of a few regions, few sums of sizes are the size of a file by chance. */
#define MAX_SUMMED	16
#define MAX_CHECKED	16

/* Whether what is @by bytes behind the place of @region can be what has to be there */
static bool fits(const struct dump *dump, const struct region *region, u64 by)
{
	enum zone_kind kind = region->kind == KIND_DMESG ? ZONE_DMESG :
			      region->kind == KIND_FTRACE ? ZONE_FTRACE : ZONE_TEXT;
	struct view view = view_part(view_of(dump->fd, 0, dump->size), by, dump->size);
	u64 size = region->zone_size ?: region->size;
	unsigned int i;

	if (region->kind == KIND_OTHER || region->kind == KIND_HEADER ||
	    region->present < region->size || size <= ZONE_HEADER_SIZE)
		return true;
	view = view_part(view, region->offset, region->size);
	view = view_part(view, region->zones_offset, region->zones_size ?: region->size);
	for (i = 0; i < MAX_CHECKED && view.size >= size; i++) {
		if (!zone_is_here(view_part(view, 0, size), kind))
			return false;
		view = view_part(view, size, view.size);
	}

	return true;
}

static int compare(const void *a, const void *b)
{
	const struct region *x = *(struct region * const *)a, *y = *(struct region * const *)b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* Whether some of @regions have @size bytes together */
static bool sums_to(struct region **regions, size_t count, u64 size)
{
	if (!size || !count)
		return !size;

	return (regions[0]->size <= size &&
		sums_to(regions + 1, count - 1, size - regions[0]->size)) ||
	       sums_to(regions + 1, count - 1, size);
}

static bool all_fit(const struct dump *dump, u64 by)
{
	size_t i;

	for (i = 1; i < dump->count; i++)
		if (!fits(dump, &dump->regions[i], by))
			return false;

	return true;
}

/* Whether the file has just the bytes of some regions, without one that has others behind it */
static bool lacks_regions(struct region **regions, size_t count, u64 size)
{
	size_t i;

	for (i = 0; i < count && size; i++) {
		if (sums_to(regions + i + 1, count - i - 1, size))
			return true;
		if (size < regions[i]->size)
			break;
		size -= regions[i]->size;
	}

	return false;
}

void shift_find(struct dump *dump, const char *path)
{
	struct region *regions[MAX_SUMMED];
	u64 end = 0, sum, size = dump->size;
	size_t count = 0, i;
	bool is_shifted;

	if (dump->source != SOURCE_ELF)
		return;
	for (i = 1; i < dump->count; i++) {
		struct region *region = &dump->regions[i];

		if (check_add_overflow(region->offset, region->size, &sum))
			return;
		end = max(end, sum);
		if (count < MAX_SUMMED)
			regions[count] = region;
		count++;
	}
	if (size < end && count <= MAX_SUMMED) {
		qsort(regions, count, sizeof(*regions), compare);
		is_shifted = lacks_regions(regions, count, size - dump->regions[0].size);
	} else {
		is_shifted = size != end && !all_fit(dump, 0) &&
			     (size < end || all_fit(dump, size - end));
	}
	if (!is_shifted)
		return;

	if (size < end)
		warnx("%s: %llu bytes less than its program headers say, because QDL's filter has "
		      "left out regions and moved the others", path, end - size);
	else
		warnx("%s: %llu bytes more than its program headers say, because QDL has put a "
		      "region that they do not describe before the others", path, size - end);
	warnx("%s: read the directory that QDL has written instead", path);
	for (i = 1; i < dump->count; i++)
		snprintf(dump->regions[i].fault, sizeof(dump->regions[i].fault),
			 "not where KELF_HEADER says, as QDL has shifted it");
}
