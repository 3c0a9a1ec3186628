// SPDX-License-Identifier: GPL-2.0-only
/*
 * Verifies what Linux published for APSS. The rules below are the properties
 * that must hold at every instruction (I1 to I5), the needs of the programs
 * that read a dump (QDL, LRP: linux-ramdump-parser), and the form of the note
 * and the sections of KELF_HEADER.
 *
 * Two moments in a change are no violation: while the table shrinks its last
 * entry may repeat another one, and while it grows the newest region may be in
 * KELF_HEADER already, but not counted in the table yet.
 */
#include <elf.h>
#include <endian.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fwsim.h"
#include "layout.h"
#include "ram.h"

enum rule {
	I1_TOC, I1_STATUS, I1_ENCR, I1_COUNT, I1_TABLE,
	I2_KELF, I2_VALID, I2_ALIGN, I2_NAME, I2_FILE, I2_SEQ, I2_UNIQUE,
	I3_KEPT,
	I5_OUTSIDE, I5_RESERVED, I5_OVERLAP,
	QDL_ELF, QDL_PHDR, QDL_COUNT, QDL_LOAD, QDL_OFFSET,
	NOTE_PLACE, NOTE_TEXT,
	SEC_TABLE, SEC_STRTAB, SEC_COUNT, SEC_NAME, SEC_BOUNDS, SEC_OFFSET, SEC_ENTSIZE,
	SEC_SEGMENT,
	LRP_STRTAB, LRP_NAMES, LRP_CHARSET, LRP_END,
};

static const struct {
	const char *id;
	const char *demands;
} rules[] = {
	[I1_TOC] = { "I1-toc", "there is an APSS entry, enabled only if the ToC is" },
	[I1_STATUS] = { "I1-status", "the APSS status is 1" },
	[I1_ENCR] = { "I1-encr", "encryption is DONE and not required (NR)" },
	[I1_COUNT] = { "I1-count", "the table has 1 to 201 entries" },
	[I1_TABLE] = { "I1-table", "the table is aligned to 8 bytes" },
	[I2_KELF] = { "I2-kelf", "the first entry is KELF_HEADER" },
	[I2_VALID] = { "I2-valid", "every entry is VALI" },
	[I2_ALIGN] = { "I2-align", "address and size are multiples of 4, size is not 0" },
	[I2_NAME] = { "I2-name", "a name is 3 to 11 characters of [0-9A-Za-z_]" },
	[I2_FILE] = { "I2-file", "md_<name>[seq].BIN fits into 20 bytes" },
	[I2_SEQ] = { "I2-seq", "seq_num is 0: readers want md_<name>.BIN" },
	[I2_UNIQUE] = { "I2-unique", "only the last entry may repeat, and then exactly" },
	[I3_KEPT] = { "I3-kept", "the regions named on the command line are there" },
	[I5_OUTSIDE] = { "I5-outside", "table and regions are inside RAM" },
	[I5_RESERVED] = { "I5-reserved", "table and regions avoid SMEM and the mutex page" },
	[I5_OVERLAP] = { "I5-overlap", "table and KELF_HEADER overlap nothing else" },
	[QDL_ELF] = { "QDL-elf", "KELF_HEADER is ELF64, little-endian, ET_CORE" },
	[QDL_PHDR] = { "QDL-phdr", "the program headers are inside KELF_HEADER" },
	[QDL_COUNT] = { "QDL-count", "one PT_LOAD for each region" },
	[QDL_LOAD] = { "QDL-load", "a PT_LOAD has its region's address and size (I4)" },
	[QDL_OFFSET] = { "QDL-offset", "p_offsets go on from the end of KELF_HEADER (I4)" },
	[NOTE_PLACE] = { "NOTE-place", "the first program header is a PT_NOTE in KELF_HEADER" },
	[NOTE_TEXT] = { "NOTE-text", "MINIDUMP note 0: OSRELEASE=<text>, VERSION=<text>" },
	[SEC_TABLE] = { "SEC-table", "the section headers are inside KELF_HEADER" },
	[SEC_STRTAB] = { "SEC-strtab", "section 1 is STR_TBL, and only zeros follow it" },
	[SEC_COUNT] = { "SEC-count", "one section for each PT_LOAD" },
	[SEC_NAME] = { "SEC-name", "a section has its region's name" },
	[SEC_BOUNDS] = { "SEC-bounds", "NOBITS, in its region, at most 3 bytes off at each end" },
	[SEC_OFFSET] = { "SEC-offset", "sh_offset is where sh_addr is in the file" },
	[SEC_ENTSIZE] = { "SEC-entsize", "sh_info divides sh_size; sh_entsize is 0 (readelf)" },
	[SEC_SEGMENT] = { "SEC-segment", "pyelftools finds a section in its own PT_LOAD" },
	[LRP_STRTAB] = { "LRP-strtab", "the first literal STR_TBL is in the string table" },
	[LRP_NAMES] = { "LRP-names", "after it: exactly the names of the regions, in order" },
	[LRP_CHARSET] = { "LRP-charset", "at least 3 characters 0x30..0x7f in each" },
	[LRP_END] = { "LRP-end", "3 bytes more behind the last name: LRP looks ahead" },
};

