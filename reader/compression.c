// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a record is compressed. Kernels since 6.6 have only raw deflate. Those
 * from 4.18 to 6.5 could also be told to use lzo, lz4, lz4hc, 842 or zstd, and
 * those from 3.12 to 4.17 used deflate in a zlib stream. The record does not
 * say which, but has to begin with "Panic#1 Part1" or the like, which all
 * compressors store as it is, as nothing comes before it.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#ifdef HAVE_LZ4
#include <lz4.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#include "compression.h"
#include "record.h"
#include "util.h"
#include "zone.h"

/* Far beyond any record; lz4 has no stream, so that all of one has to be in memory */
#define MAX_LZ4_INPUT	(4 << 20)

/* The kernel's compressor has no larger window for a record of MAX_LZ4_INPUT. */
#define ZSTD_WINDOW_LOG	23

static const char zstd_magic[] = { 0x28, (char)0xb5, 0x2f, (char)0xfd };
static const char lzo_end[] = { 0x11, 0, 0 };

/* Of a record that is read at once; less for the fuzzer's small ones */
#ifndef INPUT_SIZE
#define INPUT_SIZE	(256 * 1024)
#endif

static u8 input[INPUT_SIZE];
static u8 output[64 * 1024];

const char *compression_name(enum compression compression)
{
	static const char * const names[] = {
		"none", "deflate", "zlib", "zstd", "lz4", "lzo", "842",
	};

	return names[compression];
}

/* The next bytes into @input; their number, 0 at the end, or -errno */
static int get_input(const struct record *record, u64 *pos)
{
	size_t left = min_t(u64, record->zone->size - *pos, sizeof(input));
	int ret;

	ret = zone_get(record->zone, *pos, input, left);
	*pos += left;

	return ret ?: (int)left;
}

/* Whether @size bytes, of which @shift bits come first, begin with "Panic#" or the like */
static bool is_beginning(const u8 *text, size_t size, unsigned int shift)
{
	size_t i;
	u8 c;

	for (i = 0; i + 1 < size && i < 16; i++) {
		c = (text[i] << shift | text[i + 1] >> (8 - shift)) & 0xff;
		if (i ? !islower(c) : !isupper(c))
			return i && c == '#';
	}

	return false;
}

static enum compression guess(const u8 *head, size_t size, const u8 *tail)
{
	size_t at = 1;

	if (size < 16)
		return COMPRESSION_DEFLATE;
	if (!memcmp(head, zstd_magic, sizeof(zstd_magic)))
		return COMPRESSION_ZSTD;
	/* one or two bytes for the number of literals; lz4 ends with text */
	if (!memcmp(tail, lzo_end, sizeof(lzo_end)) &&
	    (is_beginning(head + 1, size - 1, 0) || is_beginning(head + 2, size - 2, 0)))
		return COMPRESSION_LZO;
	/* 5 bits that say: 8 bytes as they are */
	if (!(head[0] >> 3) && is_beginning(head, size, 5))
		return COMPRESSION_842;
	/* number of literals, 15 or more of them in further bytes */
	if (head[0] >> 4 == 15)
		while (at < size && head[at++] == 255)
			;
	if (is_beginning(head + at, size - at, 0))
		return COMPRESSION_LZ4;
	if ((head[0] & 0xf) == Z_DEFLATED && head[0] <= 0x78 && (head[0] << 8 | head[1]) % 31 == 0)
		return COMPRESSION_ZLIB;

	return COMPRESSION_DEFLATE;
}

enum compression compression_guess(const struct record *record)
{
	u64 size = record->zone->size - record->skip;
	u8 head[32], tail[sizeof(lzo_end)] = { 0 };
	size_t n = min_t(u64, size, sizeof(head));

	if (n < sizeof(tail) || zone_get(record->zone, record->skip, head, n) ||
	    zone_get(record->zone, record->zone->size - sizeof(tail), tail, sizeof(tail)))
		return COMPRESSION_DEFLATE;

