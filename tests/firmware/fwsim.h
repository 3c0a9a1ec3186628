/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FWSIM_H
#define FWSIM_H

#include <stdint.h>
#include <stdio.h>

struct ram;

/* The commands: 0, or -1 after a message. */

/* What firmware does before it starts Linux; @variant NULL: as it should. */
int boot(const char *path, const char *variant);

/* What it does after the reset: saves the registered regions to @dir. */
int dump(const char *path, const char *dir);

/* Whether what Linux registered, @names among it, would survive firmware and every reader. */
int verify(const char *path, char **names);

/* One line for each. */
void list_variants(FILE *to);
void list_rules(FILE *to);

/* The global minidump ToC, SMEM item 602 */
struct toc_info {
	uint64_t address;
	uint32_t status;
	unsigned int subsystems;	/* at least APSS */
};

/* NULL, or why there is none. */
const char *find_toc(const struct ram *ram, struct toc_info *toc);

/* Physical address of a subsystem's entry. */
uint64_t subsystem_address(const struct toc_info *toc, unsigned int index);

#endif
