// SPDX-License-Identifier: GPL-2.0-only
/*
 * mkimage plays the kernel's part in the tests of fwsim: it publishes N regions
 * in a RAM file that `fwsim boot` has prepared, then breaks one thing. A repeat
 * of the first region, not counted, lies behind the table, so that counting one
 * entry more or less makes the two moments of a change.
 */
#include <elf.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fwsim.h"
#include "layout.h"
#include "ram.h"

#define TABLE		0x44000000u
#define ODD_TABLE	0x45000004u	/* a copy, filled up with KELF_HEADER */
#define MODEM_TABLE	0x46000000u
#define MODEM_REGION	0x47000000u
#define REGIONS		0x48000000u
#define MAX_REGIONS	(APSS_MAX_ENTRIES - 1)
#define NOTE_TEXT	"OSRELEASE=7.3.0-test\nVERSION=#1 SMP PREEMPT\n"

enum object { NONE, TOC, APSS, ENTRY, EHDR, PHDR, SHDR, NOTE, STRTAB, OBJECTS };

static const unsigned int stride[OBJECTS] = {
	[ENTRY] = sizeof(struct region),
	[PHDR] = sizeof(Elf64_Phdr),
	[SHDR] = sizeof(Elf64_Shdr),
};

struct poke {
	enum object object;
	unsigned int index;
	unsigned int offset;
	unsigned int size;
	uint64_t value;
	const char *text;	/* or else value */
};

#define SET(object, index, type, field, value) \
	{ object, index, offsetof(type, field), \
	  sizeof(((type *)0)->field), value, NULL }
#define TEXT(object, offset, text)	{ object, 0, offset, sizeof(text) - 1, 0, text }
#define NAME(i, text)		{ ENTRY, i, 0, sizeof(text), 0, text }
#define ADDRESS(i, value)	SET(ENTRY, i, struct region, address, value)
#define SIZE(i, value)		SET(ENTRY, i, struct region, size, value)
#define COUNT(value)		SET(APSS, 0, struct subsystem, region_count, value)
#define BASEPTR(value)		SET(APSS, 0, struct subsystem, regions_baseptr, value)
/* A shorter first note, and one of @desc bytes without room for any */
#define TWO_NOTES(owner, desc) \
	TEXT(NOTE, 24, "OSRELEASE=7\nVERSION=1\n\0\0" "\13\0\0\0" desc "\0\0\0\0\0\0\0" \
	     owner "\0\0"), \
	SET(NOTE, 0, Elf64_Nhdr, n_descsz, 22), SET(PHDR, 0, Elf64_Phdr, p_filesz, 24 + 48)

