// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Reed-Solomon code of ramoops: see init_rs() in fs/pstore/ram_core.c.
 * Powers of 2 in GF(256) are the roots of the generator, 2^0 the first of them.
 */
#include <string.h>

#include "rs.h"

#define POLYNOMIAL	0x11d
#define ORDER		255

/* log[0] is never used; a sum of two logarithms needs no modulo. */
static u8 power[2 * ORDER];
static u8 log[ORDER + 1];

static void make_tables(void)
{
	unsigned int i, x = 1;

	for (i = 0; i < ORDER; i++) {
		power[i] = x;
		power[i + ORDER] = x;
		log[x] = i;
		x <<= 1;
		if (x > ORDER)
			x ^= POLYNOMIAL;
	}
}

static u8 multiply(u8 a, u8 b)
{
	return a && b ? power[log[a] + log[b]] : 0;
}

static u8 divide(u8 a, u8 b)
{
	return a ? power[log[a] + ORDER - log[b]] : 0;
}

/* The polynomial whose coefficients are @p, the one of the highest degree first */
static u8 evaluate(const u8 *p, unsigned int size, unsigned int log_x)
{
	unsigned int i;
	u8 value = 0;

	for (i = 0; i < size; i++)
		value = (value ? power[log[value] + log_x] : 0) ^ p[i];

	return value;
}

/* The same, the one of the lowest degree first */
static u8 evaluate_reverse(const u8 *p, unsigned int size, unsigned int log_x)
{
	unsigned int i;
	u8 value = 0;

	for (i = size; i > 0; i--)
		value = (value ? power[log[value] + log_x] : 0) ^ p[i - 1];

	return value;
}

bool rs_is_intact(const u8 *block, unsigned int size, unsigned int parity)
{
	unsigned int i;

	if (!power[0])
		make_tables();

	/* as in a hole of the file, which can be large */
	if (!block[0] && !memcmp(block, block + 1, size - 1))
		return true;

	for (i = 0; i < parity; i++)
		if (evaluate(block, size, i))
			return false;

	return true;
}

/* Berlekamp and Massey's algorithm; the degree of the polynomial it finds */
static unsigned int find_locator(const u8 *syndrome, unsigned int parity, u8 *locator)
{
	u8 previous[RS_MAX_BLOCK + 2] = { 0, 1 }, old[RS_MAX_BLOCK + 1];
	unsigned int errors = 0, n, i, degree = 0;

	memset(locator, 0, parity + 1);
	locator[0] = 1;

	/* previous is what the locator was, times x for each step since then */
	for (n = 0; n < parity; n++) {
		u8 discrepancy = 0;

		for (i = 0; i <= n; i++)
			discrepancy ^= multiply(locator[i], syndrome[n - i]);

		memcpy(old, locator, parity + 1);
		if (discrepancy)
			for (i = 0; i <= parity; i++)
				locator[i] ^= multiply(discrepancy, previous[i]);
		if (discrepancy && 2 * errors <= n) {
			errors = n + 1 - errors;
			for (i = 0; i <= parity; i++)
				previous[i] = divide(old[i], discrepancy);
		}
		memmove(previous + 1, previous, parity + 1);
		previous[0] = 0;
	}

	for (i = 1; i <= parity; i++)
		if (locator[i])
			degree = i;

	return degree;
}

int rs_correct(u8 *block, unsigned int size, unsigned int parity)
{
	u8 syndrome[RS_MAX_BLOCK], locator[RS_MAX_BLOCK + 1], evaluator[RS_MAX_BLOCK];
	u8 fixed[RS_MAX_BLOCK];
	unsigned int degree, found = 0, corrected = 0, i, j;

	if (rs_is_intact(block, size, parity))
		return 0;

	for (i = 0; i < parity; i++)
		syndrome[i] = evaluate(block, size, i);
	degree = find_locator(syndrome, parity, locator);

	for (i = 0; i < degree; i++) {
		evaluator[i] = 0;
		for (j = 0; j <= i; j++)
			evaluator[i] ^= multiply(syndrome[i - j], locator[j]);
	}

	memcpy(fixed, block, size);
	for (i = 0; i < size; i++) {
		unsigned int x = size - 1 - i, inverse = (ORDER - x) % ORDER;
		u8 derivative = 0, error;

		if (evaluate_reverse(locator, degree + 1, inverse))
			continue;
		found++;
		for (j = 1; j <= degree; j += 2)
			derivative ^= multiply(locator[j], power[inverse * (j - 1) % ORDER]);
		if (!derivative)
			return -1;
		error = multiply(power[x],
				 divide(evaluate_reverse(evaluator, degree, inverse), derivative));
		fixed[i] ^= error;
		corrected += error != 0;
	}
	/* More errors than the parity can tell, or some where there is no byte */
	if (found != degree || !rs_is_intact(fixed, size, parity))
		return -1;
	memcpy(block, fixed, size);

	return corrected;
}
