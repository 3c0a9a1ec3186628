// SPDX-License-Identifier: GPL-2.0-only
/*
 * The records in a region, as pstore makes them of zones: see fs/pstore/ram.c
 * (dmesg headers, notices), platform.c (compression) and inode.c (names).
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "pstore.h"
#include "util.h"
#include "zone.h"

/* pstore itself stops after that many records */
#define MAX_ZONES		65536

/* As many CPUs as a kernel can have */
#define MAX_FTRACE_ZONES	8192

/* A long list of broken zones says no more than its first lines */
#define MAX_ZONE_PROBLEMS	8

/* One zone with an intact header is enough, and most have that */
#define MAX_ECC_ZONES		16

#define DIGITS			"0123456789"

static const struct kind {
	const char *region;
	const char *text;
	const char *record_type;
} kinds[] = {
	{ "KELF_HEADER", "elf header", NULL },
	{ "KELF_HDR", "elf header", NULL },
	{ "KDMESG", "pstore dmesg", "dmesg" },
	{ "KCONSOLE", "pstore console", "console" },
	{ "KPMSG", "pstore pmsg", "pmsg" },
	{ "KFTRACE", "pstore ftrace", "ftrace" },
};

static const struct kind *find_kind(const struct region *region)
{
	static const struct kind other = { NULL, "other", NULL };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].region, region->name))
			return &kinds[i];

	return &other;
}

const char *region_kind(const struct region *region)
{
	return find_kind(region)->text;
}

const char *region_record_type(const struct region *region)
{
	return find_kind(region)->record_type;
}

static u8 input[256 * 1024];
static u8 inflated[64 * 1024];

/* The next bytes into @input; their number, 0 at the end, or -errno */
static int get_input(const struct record *record, size_t *pos)
{
	size_t left = record->zone->size - *pos;
	int ret;

	if (left > sizeof(input))
		left = sizeof(input);
	ret = zone_get(record->zone, *pos, input, left);
	*pos += left;

	return ret ?: (int)left;
}

/* Without @out it only measures. */
static int inflate_record(const struct record *record, FILE *out, u64 *size)
{
	size_t pos = record->skip;
	z_stream stream = { 0 };
	int n, status = Z_OK;

	*size = 0;
	if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
		return -ENOMEM;

	while (status == Z_OK && (n = get_input(record, &pos)) > 0) {
		stream.next_in = input;
		stream.avail_in = n;
		do {
			stream.next_out = inflated;
			stream.avail_out = sizeof(inflated);
			status = inflate(&stream, Z_NO_FLUSH);
			*size += stream.next_out - inflated;
			if (*size > record->max_size)
				status = Z_DATA_ERROR;
			if (out)
				fwrite(inflated, 1, stream.next_out - inflated, out);
		} while (status == Z_OK && !stream.avail_out);
		/* it only wanted more input */
		if (status == Z_BUF_ERROR)
			status = Z_OK;
	}
	inflateEnd(&stream);
	if (status == Z_OK && n < 0)
		return n;

	return status == Z_STREAM_END ? 0 : -EBADMSG;
}

static int copy_record(const struct record *record, FILE *out)
{
	size_t pos = record->skip;
	int n;

	while ((n = get_input(record, &pos)) > 0)
		fwrite(input, 1, n, out);

	return n;
}

int record_write(const struct record *record, FILE *out)
{
	u64 size;
	int ret = 0;

	errno = 0;
	if (record->ftrace)
		ftrace_write(record->ftrace, out);
	else if (record->deflated)
		ret = inflate_record(record, out, &size);
	else
		ret = copy_record(record, out);
	fputs(record->notice, out);
	if (!ret && (fflush(out) || ferror(out)))
		ret = errno ? -errno : -EIO;

	return ret;
}

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
		record->deflated = p[1] == 'C';
		p += 2;
	}
	while (p < end && is_kernel_space(*p))
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

static __printf(2, 3) void problem(struct scan *scan, const char *format, ...)
{
	char text[160];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	scan->visitor->problem(scan->visitor, scan->region, text);
}

