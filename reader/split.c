// SPDX-License-Identifier: GPL-2.0-only
/*
 * Android's kernels register memory of ramoops as if there were one record:
 * KDMESG has the size of a record, KCONSOLE follows it with the size of the
 * console, and so on. With several records, KCONSOLE has the second of them,
 * and the console is in a later region, or partly in two.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kind.h"
#include "split.h"
#include "zone.h"

/* In the order in which they are registered */
static const char * const followers[] = { "KCONSOLE", "KFTRACE", "KPMSG" };

/* The region that follows @before in memory; in a directory without KELF_HEADER, in that order */
static struct region *find_next(const struct dump *dump, const struct region *before, size_t *next)
{
	u64 end, start;
	bool known;
	size_t i;

	known = region_address(before, &end) && !check_add_overflow(end, before->size, &end);
	for (i = known ? 0 : *next; i < ARRAY_SIZE(followers); i++) {
		struct region *region = dump_find(dump, followers[i]);

		if (!region || region->fault[0] || region->zones_size || !region->size ||
		    region_address(region, &start) != known || (known && start != end))
			continue;
		*next = i + 1;
		return region;
	}

	return NULL;
}

/* @count regions, the first of them KDMESG, as one view; false if one cannot be opened */
static bool join(struct dump *dump, struct region **regions, size_t count)
{
	u64 size = 0;

	for (; count > 0; count--) {
		const struct region *region = regions[count - 1];
		struct view *piece = &dump->pieces[count - 1];

		if (region_open(dump, region, piece)) {
			piece->fd = -1;
			return false;
		}
		/* bytes that are not there would move all that follow */
		if (piece->size < region->size)
			size = 0;
		piece->here = min(piece->size, region->size);
		if (check_add_overflow(size, piece->here, &size))
			return false;
		piece->size = size;
		piece->next = size > piece->here ? piece + 1 : NULL;
	}

	return true;
}

static bool is_empty(struct view zone)
{
	return zone_is_here(zone, ZONE_DMESG) && zone_is_here(zone, ZONE_TEXT);
}

/* Whether the regions behind KDMESG are not what their names say */
static bool is_split(const struct dump *dump, struct region **regions, size_t count)
{
	u64 record = regions[0]->size, address, pos = record;
	struct view memory = dump->pieces[0];
	bool was_empty = true;
	size_t i;

	if (zone_detect_size(view_part(memory, 0, record)) % record)
		return false;
	for (i = 1; i < count; i++) {
		struct view view = view_part(memory, pos, regions[i]->size);

		if (!is_empty(view) && zone_is_here(view_part(view, 0, record), ZONE_DMESG))
			return true;
		if (i == 1 && view.size > record &&
		    zone_is_here(view_part(view, record, record), ZONE_DMESG))
			return true;
		if (i > 1 && was_empty && region_address(regions[0], &address) &&
		    kind_of_zone(view) == KIND_CONSOLE)
			return true;
		was_empty &= is_empty(view);
		if (check_add_overflow(pos, regions[i]->size, &pos))
			return false;
	}

	return false;
}

/* A region of zones that show what they are */
static void add_zones(struct dump *dump, enum kind kind, u64 pos, u64 size, u64 zone_size)
{
	static const char * const names[] = {
		[KIND_DMESG] = "records", [KIND_CONSOLE] = "console", [KIND_PMSG] = "pmsg",
		[KIND_FTRACE] = "ftrace",
	};
	struct region *region = dump_add(dump, names[kind], strlen(names[kind]));

	if (!region)
		return;
	region->kind = kind;
	region->pieces = view_part(dump->pieces[0], pos, size);
	region->size = size;
	region->present = region->pieces.size;
	/* without it, the layout is found as for any region */
	region->zone_size = zone_size;
	region->zones_size = zone_size ? size : 0;
}

static u64 size_of(const struct dump *dump, const char *name, u64 left)
{
	const struct region *region = dump_find(dump, name);

	return region ? region->size : left;
}

static void find_zones(struct dump *dump, u64 record)
{
	struct view memory = dump->pieces[0];
	bool has_console = false, has_pmsg = false, has_ftrace = false;
	u64 pos = 0, records = 0, size, tries = 0;

	for (; pos < memory.size && tries < MAX_ZONES;
	     pos += min(size, memory.size - pos), tries++) {
		struct view rest = view_part(memory, pos, memory.size), zone;

		/* in a hole there is none */
		size = max(record, view_hole(rest, 0) / record * record);
		zone = view_part(rest, 0, record);
		if (!has_console && zone_is_here(zone, ZONE_DMESG)) {
			records = pos / record + 1;
			continue;
		}
		if (!has_ftrace && zone_is_here(rest, ZONE_FTRACE)) {
			size = size_of(dump, "KFTRACE", rest.size);
			add_zones(dump, KIND_FTRACE, pos, size, 0);
			has_ftrace = true;
		} else if (!has_console && zone_is_here(rest, ZONE_TEXT)) {
			size = size_of(dump, "KCONSOLE", rest.size);
			add_zones(dump, KIND_CONSOLE, pos, size, size);
			has_console = true;
		} else if (has_console && !has_pmsg && zone_is_here(rest, ZONE_TEXT)) {
			size = size_of(dump, "KPMSG", rest.size);
			add_zones(dump, KIND_PMSG, pos, size, size);
			has_pmsg = true;
		}
	}
	if (!check_mul_overflow(records, record, &size))
		add_zones(dump, KIND_DMESG, 0, size, record);
}

void split_find(struct dump *dump, const char *path)
{
	struct region *regions[1 + ARRAY_SIZE(followers)], *region = dump_find(dump, "KDMESG");
	size_t count = 0, next = 0, i;
	u64 record;

	for (; region && count < ARRAY_SIZE(regions); region = find_next(dump, region, &next))
		regions[count++] = region;
	if (count < 2 || regions[0]->fault[0] || regions[0]->zones_size ||
	    regions[0]->size <= ZONE_HEADER_SIZE || !join(dump, regions, count) ||
	    !is_split(dump, regions, count))
		return;

	warnx("%s: KDMESG does not have all records of ramoops: reading it and the %zu regions "
	      "after it as one memory", path, count - 1);
	for (i = 0; i < count; i++)
		regions[i]->kind = KIND_PART;
	record = regions[0]->size;
	/* no pointer to a region is good any more */
	find_zones(dump, record);
}
