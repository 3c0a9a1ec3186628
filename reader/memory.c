// SPDX-License-Identifier: GPL-2.0-only
/*
 * Divides the plain memory of ramoops into its areas, as ramoops_probe() does.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>

#include "open.h"
#include "zone.h"

/* What ramoops.*_size= are if they are not given. In a devicetree, that is 0. */
#define DEFAULT_SIZE		4096

/* As many CPUs as a kernel can have */
#define MAX_CPUS		8192

/* Most zones have nothing wrong, and a few tell enough. */
#define MAX_LOOKED_AT		64

/* Reservations are a few MiB. */
#define MAX_SEARCHED		(64ULL << 20)
#define MAX_FOUND		6

enum { DMESG, CONSOLE, PMSG, FTRACE, AREAS };

static const struct {
	const char *region;
	enum zone_kind kind;
} areas[AREAS] = {
	[DMESG] = { "KDMESG", ZONE_DMESG },
	[CONSOLE] = { "KCONSOLE", ZONE_TEXT },
	[PMSG] = { "KPMSG", ZONE_TEXT },
	[FTRACE] = { "KFTRACE", ZONE_FTRACE },
};

/* Of zone sizes: with the minidump series, in kernels before 6.8, and in mainline since then */
static const u64 alignments[] = { 4, 1, 2 };

struct area {
	u64 offset;
	u64 zones;
	u64 zone_size;
};

struct plan {
	struct area areas[AREAS];
	int score;
};

static u64 power_of_two(u64 size)
{
	while (size && size & (size - 1))
		size &= size - 1;

	return size;
}

static struct view area_view(struct view memory, const struct area *area)
{
	return view_part(memory, area->offset, area->zones * area->zone_size);
}

/* How many zones of @area are there, one behind another from its beginning */
static u64 count_zones(struct view memory, const struct area *area, enum zone_kind kind)
{
	u64 i;

	for (i = 0; i < area->zones && i < MAX_LOOKED_AT; i++)
		if (!zone_is_here(view_part(area_view(memory, area), i * area->zone_size,
					    area->zone_size), kind))
			break;

	return i;
}

static bool has_zones(struct view memory, const struct area *area, enum zone_kind kind)
{
	return count_zones(memory, area, kind) == min_t(u64, area->zones, MAX_LOOKED_AT);
}

/* One for each possible CPU, or one: zones of half the size begin where each second one does. */
static void divide(struct view memory, struct area *area, u64 cpus)
{
	u64 size = area->zone_size, n;
	size_t i;

	for (n = cpus ?: min_t(u64, MAX_CPUS, size / (ZONE_HEADER_SIZE + 2)); n; n--) {
		area->zones = n;
		for (i = 0; i < ARRAY_SIZE(alignments); i++) {
			area->zone_size = size / n / alignments[i] * alignments[i];
			if (area->zone_size > ZONE_HEADER_SIZE &&
			    has_zones(memory, area, ZONE_FTRACE))
				return;
		}
		if (cpus)
			return;
	}
	area->zones = 1;
	area->zone_size = size;
}

/* False if there is too little memory for areas of these sizes */
static bool make_plan(struct plan *plan, struct view memory, const u64 sizes[AREAS],
		      bool ftrace_is_last, u64 alignment)
{
	const int order[] = { CONSOLE, ftrace_is_last ? PMSG : FTRACE,
			      ftrace_is_last ? FTRACE : PMSG };
	u64 room = memory.size, end;
	size_t i;

	memset(plan, 0, sizeof(*plan));
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		u64 size = power_of_two(sizes[order[i]]);

		if (size > room)
			return false;
		room -= size;
		plan->areas[order[i]].zones = !!size;
		plan->areas[order[i]].zone_size = size;
	}
	if (sizes[DMESG] && room / power_of_two(sizes[DMESG])) {
		plan->areas[DMESG].zones = room / power_of_two(sizes[DMESG]);
		plan->areas[DMESG].zone_size = room / plan->areas[DMESG].zones /
					       alignment * alignment;
	}

	end = plan->areas[DMESG].zones * plan->areas[DMESG].zone_size;
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		struct area *area = &plan->areas[order[i]];

		area->offset = end;
		end += area->zone_size;
	}

	for (i = 0; i < AREAS; i++) {
		const struct area *area = &plan->areas[i];

		if (!area->zones)
			continue;
		if (has_zones(memory, area, areas[i].kind))
			plan->score++;
		else
			plan->score--;
	}

	return true;
}

