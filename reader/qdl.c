// SPDX-License-Identifier: GPL-2.0-only
#include <endian.h>
#include <string.h>

#include "header.h"
#include "qdl.h"

static Elf64_Ehdr get_header(const char *image)
{
	Elf64_Ehdr header;

	memcpy(&header, image, sizeof(header));

	return header;
}

const char *qdl_refuses(const char *image, size_t size)
{
	Elf64_Ehdr header;
	u64 offset;

	if (size < sizeof(header))
		return "it is cut short";
	header = get_header(image);
	if (memcmp(header.e_ident, ELFMAG, SELFMAG) || header.e_ident[EI_CLASS] != ELFCLASS64 ||
	    header.e_ident[EI_DATA] != ELFDATA2LSB || le16toh(header.e_type) != ET_CORE)
		return "it is not a little-endian ELF64 core file";
	if (le16toh(header.e_phentsize) != sizeof(Elf64_Phdr))
		return "its program headers have an unknown size";
	offset = le64toh(header.e_phoff);
	if (offset > size || le16toh(header.e_phnum) > (size - offset) / sizeof(Elf64_Phdr))
		return "its program headers are missing";

	return NULL;
}

unsigned int qdl_segments(const char *image)
{
	return le16toh(get_header(image).e_phnum);
}

Elf64_Phdr qdl_segment(const char *image, unsigned int i)
{
	Elf64_Phdr segment;

	memcpy(&segment, image + le64toh(get_header(image).e_phoff) + i * sizeof(segment),
	       sizeof(segment));

	return segment;
}

bool qdl_in_header(const Elf64_Phdr *segment, size_t size)
{
	u64 offset = le64toh(segment->p_offset);

	return offset <= size && le64toh(segment->p_filesz) <= size - offset;
}

const struct region *qdl_find(const struct dump *dump, u64 paddr)
{
	u64 address;
	size_t i;

	for (i = 0; i < dump->count; i++)
		if (region_address(&dump->regions[i], &address) && address == paddr)
			return &dump->regions[i];

	return NULL;
}

bool qdl_has(const struct dump *dump, const struct region *region)
{
	return region->file || region->has_paddr || dump->source == SOURCE_ELF;
}

/* Whether a PT_LOAD may be that of a file without an address, as a directory does not tell any */
static bool has_unknown(const struct dump *dump, const char *image, size_t size)
{
	const struct region *region;
	unsigned int i;

	for (i = 0; i < qdl_segments(image); i++) {
		Elf64_Phdr segment = qdl_segment(image, i);

		if (le32toh(segment.p_type) != PT_LOAD || qdl_in_header(&segment, size))
			continue;
		region = qdl_find(dump, le64toh(segment.p_paddr));
		if (!region || !qdl_has(dump, region))
			return true;
	}

	return false;
}

static bool is_described(const char *image, u64 address)
{
	unsigned int i;

	for (i = 0; i < qdl_segments(image); i++) {
		Elf64_Phdr segment = qdl_segment(image, i);

		if (le32toh(segment.p_type) == PT_LOAD && le64toh(segment.p_paddr) == address)
			return true;
	}

	return false;
}

const struct region *qdl_vmcoreinfo(const struct dump *dump, const char *image, size_t size)
{
	bool is_unknown = has_unknown(dump, image, size);
	const struct region *header = header_find(dump);
	u64 address;
	size_t i;

	for (i = 0; i < dump->count; i++) {
		const struct region *region = &dump->regions[i];

		if (region != header && region->name[0] == 'K' && qdl_has(dump, region) &&
		    !(region_address(region, &address) ? is_described(image, address) :
		      is_unknown))
			return region;
	}

	return NULL;
}
