// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the regions in what there is after a crash: a directory of
 * md_<name>.BIN files, the rawdump partition, a minidump.elf, or memory.
 */
#include <dirent.h>
#include <elf.h>
#include <endian.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dump.h"
#include "rawdump.h"
#include "util.h"

/*
 * Firmware saves 300 regions at most, and a few dozen DDR ranges. The limit
 * keeps memory use independent of what the input claims.
 */
#define MAX_REGIONS 2048

/* The kernel needs 28 KiB for 200 regions */
#define MAX_HEADER_SIZE (1024 * 1024)

void copy_text(char *to, size_t to_size, const char *from, size_t from_size)
{
	size_t i;

	for (i = 0; i < from_size && i < to_size - 1 && from[i]; i++)
		to[i] = from[i] >= ' ' && from[i] <= '~' ? from[i] : '?';
	to[i] = '\0';
}

struct region *dump_find(const struct dump *dump, const char *name)
{
	size_t i;

	for (i = 0; i < dump->count; i++)
		if (!strcmp(dump->regions[i].name, name))
			return &dump->regions[i];

	return NULL;
}

struct region *dump_add(struct dump *dump, const char *name, size_t size)
{
	struct region *region;

	if (dump->count == MAX_REGIONS) {
		warnx("more than %d regions: ignoring the rest", MAX_REGIONS);
		return NULL;
	}

	if (dump->count == dump->room) {
		size_t room = dump->room ? 2 * dump->room : 16;

		region = realloc(dump->regions, room * sizeof(*region));
		if (!region) {
			warn("ignoring region %.*s", (int)size, name);
			return NULL;
		}
		dump->regions = region;
		dump->room = room;
	}

	region = &dump->regions[dump->count];
	memset(region, 0, sizeof(*region));
	copy_text(region->name, sizeof(region->name), name, size);
	if (dump_find(dump, region->name))
		snprintf(region->fault, sizeof(region->fault),
			 "ignored: there is an earlier region of this name");
	dump->count++;

	return region;
}

static bool has_bin_suffix(const char *name, size_t size)
{
	return size >= 4 && !strncasecmp(name + size - 4, ".bin", 4);
}

/* Firmware's file name to the region's name: "md_KPMSG.BIN" to "KPMSG" */
static struct region *add_file(struct dump *dump, const char *name, size_t size)
{
	if (size >= 3 && !memcmp(name, "md_", 3)) {
		name += 3;
		size -= 3;
	}
	if (has_bin_suffix(name, size))
		size -= 4;

	return dump_add(dump, name, size);
}

static int is_region_file(const struct dirent *entry)
{
	return !strncmp(entry->d_name, "md_", 3) &&
	       has_bin_suffix(entry->d_name, strlen(entry->d_name));
}

static int open_directory(struct dump *dump, const char *path)
{
	struct dirent **entries;
	struct region *region = NULL;
	const char *wrong;
	struct view view;
	int i, n;

	n = scandir(path, &entries, is_region_file, alphasort);
	if (n < 0) {
		warn("cannot read %s", path);
		return -1;
	}

	for (i = 0; i < n; i++) {
		if (!i || region)
			region = add_file(dump, entries[i]->d_name, strlen(entries[i]->d_name));
		if (region) {
			region->file = strdup(entries[i]->d_name);
			wrong = region->file ? region_open(dump, region, &view) : strerror(ENOMEM);
			if (!wrong) {
				region->size = view.size;
				region->present = view.size;
				close(view.fd);
			} else if (!region->fault[0]) {
				snprintf(region->fault, sizeof(region->fault), "%s", wrong);
			}
		}
		free(entries[i]);
	}
	free(entries);

	if (!dump->count) {
		warnx("%s: no md_*.BIN files in this directory", path);
		return -1;
	}

	return 0;
}

