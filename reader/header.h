/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HEADER_H
#define HEADER_H

#include <stddef.h>

#include "dump.h"

/* The region that has it, or NULL */
const struct region *header_find(const struct dump *dump);

/* The bytes of KELF_HEADER, for the caller to free; NULL, or what is wrong with it. */
const char *header_load(const struct dump *dump, char **image, size_t *size);

/* Takes what KELF_HEADER says over into @dump; NULL, or what is wrong with it. */
const char *header_read(struct dump *dump);

#endif
