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
#include "qdl.h"
#include "util.h"

/* A hole stays one. */
static int copy_region(const struct dump *dump, const struct region *region, FILE *out)
{
	static u8 buf[256 * 1024];
	const char *wrong;
	struct view view;
	int ret = 0;
	u64 pos, n;

	wrong = region_open(dump, region, &view);
	if (wrong) {
		warnx("%s: %s", region->name, wrong);
		return -EBADMSG;
	}
	for (pos = 0; pos < region->size && !ret; pos += n) {
		n = view_hole(view, pos);
		if (n) {
			ret = fseeko(out, n, SEEK_CUR) ? -errno : 0;
			continue;
		}
		n = min_t(u64, region->size - pos, sizeof(buf));
		ret = view_read(view, pos, buf, n);
		if (!ret && fwrite(buf, 1, n, out) != n)
			ret = -errno;
	}
	close(view.fd);

	return ret;
}

/* All regions together cannot have more bytes than the dump has, unless one is used twice. */
static u64 bytes_of(const struct dump *dump)
{
	u64 bytes = dump->size;
	size_t i;

	for (i = 0; dump->source == SOURCE_DIRECTORY && i < dump->count; i++)
		bytes += min(dump->regions[i].present, ~0ULL - bytes);

	return bytes;
}

static bool is_whole(const struct region *region)
{
	if (region->fault[0])
		warnx("%s: %s", region->name, region->fault);
	else if (region->present < region->size)
		warnx("%s: only %llu of %llu bytes are in the dump", region->name,
		      region->present, region->size);

	return !region->fault[0] && region->present == region->size;
}

/*
 * Puts into @parts which regions to write. QDL trusts that these fit what the
 * program headers say. If they do not, it leaves out, fills up or shifts
 * memory, and only its messages say so; here it is an error.
 */
static int plan(const struct dump *dump, const char *image, size_t size,
		const struct region **parts)
{
	u64 end = size, room = bytes_of(dump);
	const struct region *region;
	unsigned int i, count = 0;

	region = qdl_vmcoreinfo(dump, image, size);
	if (region) {
		if (!is_whole(region))
			return -EBADMSG;
		warnx("%s: in no PT_LOAD, so taken for vmcoreinfo, as by QDL",
		      region->name);
		parts[count++] = region;
		end += region->size;
	}

	for (i = 0; i < qdl_segments(image); i++) {
		Elf64_Phdr segment = qdl_segment(image, i);
		u64 offset = le64toh(segment.p_offset), length = le64toh(segment.p_filesz);

		if (le32toh(segment.p_type) != PT_LOAD)
			continue;
		region = qdl_find(dump, le64toh(segment.p_paddr));
		if (!region && qdl_in_header(&segment, size))
			continue;
		if (!region) {
			warnx("program header %u: no region at %#llx is in the dump", i,
			      (u64)le64toh(segment.p_paddr));
			return -EBADMSG;
		}
		if (!is_whole(region))
			return -EBADMSG;
		if (region->size != length) {
			warnx("program header %u: %llu bytes, but %s has %llu", i, length,
			      region->name, region->size);
			return -EBADMSG;
		}
		if (offset != end) {
			warnx("program header %u: offset %#llx, but %s would be at %#llx", i,
			      offset, region->name, end);
			return -EBADMSG;
		}
		if (end > room || length > room - end) {
			warnx("program header %u: more bytes than the dump has", i);
			return -EBADMSG;
		}
		parts[count++] = region;
		end += length;
	}

	return count;
}

static int write_elf(const struct dump *dump, const char *image, size_t size, FILE *out)
{
	const struct region **parts;
	int i, count, ret = 0;

	parts = calloc(qdl_segments(image) + 1, sizeof(*parts));
	if (!parts)
		return -ENOMEM;

	count = plan(dump, image, size, parts);
	if (count >= 0 && fwrite(image, 1, size, out) != size)
		ret = -errno;
	for (i = 0; i < count && !ret; i++)
		ret = copy_region(dump, parts[i], out);
	/* the end may be a hole */
	if (count >= 0 && !ret && (fflush(out) || ftruncate(fileno(out), ftello(out))))
		ret = -errno;
	free(parts);

	return count < 0 ? count : ret;
}

int assemble_dump(const struct dump *dump, FILE *out)
{
	const struct region *header = header_find(dump);
	const char *wrong;
	char *image;
	size_t size;
	int ret;

	wrong = header_load(dump, &image, &size);
	if (wrong) {
		warnx("cannot assemble without KELF_HEADER: %s", wrong);
		return -EBADMSG;
	}
	wrong = size == header->size ? qdl_refuses(image, size) : "it is cut short, or too large";
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
	if (ret == -EBADMSG)
		warnx("%s not written: the regions do not match its program headers", path);
	else if (ret)
		warnx("%s not written: %s%s", path, view_strerror(ret),
		      ret == -EEXIST ? " (-f overwrites)" : "");

	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
