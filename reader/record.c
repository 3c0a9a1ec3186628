// SPDX-License-Identifier: GPL-2.0-only
/*
 * The records in a region, as pstore makes them of zones: see fs/pstore/ram.c
 * (dmesg headers, notices) and inode.c (names).
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ftrace.h"
#include "kind.h"
#include "layout.h"
#include "record.h"
#include "util.h"
#include "visitor.h"
#include "zone.h"

/* As many CPUs as a kernel can have */
#define MAX_FTRACE_ZONES	8192

/* A long list of broken zones says no more than its first lines */
#define MAX_ZONE_PROBLEMS	8

/* Twice the largest log buffer that a kernel can be configured with */
#define MAX_RECORD		(64 << 20)

#define DIGITS			"0123456789"

static bool is_kernel_space(u8 c)
{
	/* to the kernel, the no-break space of Latin-1 is one, too */
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0;
}

/*
 * Takes "====<seconds>.<microseconds>-<C|D>\n" off the record's beginning. The
 * kernel's sscanf() does that, for which the newline stands for any white
 * space: some that begins the text, or the compressed bytes, goes with it.
 */
static bool take_dmesg_header(struct record *record)
{
	char buf[128 + 1];
	char *p = buf, *end;
	size_t size = record->zone->size;

	if (size > sizeof(buf) - 1)
		size = sizeof(buf) - 1;
	if (zone_get(record->zone, 0, buf, size))
		return false;
	end = buf + size;
	*end = '\0';

	if (strncmp(p, "====", 4))
		return false;
	p += 4;
	record->seconds = strtoll(p, NULL, 10);
	if (*p == '-')
		p++;
	if (!isdigit((unsigned char)*p))
		return false;
	p += strspn(p, DIGITS);
	if (*p++ != '.' || !isdigit((unsigned char)*p))
		return false;
	record->microseconds = strtol(p, NULL, 10);
	p += strspn(p, DIGITS);
	if (end - p >= 2 && *p == '-') {
		record->compression = p[1] == 'C' ? COMPRESSION_DEFLATE : COMPRESSION_NONE;
		p += 2;
	}
	while (p < end && is_kernel_space((u8)*p))
		p++;

	record->skip = p - buf;

	return true;
}

struct scan {
	struct visitor *visitor;
	const struct dump *dump;
	const struct region *region;
	const char *record_type;
	unsigned int problems;
};

static void zone_problem(struct scan *scan, u64 index, const char *text)
{
	if (scan->problems++ < MAX_ZONE_PROBLEMS)
		report(scan->visitor, scan->region, "zone %llu: %s", index, text);
}

static void add_notice(struct record *record, const struct zone *zone)
{
	if (zone->ecc && (zone->corrected || zone->bad_blocks))
		snprintf(record->notice, sizeof(record->notice),
			 "\nECC: %d Corrected bytes, %d unrecoverable blocks\n",
			 zone->corrected, zone->bad_blocks);
	else if (zone->ecc)
		snprintf(record->notice, sizeof(record->notice), "\nECC: No errors detected\n");
}

/* From what is in a dmesg zone to what is in the file; false where that is nothing */
static bool decode_dmesg(struct scan *scan, u64 index, struct record *record)
{
	char text[80];
	u64 size;
	int ret;

	if (!take_dmesg_header(record)) {
		zone_problem(scan, index, "not a dmesg record: it has no header");
		return false;
	}
	record->size = record->zone->size - record->skip;
	if (!record->size) {
		/* the kernel takes this for the end, and shows nothing that follows */
		zone_problem(scan, index, "nothing after the dmesg header");
		return false;
	}
	if (!record->compression)
		return true;

	ret = record_expand(record, NULL, &size);
	if (ret == -EBADMSG) {
		record->compression = compression_guess(record);
		if (record->compression != COMPRESSION_DEFLATE)
			ret = record_expand(record, NULL, &size);
	}
	if (!ret) {
		record->size = size;
		return true;
	}

	if (ret == -EOPNOTSUPP)
		snprintf(text, sizeof(text), "left compressed: probably %s, which this program %s",
			 compression_name(record->compression),
			 record->compression == COMPRESSION_LZ4 ||
			 record->compression == COMPRESSION_ZSTD ? "was built without" :
			 "does not know");
	else if (ret == -EBADMSG && record->compression != COMPRESSION_DEFLATE)
		snprintf(text, sizeof(text), "left compressed: probably %s, but its data is "
			 "corrupt", compression_name(record->compression));
	else
		snprintf(text, sizeof(text), "left compressed: %s", ret == -EBADMSG ?
			 "its data is corrupt" : "it cannot be read");
	zone_problem(scan, index, text);
	/* pstore shows such a record, too, and by this name */
	record->compression = COMPRESSION_NONE;
	strcat(record->name, ".enc.z");

	return true;
}

