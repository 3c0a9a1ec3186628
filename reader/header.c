// SPDX-License-Identifier: GPL-2.0-only
/*
 * KELF_HEADER: an ELF core header whose section headers name the regions and
 * hold the exact bounds of what is in them, and whose note names the kernel.
 */
#include <err.h>
#include <errno.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "header.h"
#include "util.h"

#define NOTE_OWNER	"MINIDUMP"
#define VMCOREINFO_OWNER	"VMCOREINFO"
#define NOTE_KERNEL	0
#define BANNER		"Linux version "

/*
 * Firmware saves 300 regions at most. The limit bounds the search below, which
 * compares each section with each segment.
 */
#define MAX_ENTRIES	1024

/*
 * The kernel needs 28 KiB for 200 regions. Each program header is compared with each region and
 * each section. The fuzzer has less, as all of it is read.
 */
#ifndef MAX_HEADER_SIZE
#define MAX_HEADER_SIZE	(256 * 1024)
#endif

static void copy_line(char *to, size_t to_size, const char *key, const char *text, size_t size)
{
	const char *end = text + size, *line, *next;

	for (line = text; line < end; line = next) {
		next = memchr(line, '\n', end - line);
		next = next ? next + 1 : end;
		if ((size_t)(next - line) > strlen(key) && !memcmp(line, key, strlen(key))) {
			line += strlen(key);
			copy_text(to, to_size, line, next - line - (next[-1] == '\n'));
			return;
		}
	}
}

static bool is_owner(const char *name, size_t size, const char *owner)
{
	return size == strlen(owner) + 1 && !memcmp(name, owner, size);
}

static void read_note(struct dump *dump, Elf *elf, const GElf_Phdr *segment)
{
	size_t pos = 0, name_pos, desc_pos;
	Elf_Data *data;
	GElf_Nhdr note;

	if (segment->p_offset > MAX_HEADER_SIZE || segment->p_filesz > MAX_HEADER_SIZE)
		return;
	data = elf_getdata_rawchunk(elf, segment->p_offset, segment->p_filesz, ELF_T_NHDR);
	if (!data)
		return;

	while ((pos = gelf_getnote(data, pos, &note, &name_pos, &desc_pos))) {
		const char *desc = (char *)data->d_buf + desc_pos;

		const char *owner = (char *)data->d_buf + name_pos;

		if (note.n_type != NOTE_KERNEL)
			continue;
		if (is_owner(owner, note.n_namesz, VMCOREINFO_OWNER) && !dump->vmcoreinfo)
			dump->vmcoreinfo = strndup(desc, note.n_descsz);
		if (!is_owner(owner, note.n_namesz, NOTE_OWNER))
			continue;
		copy_line(dump->release, sizeof(dump->release), "OSRELEASE=", desc, note.n_descsz);
		copy_line(dump->version, sizeof(dump->version), "VERSION=", desc, note.n_descsz);
	}
	/* As debugfs has it on a running kernel, with no other note */
	if (dump->vmcoreinfo && !dump->release[0])
		copy_line(dump->release, sizeof(dump->release), "OSRELEASE=", dump->vmcoreinfo,
			  strlen(dump->vmcoreinfo));
}

/* Where in a range of @size bytes from @start on @length bytes at @at are; false if not in it */
static bool is_within(u64 start, u64 size, u64 at, u64 length, u64 *offset)
{
	if (at < start || length > size || at - start > size - length)
		return false;
	*offset = at - start;

	return true;
}

/*
 * Finds the segment that is a section's region as firmware saw it, and where
 * in it the section begins. The offset in the assembled dump is what all
 * kernels agree about. Android's have virtual addresses in sections, mainline
 * has had physical ones.
 */
static bool find_load(Elf *elf, size_t segments, const GElf_Shdr *section, GElf_Phdr *segment,
		      u64 *offset)
{
	enum { BY_OFFSET, BY_VADDR, BY_PADDR, WAYS } way;
	size_t i;

	for (way = BY_OFFSET; way < WAYS; way++) {
		for (i = 0; i < segments; i++) {
			if (!gelf_getphdr(elf, i, segment) || segment->p_type != PT_LOAD)
				continue;
			if (is_within(way == BY_OFFSET ? segment->p_offset :
				      way == BY_VADDR ? segment->p_vaddr : segment->p_paddr,
				      segment->p_filesz,
				      way == BY_OFFSET ? section->sh_offset : section->sh_addr,
				      section->sh_size, offset))
				return true;
		}
	}

	return false;
}

