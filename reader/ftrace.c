// SPDX-License-Identifier: GPL-2.0-only
/*
 * What pstore makes of ftrace zones: see ramoops_pstore_read(),
 * pstore_ftrace_combine_log() and pstore_ftrace_seq_show() in fs/pstore.
 */
#include <string.h>

#include "ftrace.h"

/* The lowest byte of the time is the CPU; 32-bit ARM can have it elsewhere. */
#define CPU_SHIFT	8
#define CPU_MASK	0xff

static size_t call_size(const struct ftrace *ftrace)
{
	return 2 * ftrace->word_size + sizeof(u64);
}

static u64 get_le(const u8 *from, unsigned int size)
{
	u64 value = 0;

	while (size--)
		value = value << 8 | from[size];

	return value;
}

static u64 call_time(const struct ftrace *ftrace, const u8 *call)
{
	return get_le(call + 2 * ftrace->word_size, sizeof(u64));
}

static void write_call(const struct ftrace *ftrace, const u8 *call, FILE *out)
{
	u64 address[2], time = call_time(ftrace, call);
	char name[2][SYMBOL_TEXT_SIZE];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		u64 ip = get_le(call + i * ftrace->word_size, ftrace->word_size);

		/*
		 * The kernel's own code is stored as if it was not moved, and
		 * modules with the highest bit cleared, to tell them apart.
		 */
		address[i] = ip;
		if (ftrace->word_size == sizeof(u64))
			address[i] = ip >> 63 ? ip + ftrace->kaslr_offset : ip | 1ULL << 63;
		symbol_text(ftrace->symbols, ip, address[i], i, name[i]);
	}

	fprintf(out, "CPU:%llu ts:%llu %08llx  %08llx  %s <- %s\n", time & CPU_MASK,
		time >> CPU_SHIFT, address[0], address[1], name[0], name[1]);
}

u64 ftrace_calls(const struct ftrace *ftrace)
{
	u64 calls = 0;
	size_t i;

	for (i = 0; i < ftrace->count; i++)
		calls += ftrace->zones[i].size / call_size(ftrace);

	return calls;
}

/*
 * The kernel merges zone after zone into what it has so far, by the first call
 * left in each. Merging all at once comes to the same; of calls with equal
 * times, the last zone's is the first. A ring that has wrapped begins amid a
 * call, which is dropped.
 */
void ftrace_write(const struct ftrace *ftrace, FILE *out)
{
	size_t size = call_size(ftrace), i;

	for (i = 0; i < ftrace->count; i++)
		ftrace->zones[i].left = ftrace->zones[i].size / size * size;

	for (;;) {
		struct zone *next = NULL;
		u64 next_time = 0;

		for (i = 0; i < ftrace->count; i++) {
			struct zone *zone = &ftrace->zones[i];
			u64 time;

			if (zone->left < size)
				continue;
			time = call_time(ftrace, zone->data + zone->size - zone->left) >> CPU_SHIFT;
			if (!next || time <= next_time) {
				next = zone;
				next_time = time;
			}
		}
		if (!next)
			break;
		write_call(ftrace, next->data + next->size - next->left, out);
		next->left -= size;
	}
}