/* For four regions; @breaks: the rules that `fwsim verify` must report, and no other. */
static const struct mutation {
	const char *name;
	const char *breaks;
	struct poke pokes[5];
} mutations[] = {
	{ "disabled", "", { SET(APSS, 0, struct subsystem, enabled, 0), COUNT(0xffffffff) } },
	{ "shrinking", "", { COUNT(6) } },
	{ "growing", "", { COUNT(4) } },

	{ "toc-off", "I1-toc", { SET(TOC, 0, struct toc, status, 0) } },
	{ "status", "I1-status", { SET(APSS, 0, struct subsystem, status, 0) } },
	{ "encr-status", "I1-encr", { SET(APSS, 0, struct subsystem, encryption_status, 0) } },
	{ "encr-required", "I1-encr",
	  { SET(APSS, 0, struct subsystem, encryption_required, 0x594553) } },
	{ "count-zero", "I1-count", { COUNT(0) } },
	{ "count-298", "I1-count I1-table", { BASEPTR(ODD_TABLE), COUNT(298) } },
	{ "count-299", "I1-count I1-table", { BASEPTR(ODD_TABLE), COUNT(299) } },
	{ "count-202", "I1-count", { COUNT(202) } },
	{ "count-huge", "I1-count I5-outside", { COUNT(0xffffffff) } },
	{ "table-odd", "I1-table", { BASEPTR(ODD_TABLE) } },
	{ "table-null", "I5-outside", { BASEPTR(0) } },
	{ "table-end", "I5-outside", { BASEPTR(RAM_BASE + RAM_SIZE - 40) } },
	{ "table-wrap", "I5-outside", { BASEPTR(0xfffffffffffffff8) } },

	{ "kelf-name", "I2-kelf", { NAME(0, "KELF_HDR") } },
	{ "invalid", "I2-valid", { SET(ENTRY, 2, struct region, valid, REGION_INVALID) } },
	{ "address-odd", "I2-align QDL-load", { ADDRESS(2, REGIONS + 2) } },
	{ "size-odd", "I2-align QDL-load", { SIZE(2, 2) } },
	{ "size-zero", "I2-align QDL-load", { SIZE(2, 0) } },
	{ "name-short", "I2-name LRP-names", { NAME(2, "AB") } },
	{ "name-long", "I2-name LRP-names", { NAME(2, "ABCDEFGHIJKL") } },
	{ "name-nonul", "I2-file I2-name LRP-names", { TEXT(ENTRY, 80, "ABCDEFGHIJKLMNOP") } },
	{ "name-char", "I2-name LRP-names", { NAME(2, "K-CONSOLE") } },
	{ "name-control", "I2-name LRP-names", { NAME(2, "K\033[1m") } },
	{ "name-escape", "I2-name LRP-names", { NAME(2, "../x") } },
	{ "name-empty", "I2-name LRP-names", { NAME(2, "") } },
	{ "seq", "I2-seq", { SET(ENTRY, 2, struct region, seq_num, 7) } },
	{ "file-long", "I2-file I2-seq LRP-names",
	  { NAME(2, "ABCDEFGHIJK"), SET(ENTRY, 2, struct region, seq_num, 10) } },
	{ "twice", "I2-unique LRP-names", { NAME(2, "KDMESG") } },
	{ "surplus-unlike", "I2-unique LRP-names QDL-count", { COUNT(6), SIZE(5, 4096) } },
	{ "surplus-described", "LRP-names QDL-count",
	  { NAME(4, "KDMESG"), ADDRESS(4, REGIONS), SIZE(4, 0x10000) } },

	{ "outside", "I5-outside QDL-load", { ADDRESS(2, RAM_BASE - 4) } },
	{ "wrap", "I5-outside QDL-load", { ADDRESS(2, 0xfffffffffffff000) } },
	{ "size-huge", "I5-outside QDL-load", { SIZE(2, 0xfffffffffffffffc) } },
	{ "all-of-ram", "I5-overlap I5-reserved QDL-load",
	  { ADDRESS(2, RAM_BASE), SIZE(2, RAM_SIZE) } },
	{ "in-smem", "I5-reserved QDL-load", { ADDRESS(2, SMEM_BASE + 0x1000) } },
	{ "in-mutex", "I5-reserved QDL-load", { ADDRESS(2, MUTEX_BASE - 0x4000 + 4) } },
	{ "below-mutex", "QDL-load", { ADDRESS(2, MUTEX_BASE - 0x4000) } },
	{ "in-table", "I5-overlap QDL-load", { ADDRESS(2, TABLE - 0x4000 + 4) } },
	{ "below-table", "QDL-load", { ADDRESS(2, TABLE - 0x4000) } },
	{ "in-header", "I5-overlap QDL-load", { ADDRESS(4, TABLE + 0x100) } },
	{ "header-in-table", "I5-overlap QDL-elf", { ADDRESS(0, TABLE) } },
	{ "header-outside", "I5-outside", { ADDRESS(0, RAM_BASE + RAM_SIZE) } },
	{ "growing-outside", "I5-outside SEC-bounds SEC-offset SEC-segment",
	  { COUNT(4), SET(PHDR, 4, Elf64_Phdr, p_paddr, 0),
	    SET(PHDR, 4, Elf64_Phdr, p_vaddr, 0) } },

	{ "header-tiny", "QDL-elf", { SIZE(0, 60) } },
	{ "header-short", "QDL-phdr", { SIZE(0, 64) } },
	{ "header-long", "QDL-offset SEC-strtab", { SIZE(0, 0x10000) } },
	{ "header-huge", "QDL-elf", { SIZE(0, 0x10004) } },
	{ "elf-magic", "QDL-elf", { TEXT(EHDR, 0, "elf") } },
	{ "elf-class", "QDL-elf", { TEXT(EHDR, 4, "\1") } },
	{ "elf-order", "QDL-elf", { TEXT(EHDR, 5, "\2") } },
	{ "elf-type", "QDL-elf", { SET(EHDR, 0, Elf64_Ehdr, e_type, ET_EXEC) } },
	{ "elf-phentsize", "QDL-elf", { SET(EHDR, 0, Elf64_Ehdr, e_phentsize, 32) } },
	{ "phdr-outside", "QDL-phdr", { SET(EHDR, 0, Elf64_Ehdr, e_phoff, 0xffffffffffffff00) } },
	{ "phdr-last", "QDL-phdr", { SET(EHDR, 0, Elf64_Ehdr, e_phoff, 640) } },
	{ "phdr-many", "QDL-phdr", { SET(EHDR, 0, Elf64_Ehdr, e_phnum, 0xffff) } },
	{ "phdr-none", "QDL-phdr", { SET(EHDR, 0, Elf64_Ehdr, e_phnum, 0) } },
	{ "load-missing", "QDL-count SEC-count", { SET(EHDR, 0, Elf64_Ehdr, e_phnum, 4) } },
	{ "growing-two", "LRP-names QDL-count", { COUNT(3) } },
	{ "load-type", "QDL-load", { SET(PHDR, 2, Elf64_Phdr, p_type, PT_NOTE) } },
	{ "load-paddr", "QDL-load SEC-bounds SEC-offset SEC-segment",
	  { SET(PHDR, 2, Elf64_Phdr, p_paddr, REGIONS),
	    SET(PHDR, 2, Elf64_Phdr, p_vaddr, REGIONS) } },
	{ "load-vaddr", "QDL-load SEC-bounds SEC-offset SEC-segment",
	  { SET(PHDR, 2, Elf64_Phdr, p_vaddr, REGIONS) } },
	{ "load-kernel", "",
	  { SET(PHDR, 2, Elf64_Phdr, p_vaddr, 0xffff800080010000),
	    SET(SHDR, 3, Elf64_Shdr, sh_addr, 0xffff800080010000) } },
	{ "load-kernel-page", "QDL-load",
	  { SET(PHDR, 2, Elf64_Phdr, p_vaddr, 0xffff800080010004),
	    SET(SHDR, 3, Elf64_Shdr, sh_addr, 0xffff800080010004) } },
	{ "load-kernel-section", "SEC-bounds SEC-offset SEC-segment",
	  { SET(PHDR, 2, Elf64_Phdr, p_vaddr, 0xffff800080010000) } },
	{ "load-filesz", "QDL-load QDL-offset SEC-bounds",
	  { SET(PHDR, 2, Elf64_Phdr, p_filesz, 0x8000),
	    SET(PHDR, 2, Elf64_Phdr, p_memsz, 0x8000) } },
	{ "load-memsz", "QDL-load", { SET(PHDR, 2, Elf64_Phdr, p_memsz, 0x8000) } },
	{ "load-offset", "QDL-offset SEC-offset", { SET(PHDR, 1, Elf64_Phdr, p_offset, 0) } },

	{ "note-type", "NOTE-place", { SET(PHDR, 0, Elf64_Phdr, p_type, PT_LOAD) } },
	{ "note-outside", "NOTE-place",
	  { SET(PHDR, 0, Elf64_Phdr, p_offset, 0xfffffffffffffff0) } },
	{ "note-tiny", "NOTE-place", { SET(PHDR, 0, Elf64_Phdr, p_filesz, 8) } },
	{ "note-owner", "NOTE-text", { TEXT(NOTE, 12, "MINIDUMB") } },
	{ "note-number", "NOTE-text", { SET(NOTE, 0, Elf64_Nhdr, n_type, 1) } },
	{ "note-desc", "NOTE-text", { SET(NOTE, 0, Elf64_Nhdr, n_descsz, 0xffffffff) } },
	{ "note-short", "NOTE-text", { SET(NOTE, 0, Elf64_Nhdr, n_descsz, 4) } },
	{ "note-release", "NOTE-text", { TEXT(NOTE, 24, "OS=======") } },
	{ "note-version", "NOTE-text", { TEXT(NOTE, 24 + 21, "VARSION") } },
	{ "note-end", "NOTE-text", { TEXT(NOTE, 24 + sizeof(NOTE_TEXT) - 2, "x") } },
	{ "note-more", "NOTE-text", { TEXT(NOTE, 24 + 21 + 10, "\n") } },
	{ "note-empty", "NOTE-text",
	  { TEXT(NOTE, 24 + 21 + 8, "\n"), SET(NOTE, 0, Elf64_Nhdr, n_descsz, 30),
	    SET(PHDR, 0, Elf64_Phdr, p_filesz, 24 + 30) } },
	{ "note-two", "", { TWO_NOTES("VMCOREINFO", "\0") } },
	{ "note-two-owner", "NOTE-text", { TWO_NOTES("VMCOREINFX", "\0") } },
	{ "note-two-desc", "NOTE-text", { TWO_NOTES("VMCOREINFO", "\4") } },
	{ "note-two-tiny", "NOTE-text",
	  { TWO_NOTES("VMCOREINFO", "\0"), SET(PHDR, 0, Elf64_Phdr, p_filesz, 24 + 44) } },

	{ "sec-size", "SEC-table", { SET(EHDR, 0, Elf64_Ehdr, e_shentsize, 40) } },
	{ "sec-outside", "SEC-table", { SET(EHDR, 0, Elf64_Ehdr, e_shoff, 0xffffffffffffff00) } },
	{ "sec-strndx", "SEC-table", { SET(EHDR, 0, Elf64_Ehdr, e_shstrndx, 2) } },
	{ "sec-null", "SEC-table", { SET(SHDR, 0, Elf64_Shdr, sh_type, SHT_PROGBITS) } },
	{ "strtab-type", "SEC-strtab", { SET(SHDR, 1, Elf64_Shdr, sh_type, SHT_PROGBITS) } },
	{ "strtab-name", "SEC-strtab", { SET(SHDR, 1, Elf64_Shdr, sh_name, 9) } },
	{ "strtab-outside", "SEC-strtab",
	  { SET(SHDR, 1, Elf64_Shdr, sh_offset, 0xfffffffffffffff0) } },
	{ "strtab-early", "SEC-strtab", { SET(SHDR, 1, Elf64_Shdr, sh_size, 31) } },
	{ "strtab-open", "LRP-names SEC-strtab", { TEXT(STRTAB, 38, "x") } },
	{ "strtab-padding", "SEC-strtab", { TEXT(STRTAB, 39, "x") } },
	{ "sec-missing", "SEC-count", { SET(EHDR, 0, Elf64_Ehdr, e_shnum, 5) } },
	{ "sec-name", "SEC-name", { SET(SHDR, 3, Elf64_Shdr, sh_name, 9) } },
	{ "sec-name-outside", "SEC-name", { SET(SHDR, 3, Elf64_Shdr, sh_name, 0xffffffff) } },
	{ "sec-type", "SEC-bounds", { SET(SHDR, 3, Elf64_Shdr, sh_type, SHT_PROGBITS) } },
	{ "sec-addr", "SEC-bounds SEC-offset SEC-segment",
	  { SET(SHDR, 3, Elf64_Shdr, sh_addr, REGIONS) } },
	{ "sec-short", "SEC-bounds", { SET(SHDR, 2, Elf64_Shdr, sh_size, 0xf000) } },
	{ "sec-long", "SEC-bounds SEC-segment", { SET(SHDR, 2, Elf64_Shdr, sh_size, 0x11000) } },
	{ "sec-offset", "SEC-offset", { SET(SHDR, 3, Elf64_Shdr, sh_offset, 0) } },
	{ "sec-info", "SEC-entsize", { SET(SHDR, 2, Elf64_Shdr, sh_info, 0x1001) } },
	{ "sec-entsize", "SEC-entsize", { SET(SHDR, 2, Elf64_Shdr, sh_entsize, 0x1000) } },
	{ "sec-flags", "SEC-segment", { SET(SHDR, 3, Elf64_Shdr, sh_flags, SHF_WRITE) } },

	{ "strings-end", "LRP-end QDL-offset", { SIZE(0, 840) } },
	{ "strings-late", "LRP-end LRP-names SEC-strtab", { TEXT(STRTAB, 39, "XYZ\0\0") } },
	{ "strings-decoy", "LRP-charset LRP-names LRP-strtab", { TEXT(NOTE, 34, "STR_TBL") } },
	{ "strings-other", "LRP-names", { TEXT(STRTAB, 25, "KPMSH") } },
	{ "strings-more", "LRP-names", { TEXT(STRTAB, 34, "\0") } },
	{ "strings-fewer", "LRP-names SEC-name", { TEXT(STRTAB, 31, "\0\0\0\0\0\0\0") } },
	{ "strings-char", "LRP-charset", { COUNT(4), TEXT(STRTAB, 32, "-") } },
	{ "strings-short", "LRP-charset", { COUNT(4), TEXT(STRTAB, 33, "\0\0\0\0\0") } },
};

