// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the regions in an image of the rawdump partition.
 */
#include <endian.h>
#include <err.h>
#include <stdio.h>
#include <string.h>

#include "open.h"
#include "rawdump.h"

/*
 * After the next boot, a vendor's service takes the dump from the partition and
 * overwrites the signature; what else it leaves is up to it.
 */
bool rawdump_is_collected(struct view image, bool *is_left)
{
	static const char * const marks[] = { "MiniDump", "CopyDone", "\0\0\0\0\0\0\0" };
	struct rawdump_section section;
	struct rawdump_header header;
	size_t i;

	if (view_read(image, 0, &header, sizeof(header)))
		return false;
	for (i = 0; i < ARRAY_SIZE(marks); i++)
		if (!memcmp(header.magic, marks[i], sizeof(header.magic)))
			break;

	*is_left = le32toh(header.count) && le32toh(header.count) <= MAX_REGIONS &&
		   !view_read(image, sizeof(header), &section, sizeof(section)) &&
		   le32toh(section.version) == RAWDUMP_VERSION && le32toh(section.type) &&
		   le32toh(section.type) <= RAWDUMP_TYPES && section.name[0];

	/* zeros alone say nothing */
	return i < ARRAY_SIZE(marks) && (*is_left || header.magic[0]);
}

int open_rawdump(struct dump *dump, const char *path)
{
	struct view image = view_of(dump->fd, 0, dump->size);
	struct rawdump_section section;
	struct rawdump_header header;
	struct region *region;
	u32 i;
	int ret;

	ret = view_read(image, 0, &header, sizeof(header));
	if (ret) {
		warnx("%s: cannot read the header: %s", path, view_strerror(ret));
		return -1;
	}

	if (!(le32toh(header.valid) & (RAWDUMP_COMPLETE | RAWDUMP_NO_SPACE))) {
		warnx("%s: marked as holding no dump (valid is %#x)", path,
		      le32toh(header.valid));
		return -1;
	}
	if (le32toh(header.valid) & RAWDUMP_NO_SPACE)
		warnx("%s: the partition was too small for the whole dump", path);

	for (i = 0; i < le32toh(header.count); i++) {
		ret = view_read(image, sizeof(header) + (u64)i * sizeof(section),
				&section, sizeof(section));
		if (ret) {
			warnx("%s: cannot read section header %u of %u: %s",
			      path, i, le32toh(header.count), view_strerror(ret));
			break;
		}

		region = dump_add_file(dump, section.name,
				       strnlen(section.name, sizeof(section.name)));
		if (!region)
			break;
		dump_place(dump, region, le64toh(section.offset), le64toh(section.size));
		region->paddr = le64toh(section.paddr);
		region->has_paddr = true;
		/* what an earlier dump left in the partition may follow */
		if (!section.valid && !region->fault[0])
			snprintf(region->fault, sizeof(region->fault),
				 "ignored: its section header is not marked valid");
	}

	if (!dump->count) {
		warnx("%s: a rawdump image without sections", path);
		return -1;
	}

	return 0;
}
