// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes what is in a record.
 */
#include <errno.h>

#include "ftrace.h"
#include "record.h"
#include "util.h"

int record_write(const struct record *record, FILE *out)
{
	u64 size;
	int ret = 0;

	errno = 0;
	if (record->ftrace)
		ret = ftrace_write(record->ftrace, out);
	else
		ret = record_expand(record, out, &size);
	fputs(record->notice, out);
	if (!ret && (fflush(out) || ferror(out)))
		ret = errno ? -errno : -EIO;

	return ret;
}
