/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FTRACE_H
#define FTRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "symbols.h"
#include "util.h"
#include "zone.h"

/**
 * struct ftrace - the function calls that ramoops has recorded
 * @zones: one for each CPU, or one for all
 * @count: number of @zones
 * @word_size: bytes of an address in the kernel that recorded, 4 or 8
 * @symbols: names of its functions, or NULL
 * @kaslr_offset: how much higher than linked the kernel was loaded
 * @is_moved: the addresses were recorded with that, see ftrace_write()
 */
struct ftrace {
	struct zone *zones;
	size_t count;
	unsigned int word_size;
	const struct symbols *symbols;
	u64 kaslr_offset;
	bool is_moved;
};

u64 ftrace_calls(const struct ftrace *ftrace);

/* As the text in /sys/fs/pstore: all CPUs in one, in the order of time. 0 or -errno. */
int ftrace_write(const struct ftrace *ftrace, FILE *out);

#endif