/* What ramoops would set up: exact bounds, not the aligned ones of the region. */
struct area {
	char name[12];
	uint64_t address;
	uint64_t size;
	uint64_t entsize;
};

static struct area get_area(unsigned int i)
{
	static const struct area ramoops[] = {
		{ "KDMESG", REGIONS, 0x10000, 0x1000 },
		{ "KCONSOLE", REGIONS + 0x10000, 0x4000, 0x4000 },
		{ "KPMSG", REGIONS + 0x14000, 0x4000, 0x4000 },
		{ "KFTRACE", REGIONS + 0x18002, 0x1ffc, 0xffe },
	};
	struct area other = { .address = REGIONS + 0x20000 + i * 0x1000, .size = 0x1000 - i % 4 };

	if (i < sizeof(ramoops) / sizeof(ramoops[0]))
		return ramoops[i];
	snprintf(other.name, sizeof(other.name), "%c%02u", 'A' + i / 100 % 26, i % 100);
	return other;
}

static uint8_t *put(uint8_t *at, const void *data, size_t size)
{
	memcpy(at, data, size);
	return at + size;
}

/* The region that holds it: aligned to 4 bytes. */
static struct area widen(struct area a)
{
	uint64_t end = (a.address + a.size + 3) & ~3ull;

	a.address &= ~3ull;
	a.size = end - a.address;
	return a;
}