static int open_rawdump(struct dump *dump, const char *path)
{
	struct view image = { dump->fd, 0, dump->size };
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

		region = add_file(dump, section.name, strnlen(section.name, sizeof(section.name)));
		if (!region)
			break;
		region->offset = le64toh(section.offset);
		region->size = le64toh(section.size);
		region->present = view_part(image, region->offset, region->size).size;
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

const char *region_open(const struct dump *dump, const struct region *region, struct view *view)
{
	struct stat st;

	if (!region->file) {
		*view = (struct view){ fcntl(dump->fd, F_DUPFD_CLOEXEC, 0), region->offset,
				       region->present };
		return view->fd < 0 ? strerror(errno) : NULL;
	}

	/* must not wait for the writer of a FIFO */
	view->fd = openat(dump->fd, region->file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (view->fd < 0)
		return strerror(errno);

	if (fstat(view->fd, &st) || !S_ISREG(st.st_mode)) {
		close(view->fd);
		return "not a regular file";
	}
	view->offset = 0;
	view->size = st.st_size;

	return NULL;
}

const char *header_load(const struct dump *dump, char **image, size_t *size)
{
	const struct region *region;
	const char *wrong;
	struct view view;
	int ret;

	region = dump_find(dump, "KELF_HEADER");
	if (!region)
		region = dump_find(dump, "KELF_HDR");
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

static const char *read_header(struct dump *dump)
{
	const char *wrong;
	char *image;
	size_t size;

	wrong = header_load(dump, &image, &size);
	if (wrong)
		return wrong;
	wrong = header_read(dump, image, size);
	free(image);

	return wrong;
}

/* What QDL has assembled begins with the header that tells the rest. */
static int open_elf(struct dump *dump, const char *path)
{
	struct region *region = dump_add(dump, "KELF_HEADER", strlen("KELF_HEADER"));
	const char *wrong;

	if (!region)
		return -1;
	region->size = dump->size;
	region->present = dump->size;
	wrong = read_header(dump);
	if (wrong)
		warnx("%s: cannot read the ELF file: %s", path, wrong);
	dump->has_header = !wrong;

	return wrong ? -1 : 0;
}

/* The memory at @offset; the offset behind it */
static u64 add_area(struct dump *dump, const char *name, u64 offset, u64 zones,
		      u64 zone_size)
{
	struct region *region = zones && zone_size ? dump_add(dump, name, strlen(name)) : NULL;
	u64 size = zones * zone_size;

	if (region) {
		region->offset = offset;
		region->size = size;
		region->present = size;
		region->zones_size = size;
		region->zone_size = zone_size;
	}

	return offset + size;
}

static u64 power_of_two(u64 size)
{
	while (size & (size - 1))
		size &= size - 1;

	return size;
}

/* As ramoops_probe() does it */
static int open_reservation(struct dump *dump, const char *path, const struct geometry *geometry)
{
	u64 console = power_of_two(geometry->console_size);
	u64 ftrace = power_of_two(geometry->ftrace_size);
	u64 record = power_of_two(geometry->record_size);
	u64 pmsg = power_of_two(geometry->pmsg_size);
	u64 room = dump->size, zones, offset;

	if (console > room || pmsg > room - console || ftrace > room - console - pmsg) {
		warnx("%s: %llu bytes are too few for areas of these sizes", path, dump->size);
		return -1;
	}
	room -= console + pmsg + ftrace;

	zones = record ? room / record : 0;
	offset = add_area(dump, "KDMESG", 0, zones, zones ? room / zones / 2 * 2 : 0);
	offset = add_area(dump, "KCONSOLE", offset, 1, console);
	offset = add_area(dump, "KPMSG", offset, 1, pmsg);
	add_area(dump, "KFTRACE", offset, geometry->cpus, ftrace / geometry->cpus / 2 * 2);
	if (!dump->count) {
		warnx("%s: %llu bytes are too few for a record", path, dump->size);
		return -1;
	}

	return 0;
}

static int open_image(struct dump *dump, const char *path, const struct geometry *geometry)
{
	char magic[8] = "";
	int ret;

	ret = view_read((struct view){ dump->fd, 0, dump->size }, 0, magic,
			min_t(u64, dump->size, sizeof(magic)));
	if (ret) {
		warnx("cannot read %s: %s", path, view_strerror(ret));
		return -1;
	}

	if (geometry) {
		dump->source = SOURCE_RESERVATION;
		return open_reservation(dump, path, geometry);
	}
	if (!memcmp(magic, RAWDUMP_MAGIC, sizeof(magic))) {
		dump->source = SOURCE_RAWDUMP;
		return open_rawdump(dump, path);
	}
	if (!memcmp(magic, ELFMAG, SELFMAG)) {
		dump->source = SOURCE_ELF;
		return open_elf(dump, path);
	}

	warnx("%s: neither a rawdump image nor an ELF file nor a directory of md_*.BIN files",
	      path);
	if (!memcmp(magic, "DBGC", 4))
		warnx("%s: plain ramoops memory? Then give the sizes; see --help", path);

	return -1;
}

static int open_path(struct dump *dump, const char *path, const struct geometry *geometry)
{
	struct stat st;
	off_t end;

	dump->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (dump->fd < 0 || fstat(dump->fd, &st)) {
		warn("cannot open %s", path);
		return -1;
	}
	if (S_ISDIR(st.st_mode)) {
		dump->source = SOURCE_DIRECTORY;
		return open_directory(dump, path);
	}

	/* st_size of a block device is 0 */
	end = lseek(dump->fd, 0, SEEK_END);
	dump->size = end < 0 ? 0 : end;

	return open_image(dump, path, geometry);
}

int dump_open(struct dump *dump, const char *path, const struct geometry *geometry)
{
	const char *wrong;

	memset(dump, 0, sizeof(*dump));
	dump->word_size = sizeof(u64);
	if (open_path(dump, path, geometry)) {
		dump_close(dump);
		return -1;
	}

	if (dump->source == SOURCE_DIRECTORY || dump->source == SOURCE_RAWDUMP) {
		wrong = read_header(dump);
		dump->has_header = !wrong;
		if (wrong)
			warnx("%s: KELF_HEADER: %s: guessing what is in the regions", path, wrong);
	}

	return 0;
}

void dump_close(struct dump *dump)
{
	size_t i;

	for (i = 0; i < dump->count; i++)
		free(dump->regions[i].file);
	free(dump->regions);
	if (dump->fd >= 0)
		close(dump->fd);
}
