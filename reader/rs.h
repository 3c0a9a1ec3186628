/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RS_H
#define RS_H

#include <stdbool.h>

#include "util.h"

/* Symbols of eight bits, so that many bytes of data and parity together */
#define RS_MAX_BLOCK	255

/* Whether @block, data followed by @parity bytes of parity, has no error. */
bool rs_is_intact(const u8 *block, unsigned int size, unsigned int parity);

/* Corrects @block in place; the number of wrong bytes in it, or -1 where they are too many. */
int rs_correct(u8 *block, unsigned int size, unsigned int parity);

#endif