/* The ELF header region; its size is returned, its parts' offsets go to @at. */
static uint64_t make_header(uint8_t *header, unsigned int n, uint64_t at[OBJECTS])
{
	static const char owner[12] = "MINIDUMP", text[(sizeof(NOTE_TEXT) + 2) & ~3ul] = NOTE_TEXT;
	Elf64_Phdr phdr = { .p_type = htole32(PT_NOTE), .p_align = htole64(4) };
	Elf64_Shdr shdr = { .sh_name = htole32(1), .sh_type = htole32(SHT_STRTAB) };
	Elf64_Nhdr note = { htole32(9), htole32(strlen(NOTE_TEXT)), htole32(0) };
	Elf64_Ehdr elf = {
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = htole16(ET_CORE),
		.e_machine = htole16(EM_AARCH64),
		.e_version = htole32(EV_CURRENT),
		.e_ehsize = htole16(sizeof(elf)),
		.e_phentsize = htole16(sizeof(phdr)),
		.e_phnum = htole16(n + 1),
		.e_shentsize = htole16(sizeof(shdr)),
		.e_shnum = htole16(n + 2),
		.e_shstrndx = htole16(1),
	};
	uint64_t name = sizeof("\0STR_TBL"), size, offset;
	uint8_t *string;

	at[EHDR] = 0;
	at[PHDR] = sizeof(elf);
	at[NOTE] = at[PHDR] + (n + 1) * sizeof(phdr);
	at[SHDR] = (at[NOTE] + sizeof(note) + sizeof(owner) + sizeof(text) + 7) & ~7ul;
	at[STRTAB] = at[SHDR] + (n + 2) * sizeof(shdr);

	elf.e_phoff = htole64(at[PHDR]);
	elf.e_shoff = htole64(at[SHDR]);
	put(header, &elf, sizeof(elf));
	string = put(header + at[NOTE], &note, sizeof(note));
	put(put(string, owner, sizeof(owner)), text, sizeof(text));
	string = put(header + at[STRTAB], "\0STR_TBL", name);
	for (unsigned int i = 0; i < n; i++)
		string = put(string, get_area(i).name, strlen(get_area(i).name) + 1);
	/* linux-ramdump-parser reads three bytes more */
	size = (string - header + 3 + 3) & ~3ul;

	phdr.p_offset = htole64(at[NOTE]);
	phdr.p_filesz = htole64(sizeof(note) + sizeof(owner) + sizeof(text));
	put(header + at[PHDR], &phdr, sizeof(phdr));
	shdr.sh_offset = htole64(at[STRTAB]);
	shdr.sh_size = htole64(string - header - at[STRTAB]);
	put(header + at[SHDR] + sizeof(shdr), &shdr, sizeof(shdr));

	offset = size;
	for (unsigned int i = 0; i < n; i++) {
		struct area a = get_area(i);
		struct area wide = widen(a);

		phdr.p_type = htole32(PT_LOAD);
		phdr.p_offset = htole64(offset);
		phdr.p_vaddr = phdr.p_paddr = htole64(wide.address);
		phdr.p_filesz = phdr.p_memsz = htole64(wide.size);
		put(header + at[PHDR] + (i + 1) * sizeof(phdr), &phdr, sizeof(phdr));
		shdr.sh_name = htole32(name);
		shdr.sh_type = htole32(SHT_NOBITS);
		shdr.sh_flags = htole64(SHF_ALLOC);
		shdr.sh_addr = htole64(a.address);
		shdr.sh_offset = htole64(offset + a.address - wide.address);
		shdr.sh_size = htole64(a.size);
		shdr.sh_info = htole32(a.entsize);
		put(header + at[SHDR] + (i + 2) * sizeof(shdr), &shdr, sizeof(shdr));
		name += strlen(a.name) + 1;
		offset += wide.size;
	}
	return size;
}

