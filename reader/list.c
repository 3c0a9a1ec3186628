// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command list: regions, the records in them, and what is wrong.
 */
#include <stdio.h>

#include "commands.h"
#include "kind.h"
#include "record.h"
#include "survey.h"

static void list_problem(struct visitor *visitor, const struct region *region, const char *text)
{
	(void)visitor;
	(void)region;
	printf("    ! %s\n", text);
}

static bool list_record(struct visitor *visitor, const struct record *record)
{
	(void)visitor;
	printf("    %s, %llu %s\n", record->name, record->size,
	       record->ftrace ? "function calls" : "bytes");

	return true;
}

int cmd_list(const struct dump *dump, const char *target, bool force)
{
	struct visitor visitor = { .record = list_record, .problem = list_problem };
	const char *release, *version;
	static struct survey survey;
	size_t i;

	(void)target;
	(void)force;
	/* the log may name the kernel if KELF_HEADER does not */
	if (!dump->release[0])
		survey_dump(&survey, dump);
	release = dump->release[0] ? dump->release : survey.release;
	version = dump->release[0] ? dump->version : survey.version;
	printf("kernel  %s\n", release[0] ? release : "unknown");
	if (version[0])
		printf("        %s\n", version);
	if (dump->ecc)
		printf("ecc     %u bytes per block\n", dump->ecc);
	printf("\n%-16s %18s %10s  %s\n", "region", "address", "size", "kind");

	for (i = 0; i < dump->count; i++) {
		const struct region *region = &dump->regions[i];
		char address[24] = "-";
		u64 paddr;

		if (region_address(region, &paddr))
			snprintf(address, sizeof(address), "%#llx", paddr);
		printf("%-16s %18s %10llu  %s\n", region->name, address, region->size,
		       region_kind(region));
		region_visit(dump, region, &visitor);
	}

	return flush_output();
}
