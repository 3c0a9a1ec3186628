/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest RAM is a file that QEMU may have mapped at this moment. It is accessed
 * by physical address and always copied: what was checked is what gets used.
 */
#ifndef RAM_H
#define RAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ram {
	int fd;
	const char *path;
	uint64_t size;
};

/* Prints "fwsim: <message>" to stderr, returns -1. */
int complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* @create: for writing; a new or empty file becomes a sparse RAM of RAM_SIZE zeros. */
int ram_open(struct ram *ram, const char *path, bool create);
void ram_close(struct ram *ram);

/* Whether all @size bytes at @addr are RAM. */
bool ram_has(const struct ram *ram, uint64_t addr, uint64_t size);

/* False if a byte is outside RAM, or on an I/O error, which is reported. */
bool ram_read(const struct ram *ram, uint64_t addr, void *to, size_t size);
bool ram_write(const struct ram *ram, uint64_t addr, const void *from, size_t size);

#endif
