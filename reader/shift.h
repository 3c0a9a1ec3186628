/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIFT_H
#define SHIFT_H

#include "dump.h"

/* In what QDL has assembled: marks regions that are not where the program headers say. */
void shift_find(struct dump *dump, const char *path);

#endif
