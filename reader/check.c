// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a dump is what the tools in the field can read. QDL makes an ELF file
 * of it by the program headers; linux-ramdump-parser takes the names of regions
 * from the string table; both are strict, and silent about why they fail.
 */
#include <ctype.h>
#include <elf.h>
#include <endian.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "header.h"
#include "record.h"
#include "rawdump.h"
#include "util.h"

/* Room for Linux in the tables of old firmware, and for "md_" + name + ".BIN" in file names */
#define MAX_ENTRIES	201
#define MIN_NAME	3
#define MAX_NAME	11

#define STRINGS		"STR_TBL"
#define NOTE_OWNER	"MINIDUMP"

struct checker {
	struct visitor visitor;
	unsigned int deviations;
};

static __printf(2, 3) void bad(struct checker *checker, const char *format, ...)
{
	va_list args;

	checker->deviations++;
	printf("  ! ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static bool ignore_record(struct visitor *visitor, const struct record *record)
{
	(void)visitor;
	(void)record;

	return true;
}

static void count_problem(struct visitor *visitor, const struct region *region, const char *text)
{
	bad((struct checker *)visitor, "%s: %s", region->name, text);
}

static void check_rawdump(struct checker *checker, const struct dump *dump)
{
	struct view image = { dump->fd, 0, dump->size };
	struct rawdump_section section;
	struct rawdump_header header;
	char name[sizeof(section.name) + 1];
	u64 offset, size;
	u32 i;

	if (view_read(image, 0, &header, sizeof(header)))
		return;
	if (le32toh(header.valid) != RAWDUMP_COMPLETE)
		bad(checker, "valid is %u, not 1: the partition is smaller than the dump",
		    le32toh(header.valid));
	if (le64toh(header.dump_size) > dump->size)
		bad(checker, "a dump of %llu bytes in %llu: the image is cut short",
		    (unsigned long long)le64toh(header.dump_size), dump->size);

	for (i = 0; i < le32toh(header.count); i++) {
		if (view_read(image, sizeof(header) + (u64)i * sizeof(section), &section,
			      sizeof(section))) {
			bad(checker, "section header %u of %u is not in the image", i,
			    le32toh(header.count));
			return;
		}
		copy_text(name, sizeof(name), section.name, sizeof(section.name));
		if (!memchr(section.name, '\0', sizeof(section.name)))
			bad(checker, "section %u: no end of its name %s", i, name);
		if (le32toh(section.valid) != 1)
			bad(checker, "section %s: valid is %#x, not 1", name,
			    le32toh(section.valid));
		if (le32toh(section.version) != RAWDUMP_VERSION)
			bad(checker, "section %s: version %#x, not %#x", name,
			    le32toh(section.version), RAWDUMP_VERSION);
		if (!le32toh(section.type) || le32toh(section.type) > RAWDUMP_TYPES)
			bad(checker, "section %s: unknown type %u", name,
			    le32toh(section.type));
		offset = le64toh(section.offset);
		size = le64toh(section.size);
		if (offset < sizeof(header) + le32toh(header.count) * (u64)sizeof(section))
			bad(checker, "section %s: at %#llx, amid the headers", name, offset);
		if (view_part(image, offset, size).size < size)
			bad(checker, "section %s: %#llx bytes at %#llx are not in the image",
			    name, size, offset);
	}
}

static bool is_name(const char *name)
{
	size_t i;

	for (i = 0; name[i]; i++)
		if (!isalnum((unsigned char)name[i]) && name[i] != '_')
			return false;

	return i >= MIN_NAME && i <= MAX_NAME;
}

static bool is_elf_header(const struct region *region)
{
	return !strcmp(region->name, "KELF_HEADER") || !strcmp(region->name, "KELF_HDR");
}

static void check_regions(struct checker *checker, const struct dump *dump)
{
	unsigned int entries = 0;
	size_t i;

	for (i = 0; i < dump->count; i++) {
		const struct region *region = &dump->regions[i];
		u64 paddr = region->has_paddr ? region->paddr : region->load_paddr;

		region_visit(dump, region, &checker->visitor);
		/* other subsystems have rules of their own */
		if (!region->in_header && region->name[0] != 'K')
			continue;
		entries++;
		if (!is_name(region->name))
			bad(checker, "%s: not %u to %u letters, digits or _: tools skip it",
			    region->name, MIN_NAME, MAX_NAME);
		if (paddr % 4 || region->size % 4)
			bad(checker, "%s: address %#llx and size %llu are not multiples of 4",
			    region->name, paddr, region->size);
		if (!region->size)
			bad(checker, "%s: empty", region->name);
		if (!dump->has_header || is_elf_header(region))
			continue;
		if (!region->in_header)
			bad(checker, "%s: no section has its name: tools that need one miss it",
			    region->name);
		else if (!region->load_size)
			bad(checker, "%s: no PT_LOAD has it: QDL takes it for vmcoreinfo",
			    region->name);
		else if (region->zones_size % region->zone_size)
			bad(checker, "%s: %llu bytes are no multiple of its entries' %llu",
			    region->name, region->zones_size, region->zone_size);
	}
	if (entries > MAX_ENTRIES)
		bad(checker, "%u regions: old firmware has room for %u", entries, MAX_ENTRIES);
}

struct elf {
	const char *image;
	u64 size;
	Elf64_Ehdr header;
};

/* Entry @i of a table at @offset in the header; false where it is not in there */
static bool get_entry(const struct elf *elf, u64 offset, u64 i, void *entry, u64 size)
{
	if (offset > elf->size || i >= (elf->size - offset) / size)
		return false;
	memcpy(entry, elf->image + offset + i * size, size);

	return true;
}

static bool check_ident(struct checker *checker, const struct elf *elf)
{
	const Elf64_Ehdr *header = &elf->header;

	if (memcmp(header->e_ident, ELFMAG, SELFMAG) || header->e_ident[EI_CLASS] != ELFCLASS64 ||
	    header->e_ident[EI_DATA] != ELFDATA2LSB) {
		bad(checker, "KELF_HEADER: no little-endian ELF64: no tool can use it");
		return false;
	}
	if (le16toh(header->e_type) != ET_CORE)
		bad(checker, "KELF_HEADER: type %u, not ET_CORE: QDL refuses it",
		    le16toh(header->e_type));
	if (le16toh(header->e_phentsize) != sizeof(Elf64_Phdr)) {
		bad(checker, "KELF_HEADER: program headers of %u bytes, not 56: QDL refuses it",
		    le16toh(header->e_phentsize));
		return false;
	}
	if (le16toh(header->e_shentsize) != sizeof(Elf64_Shdr)) {
		bad(checker, "KELF_HEADER: section headers of %u bytes, not 64",
		    le16toh(header->e_shentsize));
		return false;
	}

	return true;
}

static void check_note(struct checker *checker, const struct elf *elf, const Elf64_Phdr *segment)
{
	char owner[sizeof(NOTE_OWNER)];
	Elf64_Nhdr note;
	u64 offset = le64toh(segment->p_offset);

	if (!get_entry(elf, offset, 0, &note, sizeof(note)) ||
	    le32toh(note.n_namesz) != sizeof(owner) ||
	    !get_entry(elf, offset + sizeof(note), 0, owner, sizeof(owner)) ||
	    memcmp(owner, NOTE_OWNER, sizeof(owner)))
		bad(checker, "KELF_HEADER: its note is not from " NOTE_OWNER
		    ": which kernel it was is not known");
}

static void check_segments(struct checker *checker, const struct elf *elf)
{
	unsigned int i, notes = 0;
	u64 end = elf->size;
	Elf64_Phdr segment;

	for (i = 0; i < le16toh(elf->header.e_phnum); i++) {
		if (!get_entry(elf, le64toh(elf->header.e_phoff), i, &segment, sizeof(segment))) {
			bad(checker, "KELF_HEADER: no program header %u in it: QDL refuses it", i);
			return;
		}
		if (le32toh(segment.p_type) == PT_NOTE) {
			if (!notes++)
				check_note(checker, elf, &segment);
			continue;
		}
		if (le32toh(segment.p_type) != PT_LOAD) {
			bad(checker, "KELF_HEADER: program header %u has type %#x", i,
			    le32toh(segment.p_type));
			continue;
		}
		if (le64toh(segment.p_offset) != end)
			bad(checker, "KELF_HEADER: program header %u: offset %#llx, QDL uses %#llx",
			    i, (unsigned long long)le64toh(segment.p_offset), end);
		end += le64toh(segment.p_filesz);
	}
	if (!notes)
		bad(checker, "KELF_HEADER: no note: which kernel it was is not known");
}

/* As linux-ramdump-parser: the first such string, and all names behind it are regions. */
static void check_strings(struct checker *checker, const struct elf *elf)
{
	const char *at = memmem(elf->image, elf->size, STRINGS, sizeof(STRINGS));
	const char *end = elf->image + elf->size, *next;
	Elf64_Shdr section;
	char name[32];
	unsigned int i;
	u64 start;

	if (!at) {
		bad(checker, "KELF_HEADER: no " STRINGS ": linux-ramdump-parser finds no regions");
		return;
	}
	at += sizeof(STRINGS);
	if (!get_entry(elf, le64toh(elf->header.e_shoff), 1, &section, sizeof(section))) {
		bad(checker, "KELF_HEADER: section header 1 is not in it");
		return;
	}
	start = le64toh(section.sh_offset);
	for (i = 2; i < le16toh(elf->header.e_shnum); i++) {
		next = at < end ? memchr(at, '\0', end - at) : NULL;
		copy_text(name, sizeof(name), at, next ? next - at : end - at);
		if (!next) {
			bad(checker, "KELF_HEADER: %s: no end of this name", name);
			return;
		}
		if (!get_entry(elf, le64toh(elf->header.e_shoff), i, &section, sizeof(section))) {
			bad(checker, "KELF_HEADER: section header %u is not in it", i);
			return;
		}
		if (start + le32toh(section.sh_name) != (u64)(at - elf->image))
			bad(checker, "KELF_HEADER: %s: out of order, not the name of section %u",
			    name, i);
		at = next + 1;
	}
	while (at < end && !*at)
		at++;
	if (at < end) {
		copy_text(name, sizeof(name), at, end - at);
		bad(checker, "KELF_HEADER: %s: linux-ramdump-parser takes this for a region",
		    name);
	}
}

static void check_header(struct checker *checker, const struct dump *dump)
{
	struct elf elf;
	const char *wrong;
	char *image;
	size_t size;

	wrong = header_load(dump, &image, &size);
	if (wrong) {
		bad(checker, "KELF_HEADER: %s: no tool can tell what the regions are", wrong);
		return;
	}
	elf.image = image;
	elf.size = size;
	if (!get_entry(&elf, 0, 0, &elf.header, sizeof(elf.header))) {
		bad(checker, "KELF_HEADER: cut short");
	} else if (check_ident(checker, &elf)) {
		check_segments(checker, &elf);
		check_strings(checker, &elf);
	}
	free(image);
}

int cmd_check(const struct dump *dump, const char *target, bool force)
{
	struct checker checker = { .visitor = { .record = ignore_record, .problem = count_problem } };

	(void)target;
	(void)force;
	if (dump->source == SOURCE_RAWDUMP)
		check_rawdump(&checker, dump);
	if (dump->source != SOURCE_RESERVATION)
		check_header(&checker, dump);
	check_regions(&checker, dump);
	if (checker.deviations)
		printf("%u deviations\n", checker.deviations);
	else
		printf("%zu regions, all as they should be\n", dump->count);

	return flush_output() || checker.deviations ? EXIT_FAILURE : EXIT_SUCCESS;
}
