// SPDX-License-Identifier: GPL-2.0-only
/*
 * What pstore makes of ftrace zones: see ramoops_pstore_read(),
 * pstore_ftrace_combine_log() and pstore_ftrace_seq_show() in fs/pstore.
 */
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "ftrace.h"

/* The lowest byte of the time is the CPU; 32-bit ARM can have it elsewhere. */
#define CPU_SHIFT	8
#define CPU_MASK	0xff

/* For calls that are read ahead, of one zone (less for the fuzzer) and of all of them */
#ifndef MAX_BUFFER
#define MAX_BUFFER	(64 * 1024)
#endif
#define ALL_BUFFERS	(8 * 1024 * 1024)

/* To find out how addresses were stored */
#define MAX_LOOKED_AT	4096

static size_t call_size(const struct ftrace *ftrace)
{
	return 2 * ftrace->word_size + sizeof(u64);
}

static u64 get_le(const u8 *from, unsigned int size)
{
	u64 value = 0;

	for (; size > 0; size--)
		value = value << 8 | from[size - 1];

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
		u64 linked = ip;

		/*
		 * The kernel's own code is stored as if it was not moved, and
		 * modules with the highest bit cleared, to tell them apart.
		 */
		if (ftrace->word_size != sizeof(u64) || ftrace->is_moved)
			address[i] = ip;
		else if (ip >> 63)
			/* wraps around if either is wrong */
			check_add_overflow(ip, ftrace->kaslr_offset, &address[i]);
		else
			address[i] = ip | 1ULL << 63;
		if (ftrace->is_moved)
			check_sub_overflow(ip, ftrace->kaslr_offset, &linked);
		symbol_text(ftrace->symbols, linked, address[i], i, name[i]);
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

/* What is left of a zone, of which as many calls as there is memory for are in @calls */
struct stream {
	const struct zone *zone;
	u64 pos;
	u8 *calls;
	size_t at;
	size_t end;
	u64 time;
};

/*
 * A heap of the streams that have calls left. Of calls with equal times, the
 * last zone's is the first.
 */
struct merge {
	const struct ftrace *ftrace;
	struct stream *streams;
	u8 *buffer;
	size_t buffer_size;
	struct stream **heap;
	size_t count;
};

/* 1, or 0 if there is no call left, or -errno */
static int next_call(const struct merge *merge, struct stream *stream)
{
	size_t size = call_size(merge->ftrace);
	u64 left = stream->zone->size - stream->pos;
	int ret;

	if (stream->at < stream->end)
		stream->at += size;
	if (stream->at == stream->end) {
		stream->at = 0;
		stream->end = min_t(u64, left, merge->buffer_size) / size * size;
		ret = zone_get(stream->zone, stream->pos, stream->calls, stream->end);
		if (ret)
			return ret;
		stream->pos += stream->end;
	}
	if (!stream->end)
		return 0;
	stream->time = call_time(merge->ftrace, stream->calls + stream->at) >> CPU_SHIFT;

	return 1;
}

static bool is_before(const struct stream *a, const struct stream *b)
{
	return a->time != b->time ? a->time < b->time : a > b;
}

static void sift_down(struct merge *merge, size_t i)
{
	struct stream **heap = merge->heap, *stream = heap[i];
	size_t child;

	for (; (child = 2 * i + 1) < merge->count; i = child) {
		if (child + 1 < merge->count && is_before(heap[child + 1], heap[child]))
			child++;
		if (!is_before(heap[child], stream))
			break;
		heap[i] = heap[child];
	}
	heap[i] = stream;
}

/* A ring that has wrapped begins amid a call, which is dropped. */
static int fill_heap(struct merge *merge)
{
	const struct ftrace *ftrace = merge->ftrace;
	size_t i;
	int ret;

	for (i = 0; i < ftrace->count; i++) {
		struct stream *stream = &merge->streams[i];

		stream->zone = &ftrace->zones[i];
		stream->pos = stream->zone->size % call_size(ftrace);
		stream->calls = merge->buffer + i * merge->buffer_size;
		ret = next_call(merge, stream);
		if (ret < 0)
			return ret;
		if (ret)
			merge->heap[merge->count++] = stream;
	}
	for (i = merge->count / 2; i; i--)
		sift_down(merge, i - 1);

	return 0;
}

/*
 * The kernel merges zone after zone into what it has so far, by the first call
 * left in each. Merging all at once comes to the same.
 */
static int write_merged(struct merge *merge, FILE *out)
{
	int ret = fill_heap(merge);

	while (!ret && merge->count) {
		struct stream *stream = merge->heap[0];

		write_call(merge->ftrace, stream->calls + stream->at, out);
		ret = next_call(merge, stream);
		if (ret < 0)
			return ret;
		if (!ret)
			merge->heap[0] = merge->heap[--merge->count];
		ret = 0;
		sift_down(merge, 0);
	}

	return ret;
}

/* How many of the first calls are of a function, with addresses that are @offset too high */
static unsigned int count_entries(const struct ftrace *ftrace, u64 offset, unsigned int *calls)
{
	unsigned int entries = 0;
	u8 call[sizeof(u64)];
	u64 ip, pos;
	size_t i;

	*calls = 0;
	for (i = 0; i < ftrace->count && *calls < MAX_LOOKED_AT; i++) {
		const struct zone *zone = &ftrace->zones[i];

		for (pos = zone->size % call_size(ftrace);
		     pos < zone->size && *calls < MAX_LOOKED_AT; pos += call_size(ftrace)) {
			if (zone_get(zone, pos, call, ftrace->word_size))
				break;
			ip = get_le(call, ftrace->word_size);
			check_sub_overflow(ip, offset, &ip);
			entries += symbol_is_entry(ftrace->symbols, ip);
			++*calls;
		}
	}

	return entries;
}

/* Only a kernel with pstore built in stores addresses as linked: see adjust_ip(). */
static bool find_moved(const struct ftrace *ftrace)
{
	unsigned int linked, moved, calls;

	if (!ftrace->symbols)
		return false;
	linked = count_entries(ftrace, 0, &calls);
	moved = count_entries(ftrace, ftrace->kaslr_offset, &calls);
	if (calls && !linked && !moved) {
		warnx("ftrace: the symbols do not fit: they are another kernel's, or");
		warnx("pstore was a module, which needs -k with the Kernel Offset in the log");
	}

	return moved > linked;
}

int ftrace_write(const struct ftrace *calls, FILE *out)
{
	struct ftrace copy = *calls, *ftrace = &copy;
	size_t size = call_size(ftrace);
	struct merge merge = {
		.ftrace = ftrace,
		.buffer_size = min(MAX_BUFFER, ALL_BUFFERS / max(ftrace->count, 1U)) / size * size,
	};
	int ret = -ENOMEM;

	ftrace->is_moved = find_moved(ftrace);
	merge.streams = calloc(ftrace->count, sizeof(*merge.streams));
	merge.heap = calloc(ftrace->count, sizeof(*merge.heap));
	merge.buffer = calloc(ftrace->count, merge.buffer_size);
	if (merge.streams && merge.heap && merge.buffer)
		ret = write_merged(&merge, out);
	free(merge.streams);
	free(merge.heap);
	free(merge.buffer);

	return ret;
}
