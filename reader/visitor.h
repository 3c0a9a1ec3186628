/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VISITOR_H
#define VISITOR_H

#include <stdbool.h>

#include "dump.h"
#include "util.h"

struct record;

/**
 * struct visitor - told what is found in a region
 * @record: a record; it is only good during the call. True: go on.
 * @problem: something that was lost or had to be guessed
 * @looks_for_lost: counts what could be salvaged
 * @lost: number of zones whose header is lost, while there is text behind it
 * @stale: the same of zones that may have been emptied on purpose
 * @holes: bytes of holes in the file that have been read as zeros so far
 */
struct visitor {
	bool (*record)(struct visitor *visitor, const struct record *record);
	void (*problem)(struct visitor *visitor, const struct region *region, const char *text);
	bool looks_for_lost;
	u64 lost;
	u64 stale;
	u64 holes;
};

__printf(3, 4) void report(struct visitor *visitor, const struct region *region,
			   const char *format, ...);

#endif
