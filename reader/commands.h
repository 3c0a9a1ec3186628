/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMMANDS_H
#define COMMANDS_H

#include <stdbool.h>
#include <stdio.h>

#include "dump.h"

/* What main() calls: @target is the argument behind the dump, if there is one. An exit status. */
int cmd_summary(const struct dump *dump, const char *target, bool force);
int cmd_log(const struct dump *dump, const char *target, bool force);
int cmd_list(const struct dump *dump, const char *target, bool force);
int cmd_extract(const struct dump *dump, const char *path, bool force);
int cmd_cat(const struct dump *dump, const char *name, bool force);
int cmd_check(const struct dump *dump, const char *target, bool force);
int cmd_assemble(const struct dump *dump, const char *path, bool force);

/* Writes what QDL would; 0 or -errno, -EBADMSG after a message of its own. */
int assemble_dump(const struct dump *dump, FILE *out);

/* What summary and list show, as JSON */
int cmd_json(const struct dump *dump, bool needs_record);

/* Whether all of the standard output could be written */
int flush_output(void);

#endif
