// SPDX-License-Identifier: GPL-2.0-only
/*
 * SMEM as boot firmware leaves it for Linux:
 *
 *	header		version 12, initialised
 *	$PRT		global partition: item 602, the global minidump ToC
 *	$TOC, SIII	last 4 KiB: partition table, number of items
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fwsim.h"
#include "layout.h"
#include "ram.h"

#define PARTITION_OFFSET	0x4000
#define PARTITION_SIZE		(SMEM_PTABLE - PARTITION_OFFSET)
#define PARTITION_CACHELINE	32
#define TOC_SIZE		(sizeof(struct toc) + SUBSYSTEM_COUNT * sizeof(struct subsystem))

static const struct variant {
	const char *name;
	const char *does;
	uint16_t version;	/* 0: SMEM stays uninitialised */
	uint16_t item_size;	/* 0: no item 602 */
	bool toc_ready;
	bool garbage;
} variants[] = {
	{ "normal", "minidump is supported, nothing is registered yet",
	  .version = SMEM_PART_VERSION, .item_size = TOC_SIZE, .toc_ready = true },
	{ "no-item", "firmware without minidump: SMEM has no item 602",
	  .version = SMEM_PART_VERSION },
	{ "short-item", "item 602 is 47 bytes: the APSS entry lacks its last byte",
	  .version = SMEM_PART_VERSION, .item_size = 47, .toc_ready = true },
	{ "old-heap", "SMEM version 11: one heap, no partitions, no items above 511",
	  .version = SMEM_HEAP_VERSION },
	{ "disabled", "the status of the global ToC is 0",
	  .version = SMEM_PART_VERSION, .item_size = TOC_SIZE },
	{ "garbage", "item 602 is random bytes, always the same, its status not 0",
	  .version = SMEM_PART_VERSION, .item_size = TOC_SIZE, .garbage = true },
	{ "no-smem", "SMEM is zero: not initialised",
	  .version = 0 },
};

static const struct variant *find_variant(const char *name)
{
	if (!name)
		return &variants[0];
	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++)
		if (!strcmp(name, variants[i].name))
			return &variants[i];
	return NULL;
}

void list_variants(FILE *to)
{
	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++)
		fprintf(to, "  %-12s %s\n", variants[i].name, variants[i].does);
}

static void fill_toc(const struct variant *v, uint8_t *item)
{
	struct toc toc = {
		.status = to32(v->toc_ready),
		.md_revision = to32(1),
		.enabled = to32(ENBL),
	};
	uint32_t noise = MINIDUMP_ITEM;

	memcpy(item, &toc, sizeof(toc));
	if (!v->garbage)
		return;
	for (size_t i = 0; i < v->item_size; i++) {
		noise = noise * 1664525 + 1013904223;
		item[i] = noise >> 24;
	}
	item[0] |= 1;
}

static void fill_partition(const struct variant *v, uint8_t *at)
{
	uint32_t space = (v->item_size + 7) & ~7u;
	struct smem_item item = {
		.canary = to16(SMEM_CANARY),
		.item = to16(MINIDUMP_ITEM),
		.size = to32(space),
		.padding_data = to16(space - v->item_size),
	};
	uint32_t used = sizeof(struct smem_partition);

	if (v->item_size) {
		memcpy(at + used, &item, sizeof(item));
		fill_toc(v, at + used + sizeof(item));
		used += sizeof(item) + space;
	}

	struct smem_partition header = {
		.magic = { '$', 'P', 'R', 'T' },
		.host0 = to16(SMEM_GLOBAL_HOST),
		.host1 = to16(SMEM_GLOBAL_HOST),
		.size = to32(PARTITION_SIZE),
		.offset_free_uncached = to32(used),
		.offset_free_cached = to32(PARTITION_SIZE),
	};
	memcpy(at, &header, sizeof(header));
}

static void fill_smem(const struct variant *v, uint8_t *smem)
{
	struct smem_header header = { .initialized = to32(1) };
	struct smem_ptable ptable = {
		.magic = { '$', 'T', 'O', 'C' },
		.version = to32(SMEM_PTABLE_VERSION),
		.num_entries = to32(1),
	};
	struct smem_ptable_entry entry = {
		.offset = to32(PARTITION_OFFSET),
		.size = to32(PARTITION_SIZE),
		.host0 = to16(SMEM_GLOBAL_HOST),
		.host1 = to16(SMEM_GLOBAL_HOST),
		.cacheline = to32(PARTITION_CACHELINE),
	};
	struct smem_info info = {
		.magic = { 'S', 'I', 'I', 'I' },
		.size = to32(SMEM_SIZE),
		.base_addr = to32(SMEM_BASE),
		.num_items = to16(MINIDUMP_ITEM + 200),
	};

	if (!v->version)
		return;

	header.version[SMEM_SBL_VERSION] = to32(v->version << 16);
	header.free_offset = to32(sizeof(header));
	header.available = to32(PARTITION_OFFSET - sizeof(header));
	if (v->version == SMEM_PART_VERSION) {
		fill_partition(v, smem + PARTITION_OFFSET);
		memcpy(smem + SMEM_PTABLE, &ptable, sizeof(ptable));
		memcpy(smem + SMEM_PTABLE + sizeof(ptable), &entry, sizeof(entry));
		memcpy(smem + SMEM_PTABLE + sizeof(ptable) + sizeof(entry), &info, sizeof(info));
	} else {
		header.available = to32(SMEM_SIZE - sizeof(header));
	}
	memcpy(smem, &header, sizeof(header));
}

