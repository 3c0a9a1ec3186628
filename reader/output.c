// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"

int output_begin(struct output *output, int dir, const char *name)
{
	const char *base = strrchr(name, '/');
	int path, fd;

	base = base ? base + 1 : name;
	path = base - name;
	output->dir = dir;
	output->name = name;
	if (snprintf(output->temporary, sizeof(output->temporary), "%.*s.%s.%ld", path, name, base,
		     (long)getpid()) >= (int)sizeof(output->temporary))
		return -ENAMETOOLONG;

	fd = openat(dir, output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return -errno;
	output->stream = fdopen(fd, "w");
	if (!output->stream) {
		close(fd);
		unlinkat(dir, output->temporary, 0);
		return -ENOMEM;
	}

	return 0;
}

/* link() refuses to overwrite, on network file systems too, which is not true of rename(). */
int output_end(struct output *output, int error, bool force, const struct timespec *time)
{
	const struct timespec times[] = {
		{ .tv_nsec = UTIME_OMIT },
		time ? *time : (struct timespec){ .tv_nsec = UTIME_OMIT },
	};
	int dir = output->dir;

	if (!error && (fflush(output->stream) || ferror(output->stream)))
		error = -errno;
	if (!error && futimens(fileno(output->stream), times))
		error = -errno;
	if (fclose(output->stream) && !error)
		error = -errno;
	if (!error && force && renameat(dir, output->temporary, dir, output->name))
		error = -errno;
	if (!error && !force && linkat(dir, output->temporary, dir, output->name, 0))
		error = -errno;
	if (error || !force)
		unlinkat(dir, output->temporary, 0);

	return error;
}
