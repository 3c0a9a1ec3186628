// SPDX-License-Identifier: GPL-2.0-only
/*
 * The zones of ramoops, read as the kernel of the next boot would: see
 * fs/pstore/ram_core.c.
 */
#include <endian.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "rs.h"
#include "util.h"
#include "zone.h"

#define ZONE_SIGNATURE		0x43474244
#define ECC_BLOCK_SIZE		128

/* Far beyond any record; bounds the search for the end of the first */
#define MAX_ZONE_SIZE		(16 << 20)

/* Fewer printable characters in a row may be chance. */
#define MIN_TEXT		24

/*
 * What a kernel has written is no hole, but a dump that could not be read
 * everywhere may have some. More than that is made up. The fuzzer has less, for
 * more inputs in the same time.
 */
#ifndef MAX_HOLES
#define MAX_HOLES		(16 << 20)
#endif

struct zone_header {
	u32 signature;
	u32 start;
	u32 size;
};

/* No kernel before 3.6 has ftrace in ramoops. */
#define MIN_KERNEL		3
#define MAX_KERNEL		31

/*
 * The signature of an ftrace zone is xor-ed with the kernel's version code,
 * which tells it from text.
 */
static bool is_signature(u32 signature, bool is_ftrace)
{
	u32 code = le32toh(signature) ^ ZONE_SIGNATURE;

	return is_ftrace ? code >> 16 >= MIN_KERNEL && code >> 16 <= MAX_KERNEL : !code;
}

static bool is_any_signature(u32 signature)
{
	return is_signature(signature, false) || is_signature(signature, true);
}

static __printf(2, 3) void explain(struct zone_problem *problem, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(problem->text, sizeof(problem->text), format, args);
	va_end(args);
}

static void count_errors(struct zone *zone, int errors)
{
	if (errors < 0)
		zone->bad_blocks++;
	else
		zone->corrected += errors;
}

/*
 * The block of data that has @pos, corrected, in @block. The last one is checked
 * as a whole, even if only its beginning is used. The number of wrong bytes, or
 * -EBADMSG if they are too many, after which the block is as it was. What else
 * is negative comes from reading.
 */
static int get_block(const struct zone *zone, u64 pos, u8 *block, unsigned int *size)
{
	struct view data = view_part(zone->ring, pos / ECC_BLOCK_SIZE * ECC_BLOCK_SIZE,
				     ECC_BLOCK_SIZE);
	int ret;

	*size = data.size;
	ret = view_read(data, 0, block, *size);
	if (!ret)
		ret = view_read(zone->parity, pos / ECC_BLOCK_SIZE * zone->ecc, block + *size,
				zone->ecc);
	if (ret)
		return ret;
	ret = rs_correct(block, *size + zone->ecc, zone->ecc);

	return ret < 0 ? -EBADMSG : ret;
}

static int get_ring(const struct zone *zone, u64 pos, u8 *to, size_t size)
{
	u8 block[RS_MAX_BLOCK];
	unsigned int length;
	int ret;

	if (!zone->ecc)
		return view_read(zone->ring, pos, to, size);

	while (size) {
		size_t from = pos % ECC_BLOCK_SIZE, n;

		ret = get_block(zone, pos, block, &length);
		if (ret < 0 && ret != -EBADMSG)
			return ret;
		if (from >= length)
			return -ENODATA;
		n = min_t(size_t, size, length - from);
		memcpy(to, block + from, n);
		pos += n;
		to += n;
		size -= n;
	}

	return 0;
}

int zone_get(const struct zone *zone, u64 offset, void *buf, size_t size)
{
	size_t old = offset < zone->old_size ? min_t(u64, size, zone->old_size - offset) : 0;
	int ret = old ? get_ring(zone, zone->start + offset, buf, old) : 0;

	if (ret || old == size)
		return ret;

	return get_ring(zone, offset + old - zone->old_size, (u8 *)buf + old, size - old);
}

static int count_block_errors(struct zone *zone, u64 used)
{
	u8 block[RS_MAX_BLOCK];
	unsigned int length;
	u64 pos;
	int ret;

	for (pos = 0; pos < used; pos += ECC_BLOCK_SIZE) {
		ret = get_block(zone, pos, block, &length);
		if (ret < 0 && ret != -EBADMSG)
			return ret;
		count_errors(zone, ret);
	}

	return 0;
}

/* The kernel gives this much of a zone to parity: a block for the header comes last. */
static u64 ecc_total(u64 room, unsigned int ecc)
{
	u64 blocks;

	if (room <= ecc)
		return room;
	blocks = (room - ecc) / (ECC_BLOCK_SIZE + ecc) + !!((room - ecc) % (ECC_BLOCK_SIZE + ecc));

	return (blocks + 1) * ecc;
}