int boot(const char *path, const char *variant)
{
	static const uint8_t unlocked[MUTEX_SIZE];
	const struct variant *v = find_variant(variant);
	struct ram ram;
	uint8_t *smem;
	int ret = -1;

	if (!v) {
		complain("boot: no variant '%s'; there are:", variant);
		list_variants(stderr);
		return -1;
	}
	if (ram_open(&ram, path, true))
		return -1;

	smem = calloc(1, SMEM_SIZE);
	if (!smem) {
		complain("boot: out of memory");
	} else {
		fill_smem(v, smem);
		if (ram_write(&ram, MUTEX_BASE, unlocked, sizeof(unlocked)) &&
		    ram_write(&ram, SMEM_BASE, smem, SMEM_SIZE)) {
			printf("boot: %s: %s\n", v->name, v->does);
			ret = 0;
		}
	}
	free(smem);
	ram_close(&ram);
	return ret;
}

/* The global partition, by the rules of Linux; nothing of it is trusted yet. */
static const char *find_partition(const struct ram *ram, uint64_t *address, uint32_t *size)
{
	const uint64_t end = SMEM_BASE + SMEM_SIZE;
	uint64_t at = SMEM_BASE + SMEM_PTABLE;
	struct smem_ptable_entry entry;
	struct smem_partition header;
	struct smem_ptable ptable;
	struct smem_info info;
	uint32_t offset = 0;

	if (!ram_read(ram, at, &ptable, sizeof(ptable)))
		return "RAM cannot be read";
	if (memcmp(ptable.magic, "$TOC", 4) || from32(ptable.version) != SMEM_PTABLE_VERSION)
		return "SMEM has no partition table";
	at += sizeof(ptable);

	for (uint32_t i = 0; i < from32(ptable.num_entries); i++, at += sizeof(entry)) {
		if (at + sizeof(entry) > end || !ram_read(ram, at, &entry, sizeof(entry)))
			return "SMEM's partition table is too long";
		if (!offset && from32(entry.size) && from16(entry.host0) == SMEM_GLOBAL_HOST &&
		    from16(entry.host1) == SMEM_GLOBAL_HOST) {
			offset = from32(entry.offset);
			*size = from32(entry.size);
		}
	}
	if (!offset)
		return "SMEM has no global partition";
	if (at + sizeof(info) > end || !ram_read(ram, at, &info, sizeof(info)) ||
	    memcmp(info.magic, "SIII", 4) || from16(info.num_items) <= MINIDUMP_ITEM)
		return "SMEM does not allow item 602";

	*address = (uint64_t)SMEM_BASE + offset;
	if (*size < sizeof(header) || *address + *size > end ||
	    !ram_read(ram, *address, &header, sizeof(header)) ||
	    memcmp(header.magic, "$PRT", 4) || from32(header.size) != *size ||
	    from16(header.host0) != SMEM_GLOBAL_HOST || from16(header.host1) != SMEM_GLOBAL_HOST ||
	    from32(header.offset_free_uncached) > *size)
		return "SMEM's global partition is damaged";
	*size = from32(header.offset_free_uncached);
	return NULL;
}

static const char *find_item(const struct ram *ram, uint64_t *address, uint32_t *size)
{
	struct smem_header header;
	struct smem_item item;
	uint64_t at = 0, end;
	uint32_t used = 0;
	const char *why;

	if (!ram_read(ram, SMEM_BASE, &header, sizeof(header)))
		return "RAM cannot be read";
	if (from32(header.initialized) != 1 || from32(header.reserved))
		return "no SMEM: it is not initialised";
	if (from32(header.version[SMEM_SBL_VERSION]) >> 16 != SMEM_PART_VERSION)
		return "no item 602: SMEM is not version 12";

	why = find_partition(ram, &at, &used);
	if (why)
		return why;

	end = at + used;
	at += sizeof(struct smem_partition);
	while (at + sizeof(item) <= end) {
		if (!ram_read(ram, at, &item, sizeof(item)) || from16(item.canary) != SMEM_CANARY)
			return "SMEM's list of items is damaged";
		at += sizeof(item) + from16(item.padding_hdr);
		if (from16(item.item) == MINIDUMP_ITEM) {
			*address = at;
			*size = from32(item.size) - from16(item.padding_data);
			if (from16(item.padding_data) > from32(item.size) ||
			    at + from32(item.size) > end)
				return "item 602 is damaged";
			return NULL;
		}
		at += from32(item.size);
	}
	return "no item 602 in SMEM";
}

const char *find_toc(const struct ram *ram, struct toc_info *toc)
{
	struct toc header;
	const char *why;
	uint32_t size;

	why = find_item(ram, &toc->address, &size);
	if (why)
		return why;
	if (size < sizeof(header) + sizeof(struct subsystem))
		return "item 602 is too short for APSS";
	if (!ram_read(ram, toc->address, &header, sizeof(header)))
		return "RAM cannot be read";
	toc->status = from32(header.status);
	toc->subsystems = (size - sizeof(header)) / sizeof(struct subsystem);
	return NULL;
}

uint64_t subsystem_address(const struct toc_info *toc, unsigned int index)
{
	return toc->address + sizeof(struct toc) + index * sizeof(struct subsystem);
}
