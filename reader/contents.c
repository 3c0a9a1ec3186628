// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes what is in a record, inflated where pstore does that: see
 * fs/pstore/platform.c.
 */
#include <errno.h>
#include <string.h>
#include <zlib.h>

#include "ftrace.h"
#include "record.h"
#include "util.h"
#include "zone.h"

static u8 input[256 * 1024];
static u8 inflated[64 * 1024];

/* The next bytes into @input; their number, 0 at the end, or -errno */
static int get_input(const struct record *record, u64 *pos)
{
	size_t left = min_t(u64, record->zone->size - *pos, sizeof(input));
	int ret;

	ret = zone_get(record->zone, *pos, input, left);
	*pos += left;

	return ret ?: (int)left;
}

/* Without @out it only measures. */
int record_inflate(const struct record *record, FILE *out, u64 *size)
{
	u64 pos = record->skip;
	z_stream stream = { 0 };
	int n, status = Z_OK;

	*size = 0;
	if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
		return -ENOMEM;

	while (status == Z_OK && (n = get_input(record, &pos)) > 0) {
		stream.next_in = input;
		stream.avail_in = n;
		do {
			stream.next_out = inflated;
			stream.avail_out = sizeof(inflated);
			status = inflate(&stream, Z_NO_FLUSH);
			*size += stream.next_out - inflated;
			if (*size > record->max_size)
				status = Z_DATA_ERROR;
			if (out)
				fwrite(inflated, 1, stream.next_out - inflated, out);
		} while (status == Z_OK && !stream.avail_out);
		/* it only wanted more input */
		if (status == Z_BUF_ERROR)
			status = Z_OK;
	}
	inflateEnd(&stream);
	if (status == Z_OK && n < 0)
		return n;

	return status == Z_STREAM_END ? 0 : -EBADMSG;
}

static int copy_record(const struct record *record, FILE *out)
{
	u64 pos = record->skip;
	int n;

	while ((n = get_input(record, &pos)) > 0)
		fwrite(input, 1, n, out);

	return n;
}

int record_write(const struct record *record, FILE *out)
{
	u64 size;
	int ret = 0;

	errno = 0;
	if (record->ftrace)
		ret = ftrace_write(record->ftrace, out);
	else if (record->deflated)
		ret = record_inflate(record, out, &size);
	else
		ret = copy_record(record, out);
	fputs(record->notice, out);
	if (!ret && (fflush(out) || ferror(out)))
		ret = errno ? -errno : -EIO;

	return ret;
}
