/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OPEN_H
#define OPEN_H

#include "dump.h"
#include "util.h"

/**
 * struct geometry - how ramoops has divided its memory, by its parameters
 * @record_size: bytes of a dmesg zone
 * @console_size: bytes of the console zone
 * @pmsg_size: bytes of the pmsg zone
 * @ftrace_size: bytes of all ftrace zones
 * @cpus: number of ftrace zones
 */
struct geometry {
	u64 record_size;
	u64 console_size;
	u64 pmsg_size;
	u64 ftrace_size;
	u64 cpus;
};

/* With a @geometry, @path is the plain memory of ramoops. 0, or -1 after a message. */
int dump_open(struct dump *dump, const char *path, const struct geometry *geometry);

/* The kinds of images: @dump->fd and @dump->size are known. 0, or -1 after a message. */
int open_rawdump(struct dump *dump, const char *path);
int open_memory(struct dump *dump, const char *path, const struct geometry *geometry);

#endif
