/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>

#include "record.h"

/**
 * struct line_reader - takes the text of a record apart
 * @line: called for each line, without its newline and its level ("<6>"). Unprintable characters
 *	are '?'. A line that is too long comes in pieces, of which the first is not a @rest.
 */
struct line_reader {
	void (*line)(struct line_reader *reader, const char *text, bool rest);

	char buf[1024];
	size_t length;
	bool rest;
};

/* What pstore has added to the text is left out. 0 or -errno, as record_write(). */
int record_read_lines(const struct record *record, struct line_reader *reader);

/* printk's ring buffer, as a console shows it. NULL, or why there is none; also the number of
 * messages that are damaged.
 */
const char *ring_read_lines(const struct dump *dump, struct line_reader *reader, u64 *damaged);

/* The message in @text, behind its time, its caller and what vendors put there */
const char *line_message(const char *text);

#endif
