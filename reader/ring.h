/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RING_H
#define RING_H

#include <stdbool.h>
#include <stddef.h>

#include "dump.h"
#include "util.h"

/**
 * struct message - one message of the kernel's log
 * @nanoseconds: time since boot
 * @facility: as in syslog, 0 for the kernel's own
 * @level: 0 to 7
 * @caller: thread, or CPU with the highest bit
 * @text: may have several lines, and any bytes
 * @size: bytes of @text
 */
struct message {
	u64 nanoseconds;
	unsigned int facility;
	unsigned int level;
	u32 caller;
	const char *text;
	size_t size;
};

/**
 * struct ring_visitor - takes the messages of printk's ring buffer
 * @message: called for each message, oldest first
 * @count: number of messages
 * @damaged: number of messages between them that were not complete, or are corrupt
 */
struct ring_visitor {
	void (*message)(struct ring_visitor *visitor, const struct message *message);
	u64 count;
	u64 damaged;
};

/* Whether the dump has regions of a ring buffer */
bool ring_exists(const struct dump *dump);

/* NULL, or why none of it can be read */
const char *ring_visit(const struct dump *dump, struct ring_visitor *visitor);

#endif
