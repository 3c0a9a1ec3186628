// SPDX-License-Identifier: GPL-2.0-only
/* fwsim: boot firmware's half of minidump, on a file that is a guest's RAM. */
#include <stdio.h>
#include <string.h>

#include "fwsim.h"

static const char usage[] =
	"usage: fwsim boot RAM [VARIANT]   prepare RAM for a (warm) boot of Linux\n"
	"       fwsim dump RAM DIR         after the reset: save the registered regions to DIR\n"
	"       fwsim verify RAM [NAME]... verify what Linux registered, while it runs or after,\n"
	"                                  and that these regions are there\n"
	"       fwsim help                 list variants of firmware, and the rules of verify\n";

int main(int argc, char **argv)
{
	const char *command = argc > 1 ? argv[1] : "";

	if (!strcmp(command, "boot") && (argc == 3 || argc == 4))
		return boot(argv[2], argv[3]) ? 1 : 0;
	if (!strcmp(command, "dump") && argc == 4)
		return dump(argv[2], argv[3]) ? 1 : 0;
	if (!strcmp(command, "verify") && argc >= 3)
		return verify(argv[2], argv + 3) ? 1 : 0;
	if (!strcmp(command, "help") && argc == 2) {
		printf("%s\nvariants of boot:\n", usage);
		list_variants(stdout);
		printf("\nrules of verify:\n");
		list_rules(stdout);
		return 0;
	}
	fputs(usage, stderr);
	return 2;
}
