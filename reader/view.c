// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "view.h"

struct view view_part(struct view view, u64 offset, u64 size)
{
	if (offset > view.size)
		offset = view.size;
	if (size > view.size - offset)
		size = view.size - offset;

	return (struct view){ view.fd, view.offset + offset, size };
}

int view_read(struct view view, u64 offset, void *buf, size_t size)
{
	struct view part = view_part(view, offset, size);
	char *to = buf;

	if (part.size < size)
		return -ENODATA;

	while (part.size) {
		ssize_t n = pread(part.fd, to, part.size, part.offset);

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

const char *view_strerror(int error)
{
	if (error == -ENODATA)
		return "the input ends before it";

	return error == -EBADMSG ? "the input is corrupt" : strerror(-error);
}
