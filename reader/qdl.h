/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What QDL takes KELF_HEADER and the regions for when it writes minidump.elf.
 */
#ifndef QDL_H
#define QDL_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>

#include "dump.h"
#include "util.h"

/* Why QDL does not take @image for KELF_HEADER, or NULL. The rest is for those it takes. */
const char *qdl_refuses(const char *image, size_t size);

Elf64_Phdr qdl_segment(const char *image, unsigned int i);
unsigned int qdl_segments(const char *image);

/* The region that a PT_LOAD describes, or NULL */
const struct region *qdl_find(const struct dump *dump, u64 paddr);

/* Whether QDL has it, too: KELF_HEADER may know more regions than there are in the dump. */
bool qdl_has(const struct dump *dump, const struct region *region);

/* Whether the header has all bytes of @segment itself, as those of Android's linux_banner */
bool qdl_in_header(const Elf64_Phdr *segment, size_t size);

/* The first region for Linux that no PT_LOAD describes, which QDL puts behind the header */
const struct region *qdl_vmcoreinfo(const struct dump *dump, const char *image,
				    size_t size);

#endif