/*
 * On Android, a segment for linux_banner points into the header itself:
 * "Linux version <release> (<who and how>) #<version>". It is no region.
 */
static bool read_banner(struct dump *dump, Elf *elf, const GElf_Phdr *segment)
{
	const char *text, *end, *version;
	size_t size;
	u64 offset;

	text = elf_rawfile(elf, &size);
	if (!text || segment->p_filesz < strlen(BANNER) ||
	    !is_within(0, size, segment->p_offset, segment->p_filesz, &offset) ||
	    memcmp(text + offset, BANNER, strlen(BANNER)))
		return false;

	text += offset + strlen(BANNER);
	size = segment->p_filesz - strlen(BANNER);
	end = memchr(text, '\n', size);
	size = end ? (size_t)(end - text) : size;
	end = memchr(text, ' ', size);
	version = memmem(text, size, " #", 2);
	if (!dump->release[0])
		copy_text(dump->release, sizeof(dump->release), text, end ? (size_t)(end - text) :
			  size);
	if (!dump->version[0] && version)
		copy_text(dump->version, sizeof(dump->version), version + 1,
			  text + size - version - 1);

	return true;
}

/* Of an assembled dump, the segments are the regions. */
static void take_segment(struct dump *dump, struct region *region, const GElf_Phdr *segment)
{
	region->fault[0] = '\0';
	dump_place(dump, region, segment->p_offset, segment->p_filesz);
	region->load_paddr = segment->p_paddr;
	region->load_vaddr = segment->p_vaddr;
	region->load_size = segment->p_filesz;
}

/* Those that no section names, and the end of the header, which is where they begin */
static void take_segments(struct dump *dump, Elf *elf, size_t segments)
{
	u64 end = dump->size;
	struct region *region;
	size_t named = dump->count, i, j;
	GElf_Phdr segment;
	char name[32];

	for (i = 0; i < segments; i++) {
		if (!gelf_getphdr(elf, i, &segment) || segment.p_type != PT_LOAD ||
		    read_banner(dump, elf, &segment))
			continue;
		if (segment.p_offset < end)
			end = segment.p_offset;
		for (j = 1; j < named; j++)
			if (dump->regions[j].load_size &&
			    dump->regions[j].offset == segment.p_offset)
				break;
		if (j < named)
			continue;
		snprintf(name, sizeof(name), "LOAD%zu", i);
		region = dump_add(dump, name, strlen(name));
		if (!region)
			break;
		if (!region->fault[0])
			take_segment(dump, region, &segment);
	}
	dump->regions[0].size = end;
	dump->regions[0].present = end;
}

static bool read_section(struct dump *dump, Elf *elf, size_t segments, const GElf_Shdr *section,
			 const char *name)
{
	bool is_new, has_load;
	struct region *region;
	GElf_Phdr segment;
	char text[sizeof(region->name)];
	u64 offset;

	has_load = section->sh_size && find_load(elf, segments, section, &segment, &offset);
	if (has_load && read_banner(dump, elf, &segment))
		return true;

	copy_text(text, sizeof(text), name, strlen(name));
	region = dump_find(dump, text);
	is_new = !region;
	/* such as minidump_table, which is but an address */
	if (is_new && !has_load && section->sh_type == SHT_PROGBITS)
		return true;
	if (is_new) {
		region = dump_add(dump, name, strlen(name));
		if (!region)
			return false;
		snprintf(region->fault, sizeof(region->fault),
			 "in KELF_HEADER, but not in the dump");
	}

	/* of two sections of a name, the first counts, as it does for regions */
	if (region->in_header)
		return true;
	region->in_header = true;

	if (!has_load)
		return true;
	if (is_new && dump->source == SOURCE_ELF)
		take_segment(dump, region, &segment);
	region->load_paddr = segment.p_paddr;
	region->load_vaddr = segment.p_vaddr;
	region->load_size = segment.p_filesz;
	/* Android's kernels do not say how a region is divided. */
	if (section->sh_type == SHT_PROGBITS)
		return true;
	region->zones_offset = offset;
	region->zones_size = section->sh_size;
	/* sh_entsize: kernels of before this was in sh_info, where it bothers no tool */
	region->zone_size = section->sh_info ?: section->sh_entsize ?: section->sh_size;

	return true;
}

