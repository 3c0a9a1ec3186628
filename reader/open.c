// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds out what the user has after a crash, and opens it: a directory of
 * md_<name>.BIN files, or an image.
 */
#include <dirent.h>
#include <elf.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "header.h"
#include "kind.h"
#include "open.h"
#include "rawdump.h"
#include "shift.h"
#include "split.h"
#include "util.h"
#include "zone.h"

/* scandir() needs memory for each file that is taken. */
static unsigned int files_left;

static int is_region_file(const struct dirent *entry)
{
	return dump_is_file_name(entry->d_name) && files_left && files_left--;
}

/* "md_KPMSG (1).BIN" is what a browser makes of a second "md_KPMSG.BIN", which is of the dump. */
static int compare(const struct dirent **a, const struct dirent **b)
{
	int n = !!strchr((*a)->d_name, '(') - !!strchr((*b)->d_name, '(');

	return n ?: strcmp((*a)->d_name, (*b)->d_name);
}

/* Links to one large file would make it be read as often as there are names for it. */
static bool is_seen(int fd, size_t *count)
{
	static struct {
		dev_t device;
		ino_t inode;
	} seen[MAX_REGIONS];
	struct stat st;
	size_t i;

	if (fstat(fd, &st))
		return false;
	for (i = 0; i < *count; i++)
		if (seen[i].device == st.st_dev && seen[i].inode == st.st_ino)
			return true;
	seen[*count].device = st.st_dev;
	seen[*count].inode = st.st_ino;
	++*count;

	return false;
}

static int open_directory(struct dump *dump, const char *path)
{
	struct dirent **entries;
	struct region *region = NULL;
	const char *wrong;
	struct view view;
	size_t seen = 0;
	int i, n;

	/* one more, as its failure explains that there are too many */
	files_left = MAX_REGIONS + 1;
	n = scandir(path, &entries, is_region_file, compare);
	if (n < 0) {
		warn("cannot read %s", path);
		return -1;
	}

	for (i = 0; i < n; i++) {
		if (!i || region)
			region = dump_add_file(dump, entries[i]->d_name,
					       strlen(entries[i]->d_name));
		if (region) {
			region->file = strdup(entries[i]->d_name);
			wrong = region->file ? region_open(dump, region, &view) : strerror(ENOMEM);
			if (!wrong) {
				region->size = view.size;
				region->present = view.size;
				if (!region->fault[0] && is_seen(view.fd, &seen))
					snprintf(region->fault, sizeof(region->fault),
						 "ignored: a link to an earlier region's file");
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

/* What QDL has assembled begins with the header that tells the rest. */
static int open_elf(struct dump *dump, const char *path)
{
	struct region *region = dump_add(dump, "KELF_HEADER", strlen("KELF_HEADER"));
	const char *wrong;

	if (!region)
		return -1;
	region->size = dump->size;
	region->present = dump->size;
	wrong = header_read(dump);
	if (wrong)
		warnx("%s: cannot read the ELF file: %s", path, wrong);
	dump->has_header = !wrong;

	return wrong ? -1 : 0;
}

/* What else people have, and what to do with it */
static const struct {
	unsigned int offset;
	const char *magic;
	const char *advice;
} others[] = {
	{ 0, "\x1f\x8b", "compressed by gzip: unpack it first" },
	{ 0, "\xfd\x37zXZ", "compressed by xz: unpack it first" },
	{ 0, "(\xb5/\xfd", "compressed by zstd: unpack it first" },
	{ 0, "BZh", "compressed by bzip2: unpack it first" },
	{ 0, "PK\3\4", "a zip archive: unpack it first" },
	{ 257, "ustar", "a tar archive: unpack it first" },
	{ 0, ":\xff&\xed", "a sparse image of Android: simg2img makes a plain image of it" },
};

static bool is_one_region(const char *path)
{
	const char *name = strrchr(path, '/');

	return dump_is_file_name(name ? name + 1 : path);
}

static void explain_image(const char *path, struct view image)
{
	const char *advice = NULL;
	char start[512] = "";
	size_t i, size = view_part(image, 0, sizeof(start)).size, zeros = 0;

	if (view_read(image, 0, start, size))
		return;
	while (zeros < size && !start[zeros])
		zeros++;

	for (i = 0; i < ARRAY_SIZE(others); i++)
		if (!memcmp(start + others[i].offset, others[i].magic, strlen(others[i].magic)))
			advice = others[i].advice;
	if (!size)
		advice = "empty";
	else if (is_one_region(path))
		advice = "one region of a dump: give the directory that it is in";
	else if (zeros == size)
		advice = "only zeros at its beginning: no dump was written, or it was removed";
	else if (!advice && zone_has_signature(image))
		advice = "looks like memory of ramoops: give sizes, such as --console-size=256K";

	if (advice)
		warnx("%s: %s", path, advice);
	else
		warnx("%s: neither a directory of md_*.BIN files, nor a rawdump image, nor an ELF "
		      "file", path);
	if (zone_has_signature(image) && !is_one_region(path))
		memory_show_zones(path, image);
}

static int open_image(struct dump *dump, const char *path, const struct geometry *geometry)
{
	struct view image = view_of(dump->fd, 0, dump->size);
	char magic[8] = "";
	bool is_left;
	int ret;

	ret = view_read(image, 0, magic, min_t(u64, dump->size, sizeof(magic)));
	if (ret) {
		warnx("cannot read %s: %s", path, view_strerror(ret));
		return -1;
	}

	if (geometry) {
		dump->source = SOURCE_RESERVATION;
		return open_memory(dump, path, geometry);
	}
	if (!memcmp(magic, RAWDUMP_MAGIC, sizeof(magic))) {
		dump->source = SOURCE_RAWDUMP;
		return open_rawdump(dump, path);
	}
	if (rawdump_is_collected(image, &is_left)) {
		warnx("%s: this dump was collected before, and its signature overwritten%s", path,
		      is_left ? ": reading the rest" : ", as were the section headers");
		dump->source = SOURCE_RAWDUMP;
		return is_left ? open_rawdump(dump, path) : -1;
	}
	/* KELF_HEADER is an ELF file, too, but has no contents. */
	if (!memcmp(magic, ELFMAG, SELFMAG) && !is_one_region(path)) {
		dump->source = SOURCE_ELF;
		return open_elf(dump, path);
	}

	explain_image(path, image);

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
	if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode)) {
		warnx("%s: neither a directory, nor a file, nor a block device", path);
		return -1;
	}
	if (S_ISDIR(st.st_mode) && geometry) {
		warnx("%s: a directory, but the sizes of ramoops are for a file", path);
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
	size_t i;

	memset(dump, 0, sizeof(*dump));
	for (i = 0; i < MAX_PIECES; i++)
		dump->pieces[i].fd = -1;
	dump->word_size = sizeof(u64);
	if (open_path(dump, path, geometry)) {
		dump_close(dump);
		return -1;
	}

	if (dump->source == SOURCE_DIRECTORY || dump->source == SOURCE_RAWDUMP) {
		wrong = header_read(dump);
		dump->has_header = !wrong;
		if (wrong)
			warnx("%s: KELF_HEADER: %s: detecting the kinds of regions", path, wrong);
	}
	kinds_find(dump);
	shift_find(dump, path);
	split_find(dump, path);

	return 0;
}
