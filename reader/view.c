// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "view.h"

/* A call for each page would take longer than to read it. */
#define STEP		(64 * 1024)

struct view view_part(struct view view, u64 offset, u64 size)
{
	if (offset > view.size)
		offset = view.size;
	if (size > view.size - offset)
		size = view.size - offset;

	while (view.next && offset >= view.here) {
		offset -= view.here;
		view = *view.next;
	}

	view.offset += offset;
	view.size = size;
	if (view.next)
		view.here -= offset;

	return view;
}

/* Bytes of @view that are in its first file */
static u64 size_here(struct view view)
{
	return view.next ? min(view.size, view.here) : view.size;
}

int view_read(struct view view, u64 offset, void *buf, size_t size)
{
	struct view part = view_part(view, offset, size);
	char *to = buf;

	if (part.size < size)
		return -ENODATA;

	while (part.size) {
		ssize_t n = pread(part.fd, to, size_here(part), part.offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		/* the file was longer when it was opened */
		if (!n)
			return -ENODATA;
		to += n;
		part = view_part(part, n, part.size);
	}

	return 0;
}

u64 view_hole(struct view view, u64 offset)
{
	struct view rest = view_part(view, offset, view.size);
	off_t data = lseek(rest.fd, rest.offset, SEEK_DATA);

	if (data < 0)
		return errno == ENXIO ? size_here(rest) : 0;

	return min_t(u64, size_here(rest), data - rest.offset);
}

u64 view_holes(struct view view)
{
	u64 holes = 0, size;

	/* SEEK_HOLE would look at all data behind @view, too, which takes time on a tmpfs. */
	while (view.size) {
		size = view_hole(view, 0);
		holes += size;
		view = view_part(view, size, view.size);
		view = view_part(view, STEP, view.size);
	}

	return holes;
}

const char *view_strerror(int error)
{
	if (error == -ENODATA)
		return "the input ends before it";

	return error == -EBADMSG ? "the input is corrupt" : strerror(-error);
}
