/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OPEN_H
#define OPEN_H

#include "dump.h"
#include "util.h"

#define SIZE_NOT_GIVEN	(~0ULL)

/**
 * struct geometry - how ramoops has divided its memory, by its parameters
 * @offset: where the memory begins in the image
 * @mem_size: bytes of it, or SIZE_NOT_GIVEN for all that follow
 * @sizes: bytes of a dmesg zone, the console, pmsg, and all of ftrace, or SIZE_NOT_GIVEN
 * @cpus: number of ftrace zones, 0 if it is to be found out
 */
struct geometry {
	u64 offset;
	u64 mem_size;
	u64 sizes[4];
	u64 cpus;
};

/* With a @geometry, @path is the plain memory of ramoops. 0, or -1 after a message. */
int dump_open(struct dump *dump, const char *path, const struct geometry *geometry);

/* The kinds of images: @dump->fd and @dump->size are known. 0, or -1 after a message. */
int open_rawdump(struct dump *dump, const char *path);
int open_memory(struct dump *dump, const char *path, const struct geometry *geometry);

/* Says where zones begin, for the user to find out the sizes */
void memory_show_zones(const char *path, struct view memory);

#endif
