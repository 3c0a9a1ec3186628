// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a region is: by its name, or if that says nothing by its first zone.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kind.h"
#include "util.h"
#include "zone.h"

static const struct {
	const char *text;
	const char *record_type;
} kinds[] = {
	[KIND_OTHER] = { "other", NULL },
	[KIND_HEADER] = { "elf header", NULL },
	[KIND_DMESG] = { "pstore dmesg", "dmesg" },
	[KIND_CONSOLE] = { "pstore console", "console" },
	[KIND_PMSG] = { "pstore pmsg", "pmsg" },
	[KIND_FTRACE] = { "pstore ftrace", "ftrace" },
	[KIND_PART] = { "pstore, in part", NULL },
};

/* KDMSG<n>: proposals for mainline had a region for each zone */
static const struct {
	const char *name;
	enum kind kind;
} names[] = {
	{ "KELF_HEADER", KIND_HEADER },
	{ "KELF_HDR", KIND_HEADER },
	{ "KDMESG", KIND_DMESG },
	{ "KDMSG", KIND_DMESG },
	{ "KCONSOLE", KIND_CONSOLE },
	{ "KPMSG", KIND_PMSG },
	{ "KFTRACE", KIND_FTRACE },
};

/* There are 300 regions at most. */
#define MAX_DIGITS	3

static enum kind kind_by_name(struct region *region)
{
	const char *digits;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (strncmp(region->name, names[i].name, strlen(names[i].name)))
			continue;
		digits = region->name + strlen(names[i].name);
		if (strlen(digits) <= MAX_DIGITS &&
		    strspn(digits, "0123456789") == strlen(digits)) {
			region->number = strtoul(digits, NULL, 10);
			return names[i].kind;
		}
	}

	return KIND_OTHER;
}

/* Whether a line of @text begins as the kernel begins its lines */
static bool has_kernel_line(const char *text)
{
	do {
		text += *text == '\n';
		if (*text == '[' && isdigit((unsigned char)text[1 + strspn(text + 1, " ")]))
			return true;
		text = strchr(text, '\n');
	} while (text);

	return false;
}

enum kind kind_of_zone(struct view view)
{
	char text[256 + 1] = "";
	struct view data;

	if (zone_is_here(view, ZONE_FTRACE))
		return KIND_FTRACE;
	if (!zone_is_here(view, ZONE_DMESG) && !zone_is_here(view, ZONE_TEXT))
		return KIND_OTHER;
	data = view_part(view, ZONE_HEADER_SIZE, sizeof(text) - 1);
	if (view_read(data, 0, text, data.size))
		return KIND_OTHER;

	return !strncmp(text, "====", 4) ? KIND_DMESG :
	       has_kernel_line(text) ? KIND_CONSOLE : KIND_PMSG;
}

void kinds_find(struct dump *dump)
{
	struct view view;
	size_t i;

	for (i = 0; i < dump->count; i++) {
		struct region *region = &dump->regions[i];

		region->kind = kind_by_name(region);
		if (region->kind != KIND_OTHER || region->fault[0] ||
		    region_open(dump, region, &view))
			continue;
		region->kind = kind_of_zone(view);
		close(view.fd);
	}
}

const char *region_kind(const struct region *region)
{
	return kinds[region->kind].text;
}

const char *region_record_type(const struct region *region)
{
	return kinds[region->kind].record_type;
}
