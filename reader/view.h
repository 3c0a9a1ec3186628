/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All input goes through a view: a range of an open file, or of several that
 * belong together, outside of which nothing can be read. Offsets and sizes may
 * come from strangers unchecked.
 */
#ifndef VIEW_H
#define VIEW_H

#include <stddef.h>

#include "util.h"

/**
 * struct view - a range of bytes
 * @fd: the file
 * @offset: where it begins in the file
 * @size: number of bytes
 * @here: with @next, the number of bytes that are in @fd
 * @next: what follows these, or NULL if all are in @fd
 */
struct view {
	int fd;
	u64 offset;
	u64 size;
	u64 here;
	const struct view *next;
};

static inline struct view view_of(int fd, u64 offset, u64 size)
{
	return (struct view){ .fd = fd, .offset = offset, .size = size };
}

/* What there is of a range of @view; shorter, or empty, where @view ends early. */
struct view view_part(struct view view, u64 offset, u64 size);

/* All of @buf is filled (0), or nothing in it may be used (-errno, -ENODATA at the end). */
int view_read(struct view view, u64 offset, void *buf, size_t size);

/*
 * Bytes from @offset on that are a hole of the file, 0 if it has data there. A
 * hole reads as zeros. A loop over a range that may be large has to skip holes:
 * a file of terabytes can be made with nothing in it.
 */
u64 view_hole(struct view view, u64 offset);

/* Bytes of @view that are holes, but for some of up to 64 KiB behind data */
u64 view_holes(struct view view);

/* What a negative errno means for who reads a dump */
const char *view_strerror(int error);

#endif
