// SPDX-License-Identifier: GPL-2.0-only
/*
 * Divides the plain memory of ramoops into its areas, as ramoops_probe() does.
 */
#include <err.h>
#include <string.h>

#include "open.h"

/* The memory at @offset; the offset behind it */
static u64 add_area(struct dump *dump, const char *name, u64 offset, u64 zones,
		      u64 zone_size)
{
	struct region *region = zones && zone_size ? dump_add(dump, name, strlen(name)) : NULL;
	u64 size = zones * zone_size;

	if (region) {
		region->offset = offset;
		region->size = size;
		region->present = size;
		region->zones_size = size;
		region->zone_size = zone_size;
	}

	return offset + size;
}

static u64 power_of_two(u64 size)
{
	while (size & (size - 1))
		size &= size - 1;

	return size;
}

int open_memory(struct dump *dump, const char *path, const struct geometry *geometry)
{
	u64 console = power_of_two(geometry->console_size);
	u64 ftrace = power_of_two(geometry->ftrace_size);
	u64 record = power_of_two(geometry->record_size);
	u64 pmsg = power_of_two(geometry->pmsg_size);
	u64 room = dump->size, zones, offset;

	if (console > room || pmsg > room - console || ftrace > room - console - pmsg) {
		warnx("%s: %llu bytes are too few for areas of these sizes", path, dump->size);
		return -1;
	}
	room -= console + pmsg + ftrace;

	zones = record ? room / record : 0;
	offset = add_area(dump, "KDMESG", 0, zones, zones ? room / zones / 2 * 2 : 0);
	offset = add_area(dump, "KCONSOLE", offset, 1, console);
	offset = add_area(dump, "KPMSG", offset, 1, pmsg);
	add_area(dump, "KFTRACE", offset, geometry->cpus, ftrace / geometry->cpus / 2 * 2);
	if (!dump->count) {
		warnx("%s: %llu bytes are too few for a record", path, dump->size);
		return -1;
	}

	return 0;
}