static const char *read_elf(struct dump *dump, Elf *elf)
{
	size_t segments, sections, strings, i;
	GElf_Shdr section;
	GElf_Phdr segment;
	GElf_Ehdr header;
	const char *name;

	if (elf_getphdrnum(elf, &segments) || elf_getshdrnum(elf, &sections))
		return elf_errmsg(-1);
	if (!sections && dump->source != SOURCE_ELF)
		return "no section headers";
	if (sections && elf_getshdrstrndx(elf, &strings))
		return elf_errmsg(-1);
	if (gelf_getehdr(elf, &header) &&
	    (header.e_machine == EM_ARM || header.e_machine == EM_386))
		dump->word_size = sizeof(u32);
	if (segments > MAX_ENTRIES || sections > MAX_ENTRIES) {
		warnx("KELF_HEADER: reading the first %d of %zu segments and %zu sections",
		      MAX_ENTRIES, segments, sections);
		segments = min_t(size_t, segments, MAX_ENTRIES);
		sections = min_t(size_t, sections, MAX_ENTRIES);
	}

	for (i = 0; i < segments; i++) {
		if (gelf_getphdr(elf, i, &segment) && segment.p_type == PT_NOTE) {
			read_note(dump, elf, &segment);
			break;
		}
	}

	for (i = 1; i < sections; i++) {
		name = NULL;
		if (gelf_getshdr(elf_getscn(elf, i), &section)) {
			if (section.sh_type != SHT_NOBITS && section.sh_type != SHT_PROGBITS)
				continue;
			name = elf_strptr(elf, strings, section.sh_name);
		}
		if (!name)
			warnx("KELF_HEADER: section %zu has no name", i);
		else if (!read_section(dump, elf, segments, &section, name))
			break;
	}
	if (dump->source == SOURCE_ELF)
		take_segments(dump, elf, segments);

	return NULL;
}

static const char *read_image(struct dump *dump, char *image, size_t size)
{
	const char *wrong = "not an ELF header";
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_memory(image, size);
	if (!elf)
		return elf_errmsg(-1);

	if (elf_kind(elf) == ELF_K_ELF)
		wrong = read_elf(dump, elf);
	elf_end(elf);

	return wrong;
}

const struct region *header_find(const struct dump *dump)
{
	const struct region *region = dump_find(dump, "KELF_HEADER");
	size_t i;

	/* KELF_HDR on Android; QDL takes any */
	for (i = 0; !region && i < dump->count; i++)
		if (!strncmp(dump->regions[i].name, "KELF", 4))
			region = &dump->regions[i];

	return region;
}

const char *header_load(const struct dump *dump, char **image, size_t *size)
{
	const struct region *region;
	const char *wrong;
	struct view view;
	int ret;

	region = header_find(dump);
	if (!region)
		return "not in the dump";
	if (region->fault[0])
		return region->fault;
	if (!region->present)
		return "empty";

	wrong = region_open(dump, region, &view);
	if (wrong)
		return wrong;

	view = view_part(view, 0, MAX_HEADER_SIZE);
	*size = view.size;
	*image = malloc(view.size);
	ret = *image ? view_read(view, 0, *image, view.size) : -ENOMEM;
	close(view.fd);
	if (ret)
		free(*image);

	return ret ? view_strerror(ret) : NULL;
}

const char *header_read(struct dump *dump)
{
	const char *wrong;
	char *image;
	size_t size;

	wrong = header_load(dump, &image, &size);
	if (wrong)
		return wrong;
	wrong = read_image(dump, image, size);
	free(image);

	return wrong;
}
