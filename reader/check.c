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
#include "qdl.h"
#include "record.h"
#include "rawdump.h"
#include "util.h"

/* Room for Linux in the tables of old firmware, and for "md_" + name + ".BIN" in file names */
#define MAX_ENTRIES	201
#define MIN_NAME	3
#define MAX_NAME	11

#define STRINGS		"STR_TBL"
#define VMCOREINFO_OWNER	"VMCOREINFO"

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
	struct view image = view_of(dump->fd, 0, dump->size);
	struct rawdump_section section;
	struct rawdump_header header;
	char name[sizeof(section.name) + 1];
	u64 offset, size;
	u32 i;

	if (view_read(image, 0, &header, sizeof(header)))
		return;
	if (memcmp(header.magic, RAWDUMP_MAGIC, sizeof(header.magic)))
		bad(checker, "no signature " RAWDUMP_MAGIC ": other programs refuse it");
	if (le32toh(header.valid) != RAWDUMP_COMPLETE)
		bad(checker, "valid is %u, not 1: the partition is smaller than the dump",
		    le32toh(header.valid));
	if (le64toh(header.dump_size) > dump->size)
		bad(checker, "the dump has %llu bytes, the image only %llu",
		    (unsigned long long)le64toh(header.dump_size), dump->size);

	for (i = 0; i < min_t(u32, le32toh(header.count), MAX_REGIONS); i++) {
		if (view_read(image, sizeof(header) + (u64)i * sizeof(section), &section,
			      sizeof(section))) {
			bad(checker, "section header %u of %u is not in the image", i,
			    le32toh(header.count));
			return;
		}
		copy_text(name, sizeof(name), section.name, sizeof(section.name));
		if (!memchr(section.name, '\0', sizeof(section.name)))
			bad(checker, "section %u: its name has no end: %s", i, name);
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
			bad(checker, "section %s: at %#llx, within the headers", name, offset);
		if (view_part(image, offset, size).size < size)
			bad(checker, "section %s: %#llx bytes at %#llx are not in the image",
			    name, size, offset);
	}
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
		if (strlen(region->name) > MAX_NAME)
			bad(checker, "%s: more than %u characters, too many for firmware's file "
			    "names", region->name, MAX_NAME);
		if (paddr % 4 || region->size % 4)
			bad(checker, "%s: address %#llx and size %llu are not multiples of 4",
			    region->name, paddr, region->size);
		if (!region->size && qdl_has(dump, region))
			bad(checker, "%s: empty", region->name);
		if (!dump->has_header || region == header_find(dump))
			continue;
		if (!region->in_header)
			bad(checker, "%s: no section has its name, so linux-ramdump-parser leaves "
			    "it out", region->name);
		else if (region->zone_size && region->zones_size % region->zone_size)
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

static bool has_owner(const struct elf *elf, u64 offset, const Elf64_Nhdr *note, const char *owner)
{
	return le32toh(note->n_namesz) == strlen(owner) + 1 &&
	       offset + sizeof(*note) <= elf->size &&
	       strlen(owner) < elf->size - offset - sizeof(*note) &&
	       !memcmp(elf->image + offset + sizeof(*note), owner, strlen(owner) + 1);
}

static void check_notes(struct checker *checker, const struct elf *elf, unsigned int index,
			const Elf64_Phdr *segment)
{
	u64 offset = le64toh(segment->p_offset), left = le64toh(segment->p_filesz);
	Elf64_Nhdr note;

	while (left >= sizeof(note) && get_entry(elf, offset, 0, &note, sizeof(note))) {
		u64 size = sizeof(note) + ((u64)le32toh(note.n_namesz) + 3) / 4 * 4 +
			   ((u64)le32toh(note.n_descsz) + 3) / 4 * 4;

		if (index && has_owner(elf, offset, &note, VMCOREINFO_OWNER))
			bad(checker, "KELF_HEADER: " VMCOREINFO_OWNER " is in program header %u, "
			    "but crash looks for it in the first only", index);
		if (size > left)
			break;
		offset += size;
		left -= size;
	}
}

/* A directory tells no addresses: whether there are regions that can be for any PT_LOAD */
static bool has_unplaced(const struct dump *dump)
{
	const struct region *header = header_find(dump);
	u64 address;
	size_t i;

	for (i = 0; i < dump->count; i++)
		if (&dump->regions[i] != header && dump->regions[i].name[0] == 'K' &&
		    !region_address(&dump->regions[i], &address))
			return true;

	return false;
}

