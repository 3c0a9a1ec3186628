/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What boot firmware and Linux share, byte by byte: the machine's memory map,
 * SMEM, the minidump tables, the rawdump partition. Every field is made of
 * bytes, so a structure has neither padding nor alignment of its own, and
 * cannot be read without a conversion by mistake.
 */
#ifndef LAYOUT_H
#define LAYOUT_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

typedef struct { uint8_t b[2]; } le16;
typedef struct { uint8_t b[4]; } le32;
typedef struct { uint8_t b[8]; } le64;

static inline uint64_t get_le(const uint8_t *b, size_t size)
{
	uint64_t v = 0;

	while (size--)
		v = v << 8 | b[size];
	return v;
}

static inline void put_le(uint8_t *b, size_t size, uint64_t v)
{
	for (size_t i = 0; i < size; i++)
		b[i] = v >> 8 * i;
}

static inline uint16_t from16(le16 v) { return get_le(v.b, sizeof(v)); }
static inline uint32_t from32(le32 v) { return get_le(v.b, sizeof(v)); }
static inline uint64_t from64(le64 v) { return get_le(v.b, sizeof(v)); }
static inline le16 to16(uint16_t v) { le16 r; put_le(r.b, sizeof(r), v); return r; }
static inline le32 to32(uint32_t v) { le32 r; put_le(r.b, sizeof(r), v); return r; }
static inline le64 to64(uint64_t v) { le64 r; put_le(r.b, sizeof(r), v); return r; }

#define ASSERT_SIZE(type, size) static_assert(sizeof(struct type) == (size), #type)
#define ASSERT_AT(type, field, at) \
	static_assert(offsetof(struct type, field) == (at), #type "." #field)

/*
 * Memory map: QEMU's virt machine with 256 MiB, or more if the file has more; its offset 0 is
 * RAM_BASE. SMEM is at the end of the first 256 MiB.
 */

#define RAM_BASE	0x40000000u
#define RAM_SIZE	0x10000000u
#define SMEM_SIZE	0x00200000u
#define SMEM_BASE	(RAM_BASE + RAM_SIZE - SMEM_SIZE)
#define MUTEX_SIZE	0x00001000u
#define MUTEX_BASE	(SMEM_BASE - MUTEX_SIZE)

/* SMEM, see drivers/soc/qcom/smem.c */

#define SMEM_SBL_VERSION	7	/* index of the version word that Linux checks */
#define SMEM_HEAP_VERSION	11
#define SMEM_PART_VERSION	12
#define SMEM_GLOBAL_HOST	0xfffe
#define SMEM_CANARY		0xa5a5
#define SMEM_PTABLE		(SMEM_SIZE - 4096)
#define SMEM_PTABLE_VERSION	1

struct smem_header {
	uint8_t proc_comm[64];
	le32 version[32];
	le32 initialized;
	le32 free_offset;
	le32 available;
	le32 reserved;
	struct { le32 allocated, offset, size, aux_base; } toc[512];
};
ASSERT_SIZE(smem_header, 8400);
ASSERT_AT(smem_header, initialized, 192);
ASSERT_AT(smem_header, toc, 208);

struct smem_ptable {
	char magic[4];		/* $TOC */
	le32 version;
	le32 num_entries;
	le32 reserved[5];
};
ASSERT_SIZE(smem_ptable, 32);

struct smem_ptable_entry {
	le32 offset;
	le32 size;
	le32 flags;
	le16 host0;
	le16 host1;
	le32 cacheline;
	le32 reserved[7];
};
ASSERT_SIZE(smem_ptable_entry, 48);

struct smem_info {		/* behind the last partition table entry */
	char magic[4];		/* SIII */
	le32 size;
	le32 base_addr;
	le32 reserved;
	le16 num_items;
};
ASSERT_SIZE(smem_info, 18);

struct smem_partition {
	char magic[4];		/* $PRT */
	le16 host0;
	le16 host1;
	le32 size;
	le32 offset_free_uncached;
	le32 offset_free_cached;
	le32 reserved[3];
};
ASSERT_SIZE(smem_partition, 32);

struct smem_item {
	le16 canary;
	le16 item;
	le32 size;		/* with padding_data */
	le16 padding_data;
	le16 padding_hdr;
	le32 reserved;
};
ASSERT_SIZE(smem_item, 16);

/* Minidump: SMEM item 602 */

#define MINIDUMP_ITEM		602
#define SUBSYSTEM_APSS		0
#define SUBSYSTEM_COUNT		10	/* what older firmware has */
#define SUBSYSTEM_READY		1	/* subsystem.status */
#define APSS_MAX_ENTRIES	201	/* KELF_HEADER included */
#define FIRMWARE_MAX_ENTRIES	300	/* of all subsystems together */
#define FILE_NAME_SIZE		20	/* rawdump and Sahara, NUL included */
#define NAME_MIN		3
#define NAME_MAX		11

#define MAGIC(a, b, c, d) ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))
#define ENBL		MAGIC('E', 'N', 'B', 'L')
#define ENCR_DONE	MAGIC('D', 'O', 'N', 'E')
#define ENCR_NR		MAGIC(0, 0, 'N', 'R')
#define REGION_VALID	MAGIC('V', 'A', 'L', 'I')
#define REGION_INVALID	MAGIC('I', 'N', 'V', 'A')
static_assert(ENBL == 0x454e424c && ENCR_NR == 0x4e52, "magics are big-endian characters");

struct subsystem {
	le32 status;
	le32 enabled;
	le32 encryption_status;
	le32 encryption_required;
	le32 region_count;
	le32 pad;
	le64 regions_baseptr;
};
ASSERT_SIZE(subsystem, 32);
ASSERT_AT(subsystem, regions_baseptr, 24);

struct toc {
	le32 status;
	le32 md_revision;
	le32 enabled;
	le32 pad;
	struct subsystem subsystem[];
};
ASSERT_SIZE(toc, 16);

struct region {
	char name[16];
	le32 seq_num;
	le32 valid;
	le64 address;
	le64 size;
};
ASSERT_SIZE(region, 40);
ASSERT_AT(region, address, 24);

/* The rawdump partition */

#define RAWDUMP_VERSION		0x1000
#define RAWDUMP_COMPLETE	1
#define RAWDUMP_TOO_SMALL	2
#define SECTION_DDR		1
#define SECTION_OTHER		3

struct rawdump {
	char sig[8];		/* Raw_Dmp! */
	le32 version;
	le32 valid;
	le64 data;
	char context[8];
	le32 reset_trigger;
	le64 dump_size;
	le64 total_size;
	le32 count;
};
ASSERT_SIZE(rawdump, 56);
ASSERT_AT(rawdump, dump_size, 36);

struct rawdump_section {
	le32 valid;
	le32 version;
	le32 type;
	le64 offset;
	le64 size;
	le64 paddr;
	le64 info;
	char name[FILE_NAME_SIZE];
};
ASSERT_SIZE(rawdump_section, 64);
ASSERT_AT(rawdump_section, offset, 12);

#endif
