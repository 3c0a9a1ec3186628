// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list of a dump's regions, and access to their bytes.
 */
#include <ctype.h>
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
#include "util.h"

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

void dump_place(struct dump *dump, struct region *region, u64 offset, u64 size)
{
	struct view image = view_of(dump->fd, 0, dump->size);

	region->offset = offset;
	region->size = size;
	region->present = view_part(image, offset, size).size;
	if (region->fault[0])
		return;
	if (region->present / 2 > dump->size - dump->placed)
		snprintf(region->fault, sizeof(region->fault),
			 "ignored: earlier regions have the same bytes of the image");
	else
		dump->placed += region->present / 2;
}

static bool has_bin_suffix(const char *name, size_t size)
{
	return size >= 4 && !strncasecmp(name + size - 4, ".bin", 4);
}

bool dump_is_file_name(const char *name)
{
	return !strncasecmp(name, "md_", 3) && has_bin_suffix(name, strlen(name));
}

/* "KPMSG (1)" and "KPMSG(1)" to "KPMSG", as far as @size */
static size_t without_copy(const char *name, size_t size)
{
	size_t end = size;

	if (!end || name[end - 1] != ')')
		return size;
	for (end--; end && isdigit((unsigned char)name[end - 1]);)
		end--;
	if (!end || name[end - 1] != '(')
		return size;
	end--;

	return end && name[end - 1] == ' ' ? end - 1 : end;
}

struct region *dump_add_file(struct dump *dump, const char *name, size_t size)
{
	if (size >= 3 && !strncasecmp(name, "md_", 3)) {
		name += 3;
		size -= 3;
	}
	if (has_bin_suffix(name, size))
		size -= 4;

	return dump_add(dump, name, without_copy(name, size));
}

bool region_address(const struct region *region, u64 *address)
{
	*address = region->has_paddr ? region->paddr : region->load_paddr;

	return region->has_paddr || region->load_size;
}

const char *region_open(const struct dump *dump, const struct region *region, struct view *view)
{
	struct stat st;

	if (region->pieces.size) {
		*view = region->pieces;
		view->fd = fcntl(view->fd, F_DUPFD_CLOEXEC, 0);
		return view->fd < 0 ? strerror(errno) : NULL;
	}
	if (!region->file) {
		*view = view_part(view_of(fcntl(dump->fd, F_DUPFD_CLOEXEC, 0), 0, dump->size),
				  region->offset, region->present);
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
	*view = view_of(view->fd, 0, st.st_size);

	return NULL;
}

void dump_close(struct dump *dump)
{
	size_t i;

	for (i = 0; i < dump->count; i++)
		free(dump->regions[i].file);
	for (i = 0; i < MAX_PIECES; i++)
		if (dump->pieces[i].fd >= 0)
			close(dump->pieces[i].fd);
	free(dump->regions);
	free(dump->vmcoreinfo);
	if (dump->fd >= 0)
		close(dump->fd);
}
