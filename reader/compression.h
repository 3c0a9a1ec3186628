/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPRESSION_H
#define COMPRESSION_H

enum compression {
	COMPRESSION_NONE,
	COMPRESSION_DEFLATE,
	COMPRESSION_ZLIB,
	COMPRESSION_ZSTD,
	COMPRESSION_LZ4,
	COMPRESSION_LZO,
	COMPRESSION_842,
};

struct record;

const char *compression_name(enum compression compression);

/* What a record that is not raw deflate probably is; COMPRESSION_DEFLATE if nothing is likely */
enum compression compression_guess(const struct record *record);

#endif