static void zone_problem(struct scan *scan, u64 index, const char *text)
{
	if (scan->problems++ < MAX_ZONE_PROBLEMS)
		problem(scan, "zone %llu: %s", index, text);
}

static void add_notice(struct record *record, const struct zone *zone)
{
	if (zone->has_ecc && (zone->corrected || zone->bad_blocks))
		snprintf(record->notice, sizeof(record->notice),
			 "\nECC: %d Corrected bytes, %d unrecoverable blocks\n",
			 zone->corrected, zone->bad_blocks);
	else if (zone->has_ecc)
		snprintf(record->notice, sizeof(record->notice), "\nECC: No errors detected\n");
}

/* From what is in a dmesg zone to what is in the file; false where that is nothing */
static bool decode_dmesg(struct scan *scan, u64 index, struct record *record)
{
	u64 size;
	int ret;

	if (!take_dmesg_header(record)) {
		zone_problem(scan, index, "no dmesg record: it has no header");
		return false;
	}
	record->size = record->zone->size - record->skip;
	if (!record->size) {
		/* the kernel takes this for the end, and shows nothing that follows */
		zone_problem(scan, index, "nothing behind the dmesg header");
		return false;
	}
	if (!record->deflated)
		return true;

	ret = inflate_record(record, NULL, &size);
	if (!ret) {
		record->size = size;
	} else {
		/* pstore shows such a record, too, and by this name */
		zone_problem(scan, index, ret == -EBADMSG ?
			     "left compressed: its data is corrupt" :
			     "left compressed: it cannot be read");
		record->deflated = false;
		strcat(record->name, ".enc.z");
	}

	return true;
}

static bool visit_zone(struct scan *scan, u64 index, const struct zone *zone)
{
	struct record record = {
		.zone = zone,
		.size = zone->size,
		.max_size = 3 * zone->room,
	};

	snprintf(record.name, sizeof(record.name), "%s-ramoops-%llu", scan->record_type, index);
	if (!strcmp(scan->record_type, "dmesg") && !decode_dmesg(scan, index, &record))
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
			  scan->dump->ecc, is_ftrace, &wrong);
	if (wrong.text[0])
		zone_problem(scan, index, wrong.text);

	return found;
}

