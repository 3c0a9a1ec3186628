/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

/**
 * struct output - a file that gets its name when it is complete
 * @stream: to be written to
 * @dir: directory that it is in
 * @name: its name there
 * @temporary: its name until then
 */
struct output {
	FILE *stream;
	int dir;
	const char *name;
	char temporary[300];
};

/* @dir may be AT_FDCWD. 0 or -errno. */
int output_begin(struct output *output, int dir, const char *name);

/*
 * Ends the file: it appears, unless @error (-errno) says that it is not what it
 * should be. Without @force nothing is overwritten. With a @time, that is when
 * it was changed. @error, 0 or -errno.
 */
int output_end(struct output *output, int error, bool force, const struct timespec *time);

#endif