/* QDL writes one region after another and trusts that they get where the header says. */
static void check_segments(struct checker *checker, const struct dump *dump, const struct elf *elf)
{
	const struct region *stray = qdl_vmcoreinfo(dump, elf->image, elf->size);
	unsigned int i;
	u64 end;

	/* that it is not in the dump has been told */
	if (check_add_overflow(elf->size, stray ? stray->size : 0, &end))
		return;
	for (i = 0; i < qdl_segments(elf->image); i++) {
		Elf64_Phdr segment = qdl_segment(elf->image, i);
		u64 offset = le64toh(segment.p_offset), paddr = le64toh(segment.p_paddr), length;
		const struct region *region = qdl_find(dump, paddr);

		if (le32toh(segment.p_type) == PT_NOTE)
			check_notes(checker, elf, i, &segment);
		if (le32toh(segment.p_type) != PT_LOAD ||
		    (!region && qdl_in_header(&segment, elf->size)))
			continue;
		if (stray && offset == end - stray->size) {
			bad(checker, "%s: in no PT_LOAD, so QDL takes it for vmcoreinfo and "
			    "shifts all regions by its %llu bytes", stray->name, stray->size);
			end -= stray->size;
			stray = NULL;
		}
		if (!region ? dump->source == SOURCE_DIRECTORY :
		    !qdl_has(dump, region) && has_unplaced(dump))
			bad(checker, "KELF_HEADER: program header %u: its region is unknown", i);
		else if (!region || !qdl_has(dump, region))
			bad(checker, "KELF_HEADER: program header %u: no region at %#llx, so QDL "
			    "leaves it out and shifts the regions after it", i, paddr);
		if (offset != end)
			bad(checker, "KELF_HEADER: program header %u: offset %#llx, QDL uses %#llx",
			    i, offset, end);
		/* it fills up what is too short, and shifts the rest by what is too long */
		length = le64toh(segment.p_filesz);
		if (region && qdl_has(dump, region))
			length = max(length, region->size);
		if (check_add_overflow(end, length, &end))
			return;
	}
}

/* What maps addresses to sections, and how readelf looks at them */
static void check_sections(struct checker *checker, const struct elf *elf)
{
	unsigned int i, unmapped = 0, elsewhere = 0, far = 0;
	Elf64_Shdr section;

	if (le16toh(elf->header.e_shentsize) != sizeof(section)) {
		bad(checker, "KELF_HEADER: section headers of %u bytes, not 64",
		    le16toh(elf->header.e_shentsize));
		return;
	}
	for (i = 1; i < le16toh(elf->header.e_shnum); i++) {
		u64 address, size;
		unsigned int j;

		if (!get_entry(elf, le64toh(elf->header.e_shoff), i, &section, sizeof(section))) {
			bad(checker, "KELF_HEADER: section header %u is missing", i);
			return;
		}
		if (le64toh(section.sh_entsize) > elf->size)
			far++;
		if (le32toh(section.sh_type) != SHT_NOBITS)
			continue;
		if (!(le64toh(section.sh_flags) & SHF_ALLOC)) {
			unmapped++;
			continue;
		}
		address = le64toh(section.sh_addr);
		size = le64toh(section.sh_size);
		for (j = 0; j < qdl_segments(elf->image); j++) {
			Elf64_Phdr segment = qdl_segment(elf->image, j);
			u64 start = le64toh(segment.p_vaddr);
			u64 length = le64toh(segment.p_memsz);

			if (le32toh(segment.p_type) == PT_LOAD && address >= start &&
			    size <= length && address - start <= length - size)
				break;
		}
		if (j == qdl_segments(elf->image))
			elsewhere++;
	}
	if (unmapped)
		bad(checker, "KELF_HEADER: %u sections are NOBITS without SHF_ALLOC: "
		    "linux-ramdump-parser and readelf map them to wrong segments", unmapped);
	if (elsewhere)
		bad(checker, "KELF_HEADER: %u sections are in no PT_LOAD by p_vaddr, so "
		    "linux-ramdump-parser does not find their contents", elsewhere);
	if (far)
		bad(checker, "KELF_HEADER: sh_entsize of %u sections exceeds its size: readelf "
		    "2.47.50 warns about it", far);
}

/*
 * Takes the next name as linux-ramdump-parser does: no less than 3 characters
 * from '0' to DEL. Behind each NUL it looks at two more bytes, one byte later,
 * and has all names if they are NUL as well. NULL at the end, with what is
 * wrong in @fault if it reads beyond the header.
 */