/* The header, corrected if there is @ecc; false after an explanation */
static bool read_header(struct zone *zone, struct view view, u64 size, unsigned int ecc,
			struct zone_header *header, struct zone_problem *problem)
{
	u8 block[ZONE_HEADER_SIZE + ECC_MAX];
	u64 parity = ecc_total(zone->room, ecc);
	int ret;

	if (ecc && view.size >= size && parity >= zone->room) {
		explain(problem, "too small for %u bytes of parity per block", ecc);
		return false;
	}
	ret = view_read(view, 0, block, sizeof(*header));
	if (!ret && ecc && view.size >= size) {
		zone->ecc = ecc;
		ret = view_read(view, size - ecc, block + sizeof(*header), ecc);
	}
	if (ret) {
		explain(problem, "cannot be read: %s", view_strerror(ret));
		return false;
	}
	if (zone->ecc)
		count_errors(zone, rs_correct(block, sizeof(*header) + ecc, ecc));
	else if (ecc)
		explain(problem, "cut short: its errors are not corrected");
	if (ecc && parity < zone->room)
		zone->room -= parity;
	memcpy(header, block, sizeof(*header));

	return true;
}

bool zone_read(struct zone *zone, struct view view, u64 size, unsigned int ecc, bool is_ftrace,
	       u64 *holes, struct zone_problem *problem)
{
	struct zone_header header;
	u32 start, used;
	u64 hole, new_size;
	int ret;

	*zone = (struct zone){ .room = size - sizeof(header) };
	problem->text[0] = '\0';
	if (!read_header(zone, view, size, ecc, &header, problem))
		return false;

	if (!is_signature(header.signature, is_ftrace)) {
		if (is_any_signature(header.signature))
			explain(problem, "not a ramoops %s zone, but one of %s",
				is_ftrace ? "ftrace" : "text", is_ftrace ? "text" : "ftrace");
		else
			explain(problem, "not a ramoops zone: signature %#x",
				le32toh(header.signature));
		return false;
	}
	start = le32toh(header.start);
	used = le32toh(header.size);
	if (start > used || used > zone->room) {
		explain(problem, "corrupt: start %u, size %u, room for %llu", start, used,
			zone->room);
		return false;
	}

	zone->ring = view_part(view, sizeof(header), zone->room);
	zone->parity = view_part(view, sizeof(header) + zone->room, view.size);
	zone->start = start;
	zone->old_size = view_part(zone->ring, start, used - start).size;
	new_size = view_part(zone->ring, 0, start).size;
	zone->size = zone->old_size + new_size;
	zone->lacks_end = start ? new_size < start : zone->size < used;
	if (zone->size < used)
		explain(problem, "cut short: %llu of %u bytes are there", zone->size, used);

	hole = view_holes(view_part(zone->ring, 0, used));
	if (hole > MAX_HOLES - *holes) {
		explain(problem, "not read: at least %llu of its %u bytes are a hole in the file",
			hole, used);
		return false;
	}
	*holes += hole;

	ret = zone->ecc ? count_block_errors(zone, used) : 0;
	if (ret) {
		explain(problem, "cannot be read: %s", view_strerror(ret));
		return false;
	}

	return zone->size > 0;
}

static bool begins_record(struct view view)
{
	char text[4];

	return !view_read(view, ZONE_HEADER_SIZE, text, sizeof(text)) &&
	       !memcmp(text, "====", sizeof(text));
}

bool zone_salvage(struct zone *zone, struct view view, u64 size, unsigned int ecc)
{
	u64 room = size - ZONE_HEADER_SIZE, pos = 0, first = 0, end = 0;
	/* a page, as what is in a file between two holes may be no more */
	static u8 buf[4096];
	bool is_text = begins_record(view);
	size_t i, run = 0;

	if (room <= ecc_total(room, ecc))
		return false;
	room -= ecc_total(room, ecc);
	view = view_part(view, ZONE_HEADER_SIZE, room);
	while (pos < view.size) {
		struct view chunk;

		/* what is behind a hole is something else */
		if (view_hole(view, pos) >= 64 * 1024 && end)
			break;
		pos += view_hole(view, pos);
		chunk = view_part(view, pos, sizeof(buf));
		if (view_read(chunk, 0, buf, chunk.size))
			break;
		for (i = 0; i < chunk.size; i++) {
			bool is_printable = (buf[i] >= ' ' && buf[i] <= '~') || buf[i] == '\n';

			run = is_printable ? run + 1 : 0;
			if (run == MIN_TEXT)
				is_text = true;
			if (!end && buf[i])
				first = pos + i;
			if (buf[i])
				end = pos + i + 1;
		}
		pos += chunk.size;
	}
	*zone = (struct zone){
		.ring = view_part(view, first, end - first),
		.old_size = end - first,
		.size = end - first,
		/* a full ring begins and ends somewhere in it */
		.lacks_end = end == room,
		.room = room,
	};

	return is_text;
}

