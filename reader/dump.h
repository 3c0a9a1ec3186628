/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DUMP_H
#define DUMP_H

#include <stdbool.h>
#include <stddef.h>

#include "util.h"
#include "view.h"

/*
 * Firmware saves 300 regions at most, and a few dozen DDR ranges. The limit
 * keeps memory use independent of what the input claims.
 */
#define MAX_REGIONS 2048

enum kind {
	KIND_OTHER,
	KIND_HEADER,
	KIND_DMESG,
	KIND_CONSOLE,
	KIND_PMSG,
	KIND_FTRACE,
	KIND_PART,
};

/* KDMESG, and what can follow it */
#define MAX_PIECES 4

/**
 * struct region - one region of a dump
 * @name: without "md_" and ".BIN"; printable, cut where it is longer
 * @file: name of the file in the dump's directory, NULL in an image
 * @offset: where it starts in the image
 * @size: size as the firmware or the directory says, in bytes
 * @present: bytes of it that the dump really has
 * @paddr: physical address by the firmware, valid with @has_paddr
 * @has_paddr: an image tells the address, a directory does not
 * @fault: why the region cannot be used, or empty
 * @kind: what is in it
 * @number: the digits at the end of the name, or 0
 * @first: in names of records, the number of its first zone
 * @pieces: its bytes, if they are in several other regions
 * @in_header: KELF_HEADER has a section of this name
 * @load_paddr: physical address by KELF_HEADER
 * @load_vaddr: virtual address by KELF_HEADER
 * @load_size: size by KELF_HEADER, 0 where no PT_LOAD holds the section
 * @zones_offset: offset in the region of the first ramoops zone
 * @zones_size: bytes of all zones together
 * @zone_size: bytes of one zone
 */
struct region {
	char name[32];
	char *file;
	u64 offset;
	u64 size;
	u64 present;
	u64 paddr;
	bool has_paddr;
	char fault[80];

	enum kind kind;
	unsigned long number;
	u64 first;
	struct view pieces;
	bool in_header;
	u64 load_paddr;
	u64 load_vaddr;
	u64 load_size;
	u64 zones_offset;
	u64 zones_size;
	u64 zone_size;
};

struct symbols;

enum source {
	SOURCE_DIRECTORY,
	SOURCE_RAWDUMP,
	SOURCE_ELF,
	SOURCE_RESERVATION,
};

/**
 * struct dump - an opened dump
 * @source: what it is
 * @fd: the directory or the image
 * @size: bytes of the image
 * @placed: half of the bytes that regions of the image have; they can overlap
 * @regions: as found in an image, sorted by file name in a directory; those
 *	that only KELF_HEADER knows are the last
 * @count: number of @regions
 * @room: number of @regions that there is memory for
 * @pieces: the bytes of regions that belong together; the last has no next
 * @release: "uname -r" of the kernel that wrote the dump, or empty
 * @version: "uname -v" of that kernel, or empty
 * @vmcoreinfo: lines of KEY=value about that kernel, or NULL
 * @has_header: there is a usable KELF_HEADER
 * @word_size: bytes of an address in that kernel
 * @ecc: bytes of parity in each block of a zone, 0 for none
 * @salvage: show the text of zones whose header is lost, too
 * @decode: show facility and level of the messages of a log
 * @show_caller: show who wrote them
 * @symbols: names of that kernel's functions, or NULL
 * @kaslr_offset: what to add to the addresses of functions that are shown
 * @path: what the user has called it
 * @options: the user's options, for commands to suggest
 * @option_count: their number
 */
struct dump {
	enum source source;
	int fd;
	u64 size;
	u64 placed;
	struct region *regions;
	size_t count;
	size_t room;
	struct view pieces[MAX_PIECES];
	char release[65];
	char version[65];
	char *vmcoreinfo;
	bool has_header;
	unsigned int word_size;
	unsigned int ecc;
	bool salvage;
	bool decode;
	bool show_caller;
	const struct symbols *symbols;
	u64 kaslr_offset;
	const char *path;
	char * const *options;
	size_t option_count;
};

void dump_close(struct dump *dump);

struct region *dump_find(const struct dump *dump, const char *name);
/* NULL after a message. Pointers to regions are no good any more. */
struct region *dump_add(struct dump *dump, const char *name, size_t size);

/* Where the region was in memory; false if neither firmware nor KELF_HEADER says it. */
bool region_address(const struct region *region, u64 *address);

/*
 * Gives @region a range of the image. Regions can overlap, but together they
 * may have no more than twice the bytes of the image, as they are all read.
 */
void dump_place(struct dump *dump, struct region *region, u64 offset, u64 size);

/* A region's bytes in @view, whose descriptor the caller closes; NULL, or what is wrong. */
const char *region_open(const struct dump *dump, const struct region *region, struct view *view);

/* Firmware's file name to the region's name: "md_KPMSG.BIN" to "KPMSG" */
struct region *dump_add_file(struct dump *dump, const char *name, size_t size);
/* Whether firmware, QDL or a browser would call a region's file so */
bool dump_is_file_name(const char *name);

/* Strangers' text for a terminal: unprintable characters become '?'. */
void copy_text(char *to, size_t to_size, const char *from, size_t from_size);

#endif