/* 201 entries need less than half of it; a bound for what is hostile. */
#define MAX_HEADER	65536

struct snapshot {
	struct subsystem apss;
	struct region table[APSS_MAX_ENTRIES];
	char header[MAX_HEADER];
	char end;		/* terminates the last string */
};

struct entry {
	char name[17];		/* printable */
	uint32_t seq;
	uint32_t valid;
	uint64_t address;
	uint64_t size;
};

struct check {
	const struct ram *ram;
	struct entry entry[APSS_MAX_ENTRIES];
	unsigned int count;
	unsigned int regions;	/* without KELF_HEADER and the surplus entry */
	bool surplus;
	bool growing;
	const char *header;
	uint64_t header_size;
	Elf64_Ehdr elf;
	unsigned int loads;
	const char *strtab;	/* NULL: bad */
	unsigned int violations;
};

void list_rules(FILE *to)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		fprintf(to, "  %-12s %s\n", rules[i].id, rules[i].demands);
}

static void __attribute__((format(printf, 3, 4)))
violation(struct check *c, enum rule rule, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "verify: %s: ", rules[rule].id);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	c->violations++;
}

static bool overlap(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a < b ? b - a < a_size : a - b < b_size;
}

static void check_memory(struct check *c, const char *what, uint64_t address, uint64_t size)
{
	if (!ram_has(c->ram, address, size))
		violation(c, I5_OUTSIDE, "%s: 0x%" PRIx64 " bytes at 0x%" PRIx64
			  " are not inside RAM", what, size, address);
	else if (overlap(address, size, MUTEX_BASE, MUTEX_SIZE + SMEM_SIZE))
		violation(c, I5_RESERVED, "%s: 0x%" PRIx64 " bytes at 0x%" PRIx64
			  " reach into SMEM or the mutex page at 0x%x",
			  what, size, address, MUTEX_BASE);
}

static bool same(const struct entry *a, const struct entry *b)
{
	return !strcmp(a->name, b->name) && a->seq == b->seq && a->address == b->address &&
	       a->size == b->size;
}

static void decode_table(struct check *c, const struct region *table)
{
	for (unsigned int i = 0; i < c->count; i++) {
		struct entry *e = &c->entry[i];

		memcpy(e->name, table[i].name, sizeof(table[i].name));
		for (char *p = e->name; *p; p++)
			if (*p < ' ' || *p > '~')
				*p = '?';
		e->seq = from32(table[i].seq_num);
		e->valid = from32(table[i].valid);
		e->address = from64(table[i].address);
		e->size = from64(table[i].size);
	}
	for (unsigned int i = 0; i + 1 < c->count; i++)
		c->surplus |= same(&c->entry[i], &c->entry[c->count - 1]);
	c->regions = c->count - 1 - c->surplus;
}