unsigned int zone_detect_ecc(struct view view)
{
	u8 block[ZONE_HEADER_SIZE + ECC_MAX], tail[ECC_MAX];
	struct zone_header header;
	unsigned int ecc, i;
	u8 sum = 0;

	if (view_read(view, 0, &header, sizeof(header)) || view.size < sizeof(block) ||
	    view_read(view, view.size - sizeof(tail), tail, sizeof(tail)))
		return 0;
	if (!is_any_signature(header.signature))
		return 0;

	memcpy(block, &header, sizeof(header));
	for (i = 0; i < sizeof(header); i++)
		sum ^= block[i];
	for (ecc = 1; ecc <= ECC_MAX; ecc++) {
		/* 2^0 is a root, so the sum of all bytes is 0 */
		sum ^= tail[sizeof(tail) - ecc];
		if (sum || ecc < ECC_DETECTABLE)
			continue;
		memcpy(block + sizeof(header), tail + sizeof(tail) - ecc, ecc);
		if (rs_is_intact(block, sizeof(header) + ecc, ecc))
			return ecc;
	}

	return 0;
}

static bool is_header(const struct zone_header *header, u64 size)
{
	u32 used = le32toh(header->size);

	return le32toh(header->start) <= used && used <= size - sizeof(*header);
}

/* Whether a zone of @size bytes can begin there, with the same signature as the others */
static bool is_zone(struct view view, u64 offset, u64 size, u32 signature)
{
	struct zone_header header;

	return !view_read(view, offset, &header, sizeof(header)) &&
	       header.signature == signature && is_header(&header, size);
}

bool zone_has_signature(struct view view)
{
	u32 signature;

	return !view_read(view, 0, &signature, sizeof(signature)) && is_any_signature(signature);
}

bool zone_is_here(struct view view, enum zone_kind kind)
{
	struct zone_header header;

	if (view_read(view, 0, &header, sizeof(header)) ||
	    !is_signature(header.signature, kind == ZONE_FTRACE) || !is_header(&header, view.size))
		return false;
	if (kind == ZONE_FTRACE || !header.size)
		return true;

	return begins_record(view) == (kind == ZONE_DMESG);
}

bool zone_search(struct view view, u64 from, u64 *pos)
{
	static u8 buf[64 * 1024];
	struct zone_header header;
	size_t i;

	for (; from < view.size; from += sizeof(buf) - sizeof(header) + 2) {
		u64 hole = view_hole(view, from);
		struct view chunk;

		/* a zone may begin at its end, and at even offsets only */
		if (hole > sizeof(buf))
			from += hole / 2 * 2;
		chunk = view_part(view, from, sizeof(buf));
		if (view_read(chunk, 0, buf, chunk.size))
			return false;
		for (i = 0; i + sizeof(header) <= chunk.size; i += 2) {
			memcpy(&header, buf + i, sizeof(header));
			*pos = from + i;
			if (is_any_signature(header.signature) &&
			    is_header(&header, view.size - *pos))
				return true;
		}
	}

	return false;
}

/*
 * ramoops writes the signature of every zone when it starts. So the size of a
 * zone is the distance from the first to another signature, if there is one at
 * each multiple of it, up to the few bytes that alignment adds to a region.
 */
u64 zone_detect_size(struct view view)
{
	u8 buf[4096];
	u64 base = 0;
	u32 signature;
	size_t i;

	if (!zone_has_signature(view) || view_read(view, 0, &signature, sizeof(signature)))
		return 0;

	while (base < view.size && base < MAX_ZONE_SIZE) {
		u64 hole = view_hole(view, base);
		struct view chunk;

		/* the last bytes of a hole may be the first ones of something */
		if (hole > sizeof(signature))
			base += (hole - sizeof(signature)) / 2 * 2;
		chunk = view_part(view, base, sizeof(buf));
		if (view_read(chunk, 0, buf, chunk.size))
			return 0;
		for (i = 0; i + sizeof(signature) <= chunk.size; i += 2) {
			u64 size = base + i, pos;
			u32 word;

			memcpy(&word, buf + i, sizeof(word));
			if (word != signature || size <= ZONE_HEADER_SIZE ||
			    view.size % size > 4 || view.size / size > MAX_ZONES)
				continue;
			for (pos = 0; view.size - pos >= size; pos += size)
				if (!is_zone(view, pos, size, signature))
					break;
			if (view.size - pos < size)
				return size;
		}
		if (chunk.size < sizeof(buf))
			break;
		base += sizeof(buf) - 2;
	}

	return 0;
}