/* A record that was compressed, with whatever is behind it; if it cannot be inflated, as it is */
static void finish_salvage(struct record *record)
{
	record->size = record->zone->size - record->skip;
	if (record->compression && record_expand(record, NULL, &record->size)) {
		record->compression = COMPRESSION_NONE;
		record->skip = 0;
		record->size = record->zone->size;
	}
}

static bool visit_zone(struct scan *scan, u64 index, const struct zone *zone, bool is_salvaged)
{
	struct record record = {
		.zone = zone,
		.size = zone->size,
		.max_size = 3 * min_t(u64, zone->room, MAX_RECORD / 3),
	};

	snprintf(record.name, sizeof(record.name), "%s-ramoops-%llu", scan->record_type,
		 scan->region->first + index);
	if (is_salvaged)
		strcat(record.name, ".salvaged");
	if (is_salvaged && take_dmesg_header(&record))
		finish_salvage(&record);
	else if (!is_salvaged && !strcmp(scan->record_type, "dmesg") &&
		 !decode_dmesg(scan, index, &record))
		return true;
	add_notice(&record, zone);
	record.size += strlen(record.notice);

	return scan->visitor->record(scan->visitor, &record);
}

static bool read_zone(struct scan *scan, struct view view, u64 zone_size, u64 index,
		      struct zone *zone)
{
	bool is_ftrace = !strcmp(scan->record_type, "ftrace");
	struct zone_problem wrong;
	bool found;

	found = zone_read(zone, view_part(view, index * zone_size, zone_size), zone_size,
			  scan->dump->ecc, is_ftrace, &scan->visitor->holes, &wrong);
	if (wrong.text[0])
		zone_problem(scan, index, wrong.text);

	return found;
}

/*
 * The text of a zone that is empty or corrupt by its header. A console is never
 * empty. Other zones may be: when they are emptied, their text stays there.
 */
static bool salvage_zone(struct scan *scan, struct view view, u64 zone_size, u64 index,
			 bool is_corrupt, struct zone *zone)
{
	bool is_console = scan->region->kind == KIND_CONSOLE;

	/* it takes time */
	if (!is_console && !scan->dump->salvage && !scan->visitor->looks_for_lost)
		return false;
	view = view_part(view, index * zone_size, zone_size);
	if (!zone_salvage(zone, view, zone_size, scan->dump->ecc))
		return false;
	if (scan->dump->salvage)
		return true;
	if (is_console || is_corrupt)
		scan->visitor->lost++;
	else
		scan->visitor->stale++;
	if (is_console)
		zone_problem(scan, index, "no valid header, but text: --salvage shows it");

	return false;
}

/*
 * The first zone from @index on whose header is not in a hole of the file; holes
 * have no signature, which is told in the same way.
 */
static u64 skip_holes(struct scan *scan, struct view view, u64 zone_size, u64 zones, u64 index)
{
	u64 hole = view_hole(view, index * zone_size), end = index, left;

	if (hole >= ZONE_HEADER_SIZE)
		end += min_t(u64, zones - index, 1 + (hole - ZONE_HEADER_SIZE) / zone_size);
	for (left = end - index; left && scan->problems < MAX_ZONE_PROBLEMS; left--)
		zone_problem(scan, end - left, "not a ramoops zone: signature 0");
	scan->problems += left;

	return end;
}