static void check_entry(struct check *c, unsigned int i)
{
	static const char name_chars[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "abcdefghijklmnopqrstuvwxyz_";
	const struct entry *e = &c->entry[i];
	size_t len = strlen(e->name);
	char seq[12] = "", what[40];

	snprintf(what, sizeof(what), "entry %u (%s)", i, e->name);
	if (e->seq)
		snprintf(seq, sizeof(seq), "%u", e->seq);

	if (e->valid != REGION_VALID)
		violation(c, I2_VALID, "%s: valid is 0x%x, not VALI", what, e->valid);
	if (e->address % 4 || e->size % 4 || !e->size)
		violation(c, I2_ALIGN, "%s: address 0x%" PRIx64 ", size %" PRIu64
			  ": want multiples of 4, and some bytes", what, e->address, e->size);
	if (len < NAME_MIN || len > NAME_MAX || strspn(e->name, name_chars) != len)
		violation(c, I2_NAME, "%s: a name of %zu characters: want %u to %u of [0-9A-Za-z_]",
			  what, len, NAME_MIN, NAME_MAX);
	if (strlen("md_.BIN") + len + strlen(seq) >= FILE_NAME_SIZE)
		violation(c, I2_FILE, "%s: md_%s%s.BIN does not fit into %u bytes",
			  what, e->name, seq, FILE_NAME_SIZE);
	if (e->seq)
		violation(c, I2_SEQ, "%s: seq_num is %u", what, e->seq);
	for (unsigned int j = 0; j < i; j++)
		if (!strcmp(e->name, c->entry[j].name) && !(c->surplus && i == c->count - 1))
			violation(c, I2_UNIQUE, "%s: the name is that of entry %u", what, j);
	check_memory(c, what, e->address, e->size);
}

/* Whether the table can be read; whatever else is wrong is reported. */
static bool check_apss(struct check *c, const struct subsystem *apss)
{
	uint32_t count = from32(apss->region_count);
	uint64_t table = from64(apss->regions_baseptr);
	uint64_t size = (uint64_t)count * sizeof(struct region);

	if (from32(apss->status) != SUBSYSTEM_READY)
		violation(c, I1_STATUS, "the APSS entry is enabled, but its status is %u, not %u",
			  from32(apss->status), SUBSYSTEM_READY);
	if (from32(apss->encryption_status) != ENCR_DONE ||
	    from32(apss->encryption_required) != ENCR_NR)
		violation(c, I1_ENCR, "encryption status 0x%x, required 0x%x: want 0x%x, 0x%x",
			  from32(apss->encryption_status), from32(apss->encryption_required),
			  ENCR_DONE, ENCR_NR);
	if (table % 8)
		violation(c, I1_TABLE, "the table is at 0x%" PRIx64 ", not a multiple of 8",
			  table);
	check_memory(c, "the table", table, size);
	if (!count || count > APSS_MAX_ENTRIES)
		violation(c, I1_COUNT, "the table has %u entries: want 1 to %u",
			  count, APSS_MAX_ENTRIES);
	else
		c->count = count;
	return c->count && ram_has(c->ram, table, size);
}

static void check_table(struct check *c, uint64_t table)
{
	const struct entry *kelf = &c->entry[0];
	uint64_t size = c->count * sizeof(struct region);

	if (strcmp(kelf->name, "KELF_HEADER"))
		violation(c, I2_KELF, "the first entry is %s", kelf->name);
	for (unsigned int i = 0; i < c->count; i++) {
		const struct entry *e = &c->entry[i];

		check_entry(c, i);
		if (overlap(table, size, e->address, e->size))
			violation(c, I5_OVERLAP, "entry %u (%s) overlaps the table", i, e->name);
		if (i && i <= c->regions &&
		    overlap(kelf->address, kelf->size, e->address, e->size))
			violation(c, I5_OVERLAP, "entry %u (%s) overlaps the first", i, e->name);
	}
}

static bool in_header(const struct check *c, uint64_t offset, uint64_t size)
{
	return size <= c->header_size && offset <= c->header_size - size;
}

static Elf64_Phdr get_phdr(const struct check *c, unsigned int i)
{
	Elf64_Phdr p;

	memcpy(&p, c->header + le64toh(c->elf.e_phoff) + i * sizeof(p), sizeof(p));
	return p;
}

static Elf64_Shdr get_shdr(const struct check *c, unsigned int i)
{
	Elf64_Shdr s;

	memcpy(&s, c->header + le64toh(c->elf.e_shoff) + i * sizeof(s), sizeof(s));
	return s;
}

/* Whether there are program headers to look at. */
static bool check_elf(struct check *c)
{
	static const uint8_t ident[] = {
		ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT
	};
	Elf64_Ehdr *e = &c->elf;
	unsigned int phnum;

	if (c->header_size < sizeof(*e) || c->header_size > MAX_HEADER) {
		violation(c, QDL_ELF, "KELF_HEADER has %" PRIu64 " bytes: want %zu to %u",
			  c->header_size, sizeof(*e), MAX_HEADER);
		return false;
	}
	memcpy(e, c->header, sizeof(*e));
	if (memcmp(e->e_ident, ident, sizeof(ident)) || le32toh(e->e_version) != EV_CURRENT) {
		violation(c, QDL_ELF, "KELF_HEADER is not ELF64, little-endian, version 1");
		return false;
	}
	if (le16toh(e->e_type) != ET_CORE || le16toh(e->e_ehsize) != sizeof(*e) ||
	    le16toh(e->e_phentsize) != sizeof(Elf64_Phdr)) {
		violation(c, QDL_ELF, "e_type %u, e_ehsize %u, e_phentsize %u: want %u, %zu, %zu",
			  le16toh(e->e_type), le16toh(e->e_ehsize), le16toh(e->e_phentsize),
			  ET_CORE, sizeof(*e), sizeof(Elf64_Phdr));
		return false;
	}
	phnum = le16toh(e->e_phnum);
	if (!phnum || !in_header(c, le64toh(e->e_phoff), phnum * sizeof(Elf64_Phdr))) {
		violation(c, QDL_PHDR, "%u program headers at offset %" PRIu64
			  " are not inside KELF_HEADER (%" PRIu64 " bytes)",
			  phnum, le64toh(e->e_phoff), c->header_size);
		return false;
	}
	c->loads = phnum - 1;
	c->growing = !c->surplus && c->loads == c->regions + 1;
	return true;
}

/* A physical address, or one of the kernel, which maps 4 KiB at least to 4 KiB. */
static bool is_mapped_at(uint64_t vaddr, uint64_t paddr)
{
	return vaddr == paddr || (vaddr >> 63 && vaddr % 4096 == paddr % 4096);
}

static void check_loads(struct check *c)
{
	uint64_t offset = c->header_size;

	if (c->loads != c->regions && !c->growing)
		violation(c, QDL_COUNT, "%u PT_LOADs for %u regions", c->loads, c->regions);

	for (unsigned int i = 1; i <= c->loads; i++) {
		Elf64_Phdr p = get_phdr(c, i);
		uint64_t address = le64toh(p.p_paddr), size = le64toh(p.p_filesz);
		char what[32];

		snprintf(what, sizeof(what), "program header %u", i);
		if (le32toh(p.p_type) != PT_LOAD)
			violation(c, QDL_LOAD, "%s: p_type is %u, not PT_LOAD", what,
				  le32toh(p.p_type));
		if (!is_mapped_at(le64toh(p.p_vaddr), address) || le64toh(p.p_memsz) != size)
			violation(c, QDL_LOAD, "%s: p_vaddr 0x%" PRIx64 ", p_memsz %" PRIu64
				  " are not p_paddr 0x%" PRIx64 ", p_filesz %" PRIu64, what,
				  le64toh(p.p_vaddr), le64toh(p.p_memsz), address, size);
		if (i > c->regions)
			check_memory(c, what, address, size);
		else if (address != c->entry[i].address || size != c->entry[i].size)
			violation(c, QDL_LOAD, "%s: p_paddr 0x%" PRIx64 ", p_filesz %" PRIu64
				  ": %s has 0x%" PRIx64 ", %" PRIu64, what, address, size,
				  c->entry[i].name, c->entry[i].address, c->entry[i].size);
		if (le64toh(p.p_offset) != offset)
			violation(c, QDL_OFFSET, "%s: p_offset is %" PRIu64 ", not %" PRIu64,
				  what, le64toh(p.p_offset), offset);
		offset = le64toh(p.p_offset) + size;
	}
}

/* "<key><some printable characters>\n" at *@text, which then moves behind it. */
static bool take_line(const char **text, const char *key)
{
	size_t len = strlen(key);
	const char *p;

	if (strncmp(*text, key, len))
		return false;
	for (p = *text + len; *p >= ' ' && *p <= '~'; p++)
		;
	if (p == *text + len || *p != '\n')
		return false;
	*text = p + 1;
	return true;
}

/* Whether the second note is all there is between @offset and @end. */
static bool is_vmcoreinfo(const struct check *c, uint64_t offset, uint64_t end)
{
	static const char owner[12] = "VMCOREINFO";
	Elf64_Nhdr note;

	if (end - offset < sizeof(note) + sizeof(owner))
		return false;
	memcpy(&note, c->header + offset, sizeof(note));
	offset += sizeof(note) + sizeof(owner);

	return le32toh(note.n_namesz) == strlen(owner) + 1 && le32toh(note.n_type) == 0 &&
	       !memcmp(c->header + offset - sizeof(owner), owner, sizeof(owner)) &&
	       (le32toh(note.n_descsz) + UINT64_C(3)) / 4 * 4 == end - offset;
}

static void check_note(struct check *c)
{
	static const char owner[12] = "MINIDUMP";
	Elf64_Phdr p = get_phdr(c, 0);
	uint64_t offset = le64toh(p.p_offset), size = le64toh(p.p_filesz);
	char text[1024] = "";
	const char *at = text;
	Elf64_Nhdr note;
	uint32_t desc;

	if (le32toh(p.p_type) != PT_NOTE || size < sizeof(note) + sizeof(owner) ||
	    !in_header(c, offset, size)) {
		violation(c, NOTE_PLACE, "program header 0: p_type %u, %" PRIu64
			  " bytes at offset %" PRIu64 " are no note in KELF_HEADER (%" PRIu64
			  " bytes)", le32toh(p.p_type), size, offset, c->header_size);
		return;
	}
	memcpy(&note, c->header + offset, sizeof(note));
	desc = le32toh(note.n_descsz);
	offset += sizeof(note);
	size -= sizeof(note) + sizeof(owner);
	if (le32toh(note.n_namesz) != strlen(owner) + 1 || le32toh(note.n_type) != 0 ||
	    memcmp(c->header + offset, owner, sizeof(owner))) {
		violation(c, NOTE_TEXT, "the note (n_namesz %u, n_type %u) is not MINIDUMP's",
			  le32toh(note.n_namesz), le32toh(note.n_type));
		return;
	}
	if (desc > size || desc >= sizeof(text) ||
	    (size - desc > 3 && !is_vmcoreinfo(c, offset + sizeof(owner) + (desc + 3) / 4 * 4,
					       offset + sizeof(owner) + size))) {
		violation(c, NOTE_TEXT, "n_descsz is %u, the note has room for %" PRIu64
			  ", and VMCOREINFO does not fill the rest", desc, size);
		return;
	}
	memcpy(text, c->header + offset + sizeof(owner), desc);
	if (!take_line(&at, "OSRELEASE=") || !take_line(&at, "VERSION=") || *at)
		violation(c, NOTE_TEXT, "the note is not OSRELEASE= and VERSION= lines (byte %td)",
			  at - text);
}

/* Section 1, or complaint; the sections' names are looked up in it. */
static void check_strtab(struct check *c)
{
	static const char start[] = "\0STR_TBL", zeros[7];
	Elf64_Shdr s = get_shdr(c, 1);
	uint64_t offset = le64toh(s.sh_offset), size = le64toh(s.sh_size);
	uint64_t rest = c->header_size - offset - size;

	if (le32toh(s.sh_type) == SHT_STRTAB && le32toh(s.sh_name) == 1 &&
	    in_header(c, offset, size) && size >= sizeof(start) && rest < sizeof(zeros) &&
	    !memcmp(c->header + offset, start, sizeof(start)) &&
	    !c->header[offset + size - 1] && !memcmp(c->header + offset + size, zeros, rest))
		c->strtab = c->header + offset;
	else
		violation(c, SEC_STRTAB, "section 1: type %u, sh_name %u, %" PRIu64
			  " bytes at offset %" PRIu64 " are no STR_TBL that ends KELF_HEADER"
			  " (%" PRIu64 " bytes)", le32toh(s.sh_type), le32toh(s.sh_name), size,
			  offset, c->header_size);
}

/* String @n behind a literal STR_TBL that begins before @end; a zero follows the header. */
static const char *string_after(const char *literal, const char *end, unsigned int n)
{
	const char *p = literal + strlen("STR_TBL");

	for (;; p += strlen(p)) {
		while (p < end && !*p)
			p++;
		if (p >= end)
			return NULL;
		if (!n--)
			return p;
	}
}

/* Section @i + 2 is for region @i, whose program header is @i + 1. */
static void check_section(struct check *c, unsigned int i)
{
	const char *name = string_after(c->strtab + 1, c->header + c->header_size, i);
	Elf64_Phdr p = get_phdr(c, i + 1);
	Elf64_Shdr s = get_shdr(c, i + 2);
	uint64_t address = le64toh(s.sh_addr), size = le64toh(s.sh_size);
	uint64_t entsize = le64toh(s.sh_entsize), offset = le64toh(s.sh_offset);
	uint64_t info = le32toh(s.sh_info), flags = le64toh(s.sh_flags);
	uint64_t before = address - le64toh(p.p_vaddr);
	uint64_t after = le64toh(p.p_filesz) - before - size;

	if (!name || le32toh(s.sh_name) != name - c->strtab)
		violation(c, SEC_NAME, "section %u: sh_name %u is not that of region %u",
			  i + 2, le32toh(s.sh_name), i);
	if (le32toh(s.sh_type) != SHT_NOBITS || !size || before > 3 || after > 3)
		violation(c, SEC_BOUNDS, "section %u: type %u, %" PRIu64 " bytes at 0x%" PRIx64
			  "; its region: %" PRIu64 " bytes at 0x%" PRIx64, i + 2,
			  le32toh(s.sh_type), size, address, le64toh(p.p_filesz),
			  le64toh(p.p_vaddr));
	if (offset != le64toh(p.p_offset) + before)
		violation(c, SEC_OFFSET, "section %u: sh_offset is %" PRIu64 ", not %" PRIu64,
			  i + 2, offset, le64toh(p.p_offset) + before);
	if (entsize || (info && size % info))
		violation(c, SEC_ENTSIZE, "section %u: sh_size %" PRIu64 ", sh_entsize %" PRIu64
			  ", sh_info %" PRIu64, i + 2, size, entsize, info);
	if (!(flags & SHF_ALLOC) || before > le64toh(p.p_memsz) ||
	    size > le64toh(p.p_memsz) - before)
		violation(c, SEC_SEGMENT, "section %u: sh_flags 0x%" PRIx64 ", %" PRIu64
			  " bytes at 0x%" PRIx64 "; its PT_LOAD: %" PRIu64 " bytes at 0x%" PRIx64,
			  i + 2, flags, size, address, le64toh(p.p_memsz), le64toh(p.p_vaddr));
}

static void check_sections(struct check *c)
{
	unsigned int shnum = le16toh(c->elf.e_shnum), entsize = le16toh(c->elf.e_shentsize);
	uint64_t shoff = le64toh(c->elf.e_shoff);

	if (entsize != sizeof(Elf64_Shdr) || le16toh(c->elf.e_shstrndx) != 1 || shnum < 2 ||
	    !in_header(c, shoff, shnum * sizeof(Elf64_Shdr)) ||
	    le32toh(get_shdr(c, 0).sh_type) != SHT_NULL) {
		violation(c, SEC_TABLE, "%u section headers of %u bytes at offset %" PRIu64
			  " (e_shstrndx %u) are not sound", shnum, entsize, shoff,
			  le16toh(c->elf.e_shstrndx));
		return;
	}
	if (shnum - 2 != c->loads)
		violation(c, SEC_COUNT, "%u sections for %u PT_LOADs", shnum - 2, c->loads);
	check_strtab(c);
	for (unsigned int i = 0; c->strtab && i < shnum - 2 && i < c->loads; i++)
		check_section(c, i);
}

/*
 * Where linux-ramdump-parser stops: behind each NUL it looks at two more bytes,
 * one byte later, and has all names if these are NUL, too.
 */
static const char *find_end(struct check *c, const char *literal)
{
	const char *end = c->header + c->header_size, *p;

	for (p = literal + strlen("STR_TBL"); p < end; p++) {
		if (*p)
			continue;
		if (end - p < 3 || (!p[2] && end - p < 4)) {
			violation(c, LRP_END, "the header has %td bytes from a NUL of its strings"
				  " on: want 4", end - p);
			return end;
		}
		if (!p[2] && !p[3])
			return p;
	}
	return end;
}

/* What linux-ramdump-parser reads: it looks for the literal, not for sections. */
static void check_strings(struct check *c)
{
	const char *literal = memmem(c->header, c->header_size, "STR_TBL", strlen("STR_TBL"));
	unsigned int want = c->regions + c->growing, n;
	const char *end = literal ? find_end(c, literal) : NULL;
	const char *s;

	if (c->strtab && literal != c->strtab + 1)
		violation(c, LRP_STRTAB, "the first STR_TBL is at byte %td, the string table"
			  " at %td", literal - c->header, c->strtab - c->header);

	for (n = 0; literal && (s = string_after(literal, end, n)); n++) {
		size_t len = strlen(s), good = 0;

		while ((uint8_t)s[good] >= 0x30 && (uint8_t)s[good] <= 0x7f)
			good++;
		if (good < len || len < 3)
			violation(c, LRP_CHARSET, "string %u: %zu of %zu characters are 0x30..0x7f:"
				  " want all, and 3 or more", n, good, len);
		if (n >= want)
			violation(c, LRP_NAMES, "string %u is too many: there are %u regions",
				  n, want);
		else if (n < c->regions && strcmp(s, c->entry[n + 1].name))
			violation(c, LRP_NAMES, "string %u is not the name %s",
				  n, c->entry[n + 1].name);
	}
	if (n < want)
		violation(c, LRP_NAMES, "%u strings for %u regions", n, want);
}

/* One look at everything the APSS entry leads to; what is not there stays zero. */
static bool look(const struct ram *ram, uint64_t entry, struct snapshot *s)
{
	uint64_t table, kelf, size;
	uint32_t count;

	memset(s, 0, sizeof(*s));
	if (!ram_read(ram, entry, &s->apss, sizeof(s->apss)))
		return false;
	count = from32(s->apss.region_count);
	table = from64(s->apss.regions_baseptr);
	if (count > APSS_MAX_ENTRIES || !ram_has(ram, table, count * sizeof(struct region)))
		return true;
	if (!ram_read(ram, table, s->table, count * sizeof(struct region)))
		return false;
	kelf = from64(s->table[0].address);
	size = from64(s->table[0].size);
	return size > MAX_HEADER || !ram_has(ram, kelf, size) ||
	       ram_read(ram, kelf, s->header, size);
}

/*
 * A running guest may replace table and header between two reads: what two
 * looks in a row agree about was there at one moment.
 */
static bool look_twice(const struct ram *ram, uint64_t entry, struct snapshot *s)
{
	static struct snapshot again;

	for (int tries = 0; tries < 1000; tries++) {
		if (!look(ram, entry, s) || !look(ram, entry, &again))
			return false;
		if (!memcmp(s, &again, sizeof(again)))
			return true;
	}
	complain("verify: RAM changes all the time: stop the guest and try again");
	return false;
}

static void check_snapshot(struct check *c, const struct snapshot *s)
{
	if (!check_apss(c, &s->apss))
		return;
	decode_table(c, s->table);
	check_table(c, from64(s->apss.regions_baseptr));

	c->header = s->header;
	c->header_size = c->entry[0].size;
	if (!ram_has(c->ram, c->entry[0].address, c->header_size) || !check_elf(c))
		return;
	check_loads(c);
	check_note(c);
	check_sections(c);
	check_strings(c);
}

/* One look cannot tell what was there before: whoever calls knows what must be. */
static void check_kept(struct check *c, char **names)
{
	for (; *names; names++) {
		unsigned int i = 0;

		while (i < c->count && strcmp(c->entry[i].name, *names))
			i++;
		if (i == c->count)
			violation(c, I3_KEPT, "there is no region %s", *names);
	}
}

int verify(const char *path, char **names)
{
	static struct snapshot snapshot;
	static struct check c;
	struct toc_info toc;
	const char *why;
	struct ram ram;
	bool enabled;

	if (ram_open(&ram, path, false))
		return -1;
	c.ram = &ram;
	why = find_toc(&ram, &toc);
	if (why) {
		violation(&c, I1_TOC, "%s", why);
	} else if (!look_twice(&ram, subsystem_address(&toc, SUBSYSTEM_APSS), &snapshot)) {
		c.violations++;
	} else {
		enabled = from32(snapshot.apss.enabled) == ENBL;
		if (enabled && !toc.status)
			violation(&c, I1_TOC, "the APSS entry is enabled, but ToC status is 0");
		if (enabled)
			check_snapshot(&c, &snapshot);
		check_kept(&c, names);
		if (!enabled && !c.violations)
			printf("verify: ok: APSS entry is disabled\n");
		else if (enabled && !c.violations)
			printf("verify: ok: %u entries%s, table at 0x%" PRIx64
			       ", KELF_HEADER %" PRIu64 " bytes\n", c.count,
			       c.surplus ? " (shrinking)" : c.growing ? " (growing)" : "",
			       from64(snapshot.apss.regions_baseptr), c.header_size);
	}
	ram_close(&ram);
	return c.violations ? -1 : 0;
}