/*
 * Sizes that are not given, and the order, are those by which each area begins
 * with a zone of its kind. ftrace came before pmsg in kernels up to 5.4 at least,
 * and comes last in 6.1 and later.
 */
static bool find_plan(struct plan *best, struct view memory, const struct geometry *geometry)
{
	struct area *ftrace = &best->areas[FTRACE];
	const unsigned int choices = 2 << AREAS;
	unsigned int choice, i;
	bool found = false;
	struct plan plan;

	for (choice = 0; choice < choices * ARRAY_SIZE(alignments); choice++) {
		u64 sizes[AREAS];

		memcpy(sizes, geometry->sizes, sizeof(sizes));
		for (i = 0; i < AREAS; i++)
			if (sizes[i] == SIZE_NOT_GIVEN)
				sizes[i] = choice & 1 << i ? 0 : DEFAULT_SIZE;
			else if (choice & 1 << i)
				break;
		if (i < AREAS || !make_plan(&plan, memory, sizes, !(choice & 1 << AREAS),
					    alignments[choice / choices]))
			continue;
		if (!found || plan.score > best->score)
			*best = plan;
		found = true;
	}
	if (found && ftrace->zones) {
		divide(memory, ftrace, geometry->cpus);
		/* In older kernels, pmsg begins where the last zone of ftrace ends. */
		if (best->areas[PMSG].offset > ftrace->offset)
			best->areas[PMSG].offset = ftrace->offset + ftrace->zones *
						   ftrace->zone_size;
	}

	return found;
}

void memory_show_zones(const char *path, struct view memory)
{
	char text[MAX_FOUND * 32] = "";
	u64 pos = 0, base = 0;
	unsigned int found = 0;
	size_t length = 0;

	memory = view_part(memory, 0, MAX_SEARCHED);
	while (found < MAX_FOUND && zone_search(memory, base, &pos)) {
		length += snprintf(text + length, sizeof(text) - length, " %#llx",
				   memory.offset + pos);
		base = pos + ZONE_HEADER_SIZE;
		found++;
	}
	if (found)
		warnx("%s: zones of ramoops begin at%s%s", path, text,
		      found == MAX_FOUND ? " and maybe elsewhere" : "");
	else
		warnx("%s: there is no zone of ramoops in the first %llu MiB", path,
		      MAX_SEARCHED >> 20);
}

static void check_plan(const char *path, struct view memory, const struct plan *plan)
{
	size_t i;
	u64 pos;

	for (i = 0; i < AREAS; i++) {
		const struct area *area = &plan->areas[i];
		struct view view = area_view(memory, area);

		if (!area->zones)
			continue;
		if (!has_zones(memory, area, areas[i].kind)) {
			warnx("%s: the sizes do not fit: no zone of %s at %#llx", path,
			      areas[i].region, view.offset +
			      count_zones(memory, area, areas[i].kind) * area->zone_size);
		} else if (area->zones == 1 && i != FTRACE &&
			   zone_search(view_part(view, 0, MAX_SEARCHED), ZONE_HEADER_SIZE, &pos)) {
			warnx("%s: the sizes do not fit: in %s, another zone begins at %#llx",
			      path, areas[i].region, view.offset + pos);
		} else {
			continue;
		}
		memory_show_zones(path, memory);
		return;
	}
}

int open_memory(struct dump *dump, const char *path, const struct geometry *geometry)
{
	struct view memory = view_part(view_of(dump->fd, 0, dump->size),
				       geometry->offset, geometry->mem_size);
	struct plan plan;
	size_t i;

	if (geometry->mem_size != SIZE_NOT_GIVEN && memory.size < geometry->mem_size) {
		warnx("%s: %llu bytes are too few for this offset and size", path,
		      dump->size);
		return -1;
	}
	if (!find_plan(&plan, memory, geometry)) {
		warnx("%s: %llu bytes are too few for areas of these sizes", path, memory.size);
		return -1;
	}

	for (i = 0; i < AREAS; i++) {
		const struct area *area = &plan.areas[i];
		struct region *region;

		if (!area->zones)
			continue;
		region = dump_add(dump, areas[i].region, strlen(areas[i].region));
		if (!region)
			return -1;
		dump_place(dump, region, memory.offset + area->offset,
			   area->zones * area->zone_size);
		region->zones_size = region->size;
		region->zone_size = area->zone_size;
	}
	if (!dump->count) {
		warnx("%s: %llu bytes are too few for a record", path, memory.size);
		return -1;
	}
	check_plan(path, memory, &plan);

	return 0;
}