	return guess(head, n, tail);
}

static bool put_output(const struct record *record, FILE *out, const void *data, size_t n,
		       u64 *size)
{
	*size += n;
	if (*size > record->max_size)
		return false;
	if (out)
		fwrite(data, 1, n, out);

	return true;
}

static int expand_deflate(const struct record *record, FILE *out, u64 *size, int window_bits)
{
	u64 pos = record->skip;
	z_stream stream = { 0 };
	int n, status = Z_OK;

	if (inflateInit2(&stream, window_bits) != Z_OK)
		return -ENOMEM;

	while (status == Z_OK && (n = get_input(record, &pos)) > 0) {
		stream.next_in = input;
		stream.avail_in = n;
		do {
			stream.next_out = output;
			stream.avail_out = sizeof(output);
			status = inflate(&stream, Z_NO_FLUSH);
			if (!put_output(record, out, output, stream.next_out - output, size))
				status = Z_DATA_ERROR;
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

#ifdef HAVE_ZSTD
static int expand_zstd(const struct record *record, FILE *out, u64 *size)
{
	ZSTD_DStream *stream = ZSTD_createDStream();
	u64 pos = record->skip;
	size_t status = 1;
	int n = 1;

	if (!stream)
		return -ENOMEM;
	ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
	while (status && !ZSTD_isError(status) && (n = get_input(record, &pos)) > 0) {
		ZSTD_inBuffer in = { input, n, 0 };
		ZSTD_outBuffer to;

		do {
			to = (ZSTD_outBuffer){ output, sizeof(output), 0 };
			status = ZSTD_decompressStream(stream, &to, &in);
			if (!ZSTD_isError(status) &&
			    !put_output(record, out, output, to.pos, size)) {
				n = -EBADMSG;
				break;
			}
		} while (status && !ZSTD_isError(status) &&
			 (in.pos < in.size || to.pos == to.size));
		if (n < 0)
			break;
	}
	ZSTD_freeDStream(stream);
	if (n < 0)
		return n;

	return status ? -EBADMSG : 0;
}
#else
static int expand_zstd(const struct record *record, FILE *out, u64 *size)
{
	(void)record;
	(void)out;
	(void)size;

	return -EOPNOTSUPP;
}
#endif

#ifdef HAVE_LZ4
static int expand_lz4(const struct record *record, FILE *out, u64 *size)
{
	u64 packed = record->zone->size - record->skip;
	int ret, n;
	char *from, *to;

	if (packed > MAX_LZ4_INPUT)
		return -EFBIG;
	n = min_t(u64, record->max_size, 4 * MAX_LZ4_INPUT);
	from = malloc(packed);
	to = malloc(n);
	ret = from && to ? zone_get(record->zone, record->skip, from, packed) : -ENOMEM;
	if (!ret) {
		n = LZ4_decompress_safe(from, to, packed, n);
		if (n < 0 || !put_output(record, out, to, n, size))
			ret = -EBADMSG;
	}
	free(from);
	free(to);

	return ret;
}
#else
static int expand_lz4(const struct record *record, FILE *out, u64 *size)
{
	(void)record;
	(void)out;
	(void)size;

	return -EOPNOTSUPP;
}
#endif

int record_expand(const struct record *record, FILE *out, u64 *size)
{
	u64 pos = record->skip;
	int n;

	*size = 0;
	switch (record->compression) {
	case COMPRESSION_NONE:
		while ((n = get_input(record, &pos)) > 0)
			fwrite(input, 1, n, out);
		return n;
	case COMPRESSION_DEFLATE:
		return expand_deflate(record, out, size, -MAX_WBITS);
	case COMPRESSION_ZLIB:
		return expand_deflate(record, out, size, MAX_WBITS);
	case COMPRESSION_ZSTD:
		return expand_zstd(record, out, size);
	case COMPRESSION_LZ4:
		return expand_lz4(record, out, size);
	default:
		return -EOPNOTSUPP;
	}
}
