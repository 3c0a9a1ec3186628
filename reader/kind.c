// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a region is, by its name.
 */
#include <string.h>

#include "kind.h"
#include "util.h"

static const struct kind {
	const char *region;
	const char *text;
	const char *record_type;
} kinds[] = {
	{ "KELF_HEADER", "elf header", NULL },
	{ "KELF_HDR", "elf header", NULL },
	{ "KDMESG", "pstore dmesg", "dmesg" },
	{ "KCONSOLE", "pstore console", "console" },
	{ "KPMSG", "pstore pmsg", "pmsg" },
	{ "KFTRACE", "pstore ftrace", "ftrace" },
};

static const struct kind *find_kind(const struct region *region)
{
	static const struct kind other = { NULL, "other", NULL };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].region, region->name))
			return &kinds[i];

	return &other;
}

const char *region_kind(const struct region *region)
{
	return find_kind(region)->text;
}

const char *region_record_type(const struct region *region)
{
	return find_kind(region)->record_type;
}