static const char *next_name(const struct elf *elf, u64 *pos, char name[32], const char **fault)
{
	static const char * const skipped[] = { "linux_banner", "minidump_table" };
	u64 start = *pos;

	for (; *pos < elf->size; ++*pos) {
		unsigned char c = (unsigned char)elf->image[*pos];
		u64 length = *pos - start;

		if (c >= 0x30 && c < 0x80)
			continue;
		copy_text(name, 32, elf->image + start, length);
		start = *pos + 1;
		if (length >= MIN_NAME && strcmp(name, skipped[0]) && strcmp(name, skipped[1]))
			return name;
		if (c)
			continue;
		if (elf->size - *pos < 3 || (!elf->image[*pos + 2] && elf->size - *pos < 4)) {
			*fault = "it reads beyond the end";
			return NULL;
		}
		if (!elf->image[*pos + 2] && !elf->image[*pos + 3])
			return NULL;
	}

	return NULL;
}

/* The name that a section gives to the region of a PT_LOAD, or NULL */
static const char *name_of(const struct dump *dump, u64 paddr)
{
	size_t i;

	for (i = 0; i < dump->count; i++)
		if (dump->regions[i].in_header && dump->regions[i].load_size &&
		    dump->regions[i].load_paddr == paddr)
			return dump->regions[i].name;

	return NULL;
}

/* linux-ramdump-parser takes the names behind the first such string for regions, in this order. */
static void check_strings(struct checker *checker, const struct dump *dump, const struct elf *elf)
{
	const char *at = memmem(elf->image, elf->size, STRINGS, strlen(STRINGS)), *wanted, *got;
	const char *fault = NULL;
	char name[32];
	unsigned int i;
	u64 pos;

	if (!at) {
		bad(checker, "KELF_HEADER: no " STRINGS ": linux-ramdump-parser finds no regions");
		return;
	}
	pos = at + strlen(STRINGS) - 1 - elf->image;
	for (i = 0; i < qdl_segments(elf->image); i++) {
		Elf64_Phdr segment = qdl_segment(elf->image, i);

		if (le32toh(segment.p_type) != PT_LOAD || qdl_in_header(&segment, elf->size))
			continue;
		wanted = name_of(dump, le64toh(segment.p_paddr));
		got = next_name(elf, &pos, name, &fault);
		if (!got)
			break;
		if (wanted && strcmp(wanted, got)) {
			bad(checker, "KELF_HEADER: program header %u: linux-ramdump-parser names "
			    "it %s, not %s", i, got, wanted);
			return;
		}
	}
	if (i < qdl_segments(elf->image) && !fault)
		bad(checker, "KELF_HEADER: program header %u: linux-ramdump-parser finds no name "
		    "for it", i);
	else if (!fault && next_name(elf, &pos, name, &fault))
		bad(checker, "KELF_HEADER: %s: linux-ramdump-parser takes this for a region", name);
	if (fault)
		bad(checker, "KELF_HEADER: linux-ramdump-parser fails at the end of the names: %s",
		    fault);
}

static void check_header(struct checker *checker, const struct dump *dump)
{
	const struct region *region = header_find(dump);
	const char *wrong;
	struct elf elf;
	char *image;
	size_t size;

	wrong = header_load(dump, &image, &size);
	if (wrong) {
		bad(checker, "KELF_HEADER: %s: no tool can tell what the regions are", wrong);
		return;
	}
	if (strcmp(region->name, "KELF_HEADER") && strcmp(region->name, "KELF_HDR"))
		bad(checker, "%s: linux-ramdump-parser needs KELF_HEADER or KELF_HDR",
		    region->name);
	wrong = qdl_refuses(image, size);
	elf.image = image;
	elf.size = size;
	if (wrong) {
		bad(checker, "KELF_HEADER: %s: QDL refuses it", wrong);
	} else {
		memcpy(&elf.header, image, sizeof(elf.header));
		check_segments(checker, dump, &elf);
		check_sections(checker, &elf);
		check_strings(checker, dump, &elf);
	}
	if (!dump->release[0])
		bad(checker, "KELF_HEADER: neither a note nor linux_banner, so the kernel is "
		    "unknown");
	free(image);
}

int cmd_check(const struct dump *dump, const char *target, bool force)
{
	struct checker checker = {
		.visitor = { .record = ignore_record, .problem = count_problem },
	};
	size_t regions = 0, i;

	(void)target;
	(void)force;
	if (dump->source == SOURCE_RAWDUMP)
		check_rawdump(&checker, dump);
	if (dump->source != SOURCE_RESERVATION)
		check_header(&checker, dump);
	check_regions(&checker, dump);
	for (i = 0; i < dump->count; i++)
		regions += !dump->regions[i].pieces.size;
	if (checker.deviations)
		printf("%u deviations\n", checker.deviations);
	else
		printf("%zu regions, no deviations\n", regions);

	return flush_output() || checker.deviations ? EXIT_FAILURE : EXIT_SUCCESS;
}
