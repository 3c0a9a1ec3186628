// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer harness: the reader's sources, save minidump-pstore.c, on an image in memory. Four bits
 * of the input's size choose what would be told on the command line; all bytes are the image.
 * Memory in use at any time must stay below what the input and a constant allow.
 */
#include <fcntl.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "commands.h"
#include "dump.h"
#include "layout.h"
#include "open.h"
#include "record.h"

/* The list of regions, KELF_HEADER, the list of ftrace zones, buffers of zlib and stdio */
#define CONSTANT	(4 << 20)

static size_t in_use, limit;

void fuzz_allocated(const volatile void *p, size_t size)
{
	(void)size;
	in_use += malloc_usable_size((void *)p);
	if (limit && in_use > limit) {
		fprintf(stderr, "%zu bytes in use, %zu are allowed\n", in_use, limit);
		abort();
	}
}

void fuzz_freed(const volatile void *p)
{
	if (p)
		in_use -= malloc_usable_size((void *)p);
}

int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void *, size_t),
					      void (*)(const volatile void *));

/* minidump-pstore.c has the other one. */
int flush_output(void)
{
	return fflush(stdout);
}

static FILE *nowhere;

static bool write_record(struct visitor *visitor, const struct record *record)
{
	(void)visitor;
	record_write(record, nowhere);
	return true;
}

static void take_problem(struct visitor *visitor, const struct region *region, const char *text)
{
	(void)visitor;
	fprintf(nowhere, "%s %s", region->name, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct geometry geometry = {
		.mem_size = SIZE_NOT_GIVEN,
		.sizes = { 256, 256, 128, 256 },
		.cpus = 2,
	};
	struct visitor visitor = { .record = write_record, .problem = take_problem };
	bool is_plain = size & 1;
	unsigned int what = size >> 2 & 3;
	static char path[32];
	static int fd;
	struct dump dump;

	if (!path[0]) {
		fd = memfd_create("image", 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		nowhere = fopen("/dev/null", "w");
		if (fd < 0 || !nowhere || !freopen("/dev/null", "w", stdout))
			abort();
		__sanitizer_install_malloc_and_free_hooks(fuzz_allocated, fuzz_freed);
	}
	if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();

	in_use = 0;
	limit = size + CONSTANT;
	if (!dump_open(&dump, path, is_plain ? &geometry : NULL)) {
		dump.ecc = size & 2 ? 16 : layout_detect_ecc(&dump);
		layout_number(&dump);
		for (size_t i = 0; what == 0 && i < dump.count; i++)
			region_visit(&dump, &dump.regions[i], &visitor);
		if (what == 1)
			cmd_check(&dump, NULL, false);
		if (what == 2)
			cmd_summary(&dump, NULL, false);
		if (what == 3)
			assemble_dump(&dump, nowhere);
		dump_close(&dump);
	}
	limit = 0;
	return 0;
}
