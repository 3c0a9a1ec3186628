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
#include "open.h"
#include "rawdump.h"
#include "util.h"

/* scandir() needs memory for each file that is taken. */
static unsigned int files_left;

static int is_region_file(const struct dirent *entry)
{
	return !strncmp(entry->d_name, "md_", 3) &&
	       dump_has_bin_suffix(entry->d_name, strlen(entry->d_name)) &&
	       files_left && files_left--;
}

static int open_directory(struct dump *dump, const char *path)
{
	struct dirent **entries;
	struct region *region = NULL;
	const char *wrong;
	struct view view;
	int i, n;

	/* one more, as its failure explains that there are too many */
	files_left = MAX_REGIONS + 1;
	n = scandir(path, &entries, is_region_file, alphasort);
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
		return open_memory(dump, path, geometry);
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
		wrong = header_read(dump);
		dump->has_header = !wrong;
		if (wrong)
			warnx("%s: KELF_HEADER: %s: guessing what is in the regions", path, wrong);
	}

	return 0;
}
