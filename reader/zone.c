// SPDX-License-Identifier: GPL-2.0-only
/*
 * The zones of ramoops, read as the kernel of the next boot would: see
 * fs/pstore/ram_core.c.
 */
#include <endian.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rs.h"
#include "util.h"
#include "zone.h"

#define ZONE_SIGNATURE		0x43474244
#define ECC_BLOCK_SIZE		128

/* Far beyond any record; bounds the search for the end of the first */
#define MAX_ZONE_SIZE		(16 << 20)

struct zone_header {
	u32 signature;
	u32 start;
	u32 size;
};

/* The signature of an ftrace zone is xor-ed with the kernel's version code. */
static bool is_signature(u32 signature, bool is_ftrace)
{
	u32 code = le32toh(signature) ^ ZONE_SIGNATURE;

	return is_ftrace ? code < 1 << 24 : !code;
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

static void reverse(u8 *from, u8 *to)
{
	while (from < to) {
		u8 byte = *from;

		*from++ = *--to;
		*to = byte;
	}
}

int zone_get(const struct zone *zone, size_t offset, void *buf, size_t size)
{
	struct view old = view_part(zone->part[0], offset, size);
	int ret;

	if (zone->data) {
		memcpy(buf, zone->data + offset, size);
		return 0;
	}

	ret = view_read(old, 0, buf, old.size);
	if (ret || old.size == size)
		return ret;

	return view_read(zone->part[1], offset + old.size - zone->part[0].size,
			 (u8 *)buf + old.size, size - old.size);
}

int zone_load(struct zone *zone)
{
	u8 *data;
	int ret;

	if (zone->data)
		return 0;
	data = malloc(zone->size);
	ret = data ? zone_get(zone, 0, data, zone->size) : -ENOMEM;
	if (ret)
		free(data);
	else
		zone->data = data;

	return ret;
}

/* All of it, as a block has to be corrected before it can be used */
static int read_ecc_ring(struct zone *zone, struct view ring, u32 start, u32 size,
			 unsigned int ecc)
{
	struct view data, parity;
	u8 block[RS_MAX_BLOCK];
	u8 *pars;
	u64 pos;
	int ret;

	/* the last block is checked as a whole, even where only its beginning is used */
	data = view_part(ring, 0, (u64)(size + ECC_BLOCK_SIZE - 1) / ECC_BLOCK_SIZE *
			 ECC_BLOCK_SIZE);
	data = view_part(data, 0, zone->room);
	parity = view_part(ring, zone->room, (data.size + ECC_BLOCK_SIZE - 1) / ECC_BLOCK_SIZE *
			   ecc);
	zone->data = malloc(data.size);
	pars = malloc(parity.size);
	if (!zone->data || !pars) {
		ret = -ENOMEM;
		goto out;
	}
	ret = view_read(data, 0, zone->data, data.size);
	if (!ret)
		ret = view_read(parity, 0, pars, parity.size);
	if (ret)
		goto out;

	for (pos = 0; pos < data.size; pos += ECC_BLOCK_SIZE) {
		unsigned int length = view_part(data, pos, ECC_BLOCK_SIZE).size;

		memcpy(block, zone->data + pos, length);
		memcpy(block + length, pars + pos / ECC_BLOCK_SIZE * ecc, ecc);
		count_errors(zone, rs_correct(block, length + ecc, ecc));
		memcpy(zone->data + pos, block, length);
	}

	reverse(zone->data, zone->data + start);
	reverse(zone->data + start, zone->data + size);
	reverse(zone->data, zone->data + size);
out:
	free(pars);
	return ret;
}

/* The kernel gives this much of a zone to parity: a block for the header comes last. */
static u64 ecc_total(u64 room, unsigned int ecc)
{
	if (room <= ecc)
		return room;

	return ((room - ecc + ECC_BLOCK_SIZE + ecc - 1) / (ECC_BLOCK_SIZE + ecc) + 1) * ecc;
}

bool zone_read(struct zone *zone, struct view view, u64 size, unsigned int ecc, bool is_ftrace,
	       struct zone_problem *problem)
{
	u8 block[ZONE_HEADER_SIZE + ECC_MAX];
	struct zone_header header;
	u32 start, used;
	struct view ring;
	int ret;

	*zone = (struct zone){ .room = size - sizeof(header) };
	problem->text[0] = '\0';

	ret = view_read(view, 0, block, sizeof(header));
	if (ret) {
		explain(problem, "cannot be read: %s", view_strerror(ret));
		return false;
	}
	if (ecc && view.size < size) {
		explain(problem, "cut short: its errors are not corrected");
	} else if (ecc) {
		if (ecc_total(zone->room, ecc) >= zone->room) {
			explain(problem, "too small for %u bytes of parity per block", ecc);
			return false;
		}
		zone->has_ecc = true;
		ret = view_read(view, size - ecc, block + sizeof(header), ecc);
		if (ret) {
			explain(problem, "cannot be read: %s", view_strerror(ret));
			return false;
		}
		count_errors(zone, rs_correct(block, sizeof(header) + ecc, ecc));
	}
	if (ecc && ecc_total(zone->room, ecc) < zone->room)
		zone->room -= ecc_total(zone->room, ecc);

	memcpy(&header, block, sizeof(header));
	if (!is_signature(header.signature, is_ftrace)) {
		explain(problem, "no ramoops zone: signature %#x", le32toh(header.signature));
		return false;
	}
	start = le32toh(header.start);
	used = le32toh(header.size);
	if (start > used || used > zone->room) {
		explain(problem, "corrupt: start %u, size %u, room for %llu", start, used,
			zone->room);
		return false;
	}

	ring = view_part(view, sizeof(header), size);
	zone->part[0] = view_part(ring, start, used - start);
	zone->part[1] = view_part(ring, 0, start);
	zone->size = zone->part[0].size + zone->part[1].size;
	zone->lacks_end = start ? zone->part[1].size < start : zone->size < used;
	if (zone->size < used)
		explain(problem, "cut short: %zu of %u bytes are there", zone->size, used);

	ret = zone->has_ecc && used ? read_ecc_ring(zone, ring, start, used, ecc) : 0;
	if (ret) {
		explain(problem, "cannot be read: %s", view_strerror(ret));
		free(zone->data);
		return false;
	}

	return zone->size > 0;
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
	if (!is_signature(header.signature, true))
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

/* Whether a zone of @size bytes can begin there, with the same signature as the others */
static bool is_zone(struct view view, u64 offset, u64 size, u32 signature)
{
	struct zone_header header;

	return !view_read(view, offset, &header, sizeof(header)) &&
	       header.signature == signature && le32toh(header.start) <= le32toh(header.size) &&
	       le32toh(header.size) <= size - sizeof(header);
}

bool zone_has_signature(struct view view)
{
	u32 signature;

	return !view_read(view, 0, &signature, sizeof(signature)) && is_signature(signature, true);
}

/*
 * ramoops writes the signature of every zone when it starts. So the size of a
 * zone is the distance from the first to another signature, if there is one at
 * each multiple of it, up to the few bytes that alignment adds to a region.
 */
u64 zone_detect_size(struct view view)
{
	u8 buf[64 * 1024];
	u64 base = 0;
	u32 signature;
	size_t i;

	if (!zone_has_signature(view) || view_read(view, 0, &signature, sizeof(signature)))
		return 0;

	while (base < view.size && base < MAX_ZONE_SIZE) {
		struct view chunk = view_part(view, base, sizeof(buf));

		if (view_read(chunk, 0, buf, chunk.size))
			return 0;
		for (i = 0; i + sizeof(signature) <= chunk.size; i += 2) {
			u64 size = base + i, pos;

			if (memcmp(buf + i, &signature, sizeof(signature)) ||
			    size <= ZONE_HEADER_SIZE || view.size % size > 4)
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
