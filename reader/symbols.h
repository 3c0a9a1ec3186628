/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLS_H
#define SYMBOLS_H

#include <stdbool.h>

#include "util.h"

/* A name, cut to what kallsyms allows, and two numbers */
#define SYMBOL_TEXT_SIZE 576

struct symbols;

/* From a System.map or a vmlinux; NULL after a message. */
struct symbols *symbols_open(const char *path);
void symbols_close(struct symbols *symbols);

/* Whether @address is at the beginning of a function, where calls of it are recorded */
bool symbol_is_entry(const struct symbols *symbols, u64 address);

/*
 * What the kernel prints for %ps, or %pS @with_offset: the function that is at
 * @address in the file, or @shown in hexadecimal. @symbols may be NULL.
 */
void symbol_text(const struct symbols *symbols, u64 address, u64 shown, bool with_offset,
		 char text[SYMBOL_TEXT_SIZE]);

#endif