static struct region make_region(struct area a, uint32_t seq, uint32_t valid)
{
	struct region r = {
		.seq_num = to32(seq),
		.valid = to32(valid),
		.address = to64(a.address),
		.size = to64(a.size),
	};

	memcpy(r.name, a.name, sizeof(a.name));
	return r;
}

static bool write_subsystem(const struct ram *ram, uint64_t entry, uint64_t address,
			    const struct region *table, unsigned int count)
{
	struct subsystem s = {
		.status = to32(SUBSYSTEM_READY),
		.enabled = to32(ENBL),
		.encryption_status = to32(ENCR_DONE),
		.encryption_required = to32(ENCR_NR),
		.region_count = to32(count),
		.regions_baseptr = to64(address),
	};

	/* One more than counted: what the moment of a shrink will count. */
	return ram_write(ram, address, table, (count + 1) * sizeof(*table)) &&
	       ram_write(ram, entry, &s, sizeof(s));
}

/* A good image of @n regions; where its objects are goes to @at. */
static bool publish(const struct ram *ram, const struct toc_info *toc, unsigned int n,
		    uint64_t at[OBJECTS])
{
	static const struct area modem = { "MODEM", MODEM_REGION, 4096, 0 };
	static struct region table[FIRMWARE_MAX_ENTRIES];
	static uint8_t header[0x8000], noise[0x10000], zeros[0x20000];
	struct area kelf = { "KELF_HEADER", TABLE + (n + 2) * sizeof(table[0]), 0, 0 };
	struct region modem_table[] = {
		make_region(modem, 2, REGION_VALID),
		make_region(modem, 0, REGION_INVALID),
		make_region(modem, 0, REGION_INVALID),
	};
	uint32_t seed = 1;
	le32 on = to32(1);

	kelf.size = make_header(header, n, at);
	for (enum object o = EHDR; o < OBJECTS; o++)
		at[o] += kelf.address;
	at[TOC] = toc->address;
	at[APSS] = subsystem_address(toc, SUBSYSTEM_APSS);
	at[ENTRY] = TABLE;

	/* What an earlier image left there must not help this one. */
	if (!ram_write(ram, TABLE, zeros, sizeof(zeros)))
		return false;

	table[0] = make_region(kelf, 0, REGION_VALID);
	for (unsigned int i = 0; i < n; i++) {
		struct area a = widen(get_area(i));

		table[i + 1] = make_region(a, 0, REGION_VALID);
		for (size_t b = 0; b < a.size; b++)
			noise[b] = (seed = seed * 1664525 + 1013904223) >> 24;
		if (!ram_write(ram, a.address, noise, a.size))
			return false;
	}
	table[n + 1] = table[n ? 1 : 0];
	for (unsigned int i = n + 2; i < FIRMWARE_MAX_ENTRIES; i++)
		table[i] = table[0];

	return ram_write(ram, kelf.address, header, kelf.size) &&
	       ram_write(ram, modem.address, header, modem.size) &&
	       ram_write(ram, ODD_TABLE, table, sizeof(table)) &&
	       ram_write(ram, at[TOC], &on, sizeof(on)) &&
	       write_subsystem(ram, subsystem_address(toc, 3), MODEM_TABLE, modem_table, 2) &&
	       write_subsystem(ram, at[APSS], TABLE, table, n + 1);
}

