/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All input goes through a view: a range of an open file, outside of which
 * nothing can be read. Offsets and sizes may come from strangers unchecked.
 */
#ifndef VIEW_H
#define VIEW_H

#include <stddef.h>

#include "util.h"

struct view {
	int fd;
	u64 offset;
	u64 size;
};

/* What there is of a range of @view; shorter, or empty, where @view ends early. */
struct view view_part(struct view view, u64 offset, u64 size);

/* All of @buf is filled (0), or nothing in it may be used (-errno, -ENODATA at the end). */
int view_read(struct view view, u64 offset, void *buf, size_t size);

/* What a negative errno means for who reads a dump */
const char *view_strerror(int error);

#endif
