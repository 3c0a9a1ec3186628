// SPDX-License-Identifier: GPL-2.0-only
/*
 * minidump.elf, as QDL makes it: KELF_HEADER, and behind it, in the order of
 * its program headers, the regions that they describe.
 */
#include <elf.h>
#include <endian.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "header.h"
#include "output.h"
#include "util.h"

/* Zeros for what is missing take no room in the file, but do so in copies of it. */
#define MAX_MISSING	(1024ULL * 1024 * 1024)

static int copy_region(const struct dump *dump, const struct region *region, u64 size, FILE *out)
{
	static u8 buf[256 * 1024];
	const char *wrong;
	struct view view;
	int ret = 0;

	wrong = region_open(dump, region, &view);
	if (wrong) {
		warnx("%s: %s", region->name, wrong);
		return -EIO;
	}
	for (view.size = min(view.size, size); view.size && !ret;) {
		size_t n = view_part(view, 0, sizeof(buf)).size;
		int fd = view.fd;

		ret = view_read(view, 0, buf, n);
		if (!ret && fwrite(buf, 1, n, out) != n)
			ret = -errno;
		view = view_part(view, n, view.size);
		view.fd = fd;
	}
	close(view.fd);

	return ret;
}

static const struct region *find_segment(const struct dump *dump, u64 paddr)
{
	size_t i;

	for (i = 0; i < dump->count; i++) {
		const struct region *region = &dump->regions[i];
		bool is_there = region->has_paddr ? region->paddr == paddr :
				region->load_size && region->load_paddr == paddr;

		if (is_there && region->present && !region->fault[0])
			return region;
	}

	return NULL;
}

static int write_elf(const struct dump *dump, const char *image, size_t size, FILE *out)
{
	u64 missing = 0, end = size;
	const struct region *region;
	Elf64_Phdr segment;
	Elf64_Ehdr header;
	unsigned int i;
	int ret;

	memcpy(&header, image, sizeof(header));
	if (fwrite(image, 1, size, out) != size)
		return -errno;

	for (i = 0; i < le16toh(header.e_phnum); i++) {
		u64 length, paddr, present = 0;

		memcpy(&segment, image + le64toh(header.e_phoff) + i * sizeof(segment),
		       sizeof(segment));
		if (le32toh(segment.p_type) != PT_LOAD)
			continue;
		length = le64toh(segment.p_filesz);
		paddr = le64toh(segment.p_paddr);
		region = find_segment(dump, paddr);
		if (!region)
			warnx("no region at %#llx: %llu bytes of zeros instead", paddr, length);
		else
			present = min(region->present, length);
		if (region && present < length)
			warnx("%s: %llu of %llu bytes are there: the rest is zeros", region->name,
			      present, length);
		missing += length - present;
		if (length - present > MAX_MISSING || missing > MAX_MISSING) {
			warnx("KELF_HEADER tells of more bytes than can be missing");
			return -EFBIG;
		}
		ret = region ? copy_region(dump, region, length, out) : 0;
		end += length;
		if (!ret && fseeko(out, end, SEEK_SET))
			ret = -errno;
		if (ret)
			return ret;
	}

	if (fflush(out) || ftruncate(fileno(out), end))
		return -errno;

	return 0;
}

/* What QDL demands of the header */
static const char *find_fault(const char *image, size_t size)
{
	Elf64_Ehdr header;
	u64 offset;

	if (size < sizeof(header))
		return "it is cut short";
	memcpy(&header, image, sizeof(header));
	if (memcmp(header.e_ident, ELFMAG, SELFMAG) || header.e_ident[EI_CLASS] != ELFCLASS64 ||
	    header.e_ident[EI_DATA] != ELFDATA2LSB || le16toh(header.e_type) != ET_CORE)
		return "it is no little-endian ELF64 core file";
	if (le16toh(header.e_phentsize) != sizeof(Elf64_Phdr))
		return "its program headers have an unknown size";
	offset = le64toh(header.e_phoff);
	if (offset > size || le16toh(header.e_phnum) > (size - offset) / sizeof(Elf64_Phdr))
		return "its program headers are not in it";

	return NULL;
}

int assemble_dump(const struct dump *dump, FILE *out)
{
	const char *wrong;
	char *image;
	size_t size;
	int ret;

	wrong = header_load(dump, &image, &size);
	if (wrong) {
		warnx("cannot assemble without KELF_HEADER: %s", wrong);
		return -EBADMSG;
	}
	wrong = find_fault(image, size);
	if (wrong)
		warnx("cannot assemble with this KELF_HEADER: %s", wrong);
	ret = wrong ? -EBADMSG : write_elf(dump, image, size, out);
	free(image);

	return ret;
}

int cmd_assemble(const struct dump *dump, const char *path, bool force)
{
	struct output output;
	int ret;

	ret = output_begin(&output, AT_FDCWD, path);
	if (!ret)
		ret = output_end(&output, assemble_dump(dump, output.stream), force, NULL);
	if (ret)
		warnx("%s not written: %s%s", path, view_strerror(ret),
		      ret == -EEXIST ? " (-f overwrites)" : "");

	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