static void visit_each(struct scan *scan, struct view view, u64 zone_size, u64 zones)
{
	bool more = true;
	struct zone zone;
	u64 i;

	for (i = 0; i < zones && more; i++) {
		if (!read_zone(scan, view, zone_size, i, &zone))
			continue;
		more = visit_zone(scan, i, &zone);
		free(zone.data);
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
	struct record record = { .name = "ftrace-ramoops-0", .ftrace = &ftrace };
	struct zone zone;
	u64 i;

	if (zones > MAX_FTRACE_ZONES) {
		problem(scan, "looking only at the first %d of %llu zones", MAX_FTRACE_ZONES,
			zones);
		zones = MAX_FTRACE_ZONES;
	}
	ftrace.zones = calloc(zones, sizeof(*ftrace.zones));
	if (!ftrace.zones) {
		problem(scan, "not enough memory");
		return;
	}
	for (i = 0; i < zones; i++) {
		if (!read_zone(scan, view, zone_size, i, &zone))
			continue;
		if (zone_load(&zone))
			zone_problem(scan, i, "cannot be read");
		else
			ftrace.zones[ftrace.count++] = zone;
	}

	record.size = ftrace_calls(&ftrace);
	if (record.size)
		scan->visitor->record(scan->visitor, &record);
	while (ftrace.count)
		free(ftrace.zones[--ftrace.count].data);
	free(ftrace.zones);
}

struct layout {
	struct view view;
	u64 zone_size;
	u64 zones;
};

/*
 * The zones show themselves where they are. A region begins and ends at a
 * multiple of 4, a zone at a multiple of 2; console and pmsg are one zone each,
 * whose size is a power of two.
 */
static struct layout guess_zones(struct scan *scan, struct view view)
{
	bool is_single = !strcmp(scan->record_type, "console") ||
			 !strcmp(scan->record_type, "pmsg");
	u64 size = scan->region->size, zone_size = 0;

	if (!zone_has_signature(view) && zone_has_signature(view_part(view, 2, size))) {
		view = view_part(view, 2, size);
		size -= 2;
	}
	if (is_single && (size & ~3ULL) && !((size & ~3ULL) & ((size & ~3ULL) - 1)))
		zone_size = size & ~3ULL;
	if (!is_single)
		zone_size = zone_detect_size(view);
	if (!is_single && zone_size)
		problem(scan, "taken as zones of %llu bytes, which it looks like", zone_size);
	else if (scan->dump->has_header)
		problem(scan, "not divided by KELF_HEADER: taking all as one zone");

	return (struct layout){ view, zone_size ?: size, zone_size ? size / zone_size : 1 };
}

/* Where a region's zones are */
static struct layout find_zones(struct scan *scan, struct view view)
{
	const struct region *region = scan->region;
	struct layout layout = { .zone_size = region->zone_size };
	u64 size = region->zones_size;

	if (size) {
		layout.view = view_part(view, region->zones_offset, size);
		if (layout.zone_size > size || layout.zone_size <= ZONE_HEADER_SIZE) {
			problem(scan, "divided into zones of %llu bytes: taking all as one zone",
				layout.zone_size);
			layout.zone_size = size;
		}
		layout.zones = size / layout.zone_size;
	} else {
		layout = guess_zones(scan, view);
	}
	if (layout.zone_size <= ZONE_HEADER_SIZE) {
		problem(scan, "too small for a ramoops zone");
		layout.zones = 0;
	}

	return layout;
}

static void visit_zones(struct scan *scan, struct view view)
{
	struct layout layout = find_zones(scan, view);
	u64 there = 0;

	/* the rest is not in the dump, which has been told */
	if (layout.zones)
		there = layout.view.size / layout.zone_size +
			!!(layout.view.size % layout.zone_size);
	if (layout.zones > there)
		layout.zones = there;
	if (layout.zones > MAX_ZONES) {
		problem(scan, "looking only at the first %d of %llu zones", MAX_ZONES,
			layout.zones);
		layout.zones = MAX_ZONES;
	}
	if (layout.zones && !strcmp(scan->record_type, "ftrace"))
		visit_ftrace(scan, layout.view, layout.zone_size, layout.zones);
	else
		visit_each(scan, layout.view, layout.zone_size, layout.zones);
	if (scan->problems > MAX_ZONE_PROBLEMS)
		problem(scan, "and %u more such problems", scan->problems - MAX_ZONE_PROBLEMS);
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
		problem(&scan, "%s", region->fault);
		return;
	}
	if (region->present < region->size)
		problem(&scan, "cut short: %llu of %llu bytes are there",
			region->present, region->size);
	if (region->load_size && region->load_size != region->size)
		problem(&scan, "KELF_HEADER says %llu bytes", region->load_size);
	if (region->load_size && region->has_paddr && region->load_paddr != region->paddr)
		problem(&scan, "KELF_HEADER says address %#llx", region->load_paddr);
	if (!scan.record_type || !region->present)
		return;

	wrong = region_open(dump, region, &view);
	if (wrong) {
		problem(&scan, "%s", wrong);
		return;
	}
	visit_zones(&scan, view);
	close(view.fd);
}

static void ignore_problem(struct visitor *visitor, const struct region *region, const char *text)
{
	(void)visitor;
	(void)region;
	(void)text;
}

unsigned int pstore_detect_ecc(const struct dump *dump)
{
	struct visitor silent = { .problem = ignore_problem };
	unsigned int ecc = 0;
	struct view view;
	size_t i, zone;

	for (i = 0; i < dump->count && !ecc; i++) {
		struct scan scan = { &silent, dump, &dump->regions[i],
				     region_record_type(&dump->regions[i]), 0 };
		struct layout layout;

		if (!scan.record_type || scan.region->fault[0] ||
		    region_open(dump, scan.region, &view))
			continue;
		layout = find_zones(&scan, view);
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