static bool mutate(const struct ram *ram, const uint64_t at[OBJECTS], const char *name)
{
	const struct mutation *m = mutations;
	uint8_t value[8];

	while (strcmp(m->name, name))
		if (++m == mutations + sizeof(mutations) / sizeof(mutations[0]))
			return false;
	for (const struct poke *p = m->pokes; p->object; p++) {
		put_le(value, p->text ? 0 : p->size, p->value);
		if (!ram_write(ram, at[p->object] + p->index * stride[p->object] + p->offset,
			       p->text ? (const void *)p->text : value, p->size))
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	uint64_t at[OBJECTS] = { 0 };
	struct toc_info toc;
	struct ram ram;
	int ret = 1;

	if (argc == 2 && !strcmp(argv[1], "list")) {
		for (size_t i = 0; i < sizeof(mutations) / sizeof(mutations[0]); i++)
			printf("%s %s\n", mutations[i].name, mutations[i].breaks);
		return 0;
	}
	if (argc < 3 || argc > 4 || atoi(argv[2]) < 0 || atoi(argv[2]) > MAX_REGIONS) {
		fprintf(stderr, "usage: mkimage RAM N [MUTATION], or mkimage list\n");
		return 2;
	}
	if (ram_open(&ram, argv[1], true))
		return 1;
	if (!find_toc(&ram, &toc) && publish(&ram, &toc, atoi(argv[2]), at) &&
	    (argc == 3 || mutate(&ram, at, argv[3])))
		ret = 0;
	else
		complain("mkimage: %s: failed", argv[1]);
	ram_close(&ram);
	return ret;
}
