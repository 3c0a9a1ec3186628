/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECT_H
#define COLLECT_H

#include <stdbool.h>

#include "util.h"

/**
 * struct collect_options - what the user wants of the command collect
 * @partition: where to look for a dump, or NULL for all partitions that firmware uses
 * @to: the directory that gets one directory per crash
 * @clear: mark the partition as read
 * @salvage: as in struct dump
 * @verbose: say why there is nothing to collect
 * @keep: number of crashes to keep
 */
struct collect_options {
	const char *partition;
	const char *to;
	bool clear;
	bool salvage;
	bool verbose;
	u64 keep;
};

/* An exit status */
int cmd_collect(const struct collect_options *options);

#endif