static void visit_each(struct scan *scan, struct view view, u64 zone_size, u64 zones)
{
	bool more = true;
	unsigned int before;
	struct zone zone;
	u64 i;

	for (i = 0; i < zones && more; i++) {
		i = skip_holes(scan, view, zone_size, zones, i);
		if (i == zones)
			break;
		before = scan->problems;
		if (read_zone(scan, view, zone_size, i, &zone))
			more = visit_zone(scan, i, &zone, false);
		else if (salvage_zone(scan, view, zone_size, i, scan->problems > before,
				      &zone))
			more = visit_zone(scan, i, &zone, true);
	}
}

/* All zones together are one record. */
static void visit_ftrace(struct scan *scan, struct view view, u64 zone_size, u64 zones)
{
	struct ftrace ftrace = {
		.word_size = scan->dump->word_size,
		.symbols = scan->dump->symbols,
		.kaslr_offset = scan->dump->kaslr_offset,
	};
	struct record record = { .ftrace = &ftrace };
	struct zone zone;
	u64 i;

	snprintf(record.name, sizeof(record.name), "ftrace-ramoops-%llu", scan->region->first);
	if (zones > MAX_FTRACE_ZONES) {
		report(scan->visitor, scan->region, "looking only at the first %d of %llu zones",
		       MAX_FTRACE_ZONES, zones);
		zones = MAX_FTRACE_ZONES;
	}
	ftrace.zones = calloc(zones, sizeof(*ftrace.zones));
	if (!ftrace.zones) {
		report(scan->visitor, scan->region, "not enough memory");
		return;
	}
	for (i = 0; i < zones; i++) {
		i = skip_holes(scan, view, zone_size, zones, i);
		if (i < zones && read_zone(scan, view, zone_size, i, &zone))
			ftrace.zones[ftrace.count++] = zone;
	}

	record.size = ftrace_calls(&ftrace);
	if (record.size)
		scan->visitor->record(scan->visitor, &record);
	free(ftrace.zones);
}

static void visit_zones(struct scan *scan, struct view view)
{
	struct layout layout = layout_find(scan->dump, scan->region, view, scan->visitor);
	u64 there = 0;

	/* the rest is not in the dump, which has been told */
	if (layout.zones)
		there = layout.view.size / layout.zone_size +
			!!(layout.view.size % layout.zone_size);
	if (layout.zones > there)
		layout.zones = there;
	if (layout.zones > MAX_ZONES) {
		report(scan->visitor, scan->region, "looking only at the first %d of %llu zones",
		       MAX_ZONES, layout.zones);
		layout.zones = MAX_ZONES;
	}
	if (layout.zones && !strcmp(scan->record_type, "ftrace"))
		visit_ftrace(scan, layout.view, layout.zone_size, layout.zones);
	else
		visit_each(scan, layout.view, layout.zone_size, layout.zones);
	if (scan->problems > MAX_ZONE_PROBLEMS)
		report(scan->visitor, scan->region, "and %u more such problems",
		       scan->problems - MAX_ZONE_PROBLEMS);
}

void region_visit(const struct dump *dump, const struct region *region, struct visitor *visitor)
{
	struct scan scan = {
		.visitor = visitor,
		.dump = dump,
		.region = region,
		.record_type = region_record_type(region),
	};
	const char *wrong;
	struct view view;

	if (region->fault[0]) {
		report(visitor, region, "%s", region->fault);
		return;
	}
	if (region->present < region->size)
		report(visitor, region, "cut short: %llu of %llu bytes are there",
		       region->present, region->size);
	if (region->load_size && region->load_size != region->size)
		report(visitor, region, "KELF_HEADER says %llu bytes", region->load_size);
	if (region->load_size && region->has_paddr && region->load_paddr != region->paddr)
		report(visitor, region, "KELF_HEADER says address %#llx", region->load_paddr);
	if (!scan.record_type || !region->present)
		return;

	wrong = region_open(dump, region, &view);
	if (wrong) {
		report(visitor, region, "%s", wrong);
		return;
	}
	visit_zones(&scan, view);
	close(view.fd);
}
