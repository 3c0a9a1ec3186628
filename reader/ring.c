// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ring buffer of printk, if a kernel has registered it for the dump: arrays of
 * descriptors and infos, and the text. Their layout is in the note VMCOREINFO,
 * or as in 64-bit kernels since 5.10.
 *
 * Message number seq has the descriptor seq % count, with the id seq - count, and
 * its text begins with the same id. A message that was being written at the crash,
 * or parts of which have not reached memory, does not have all three.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ring.h"

/* log_buf_len= can be 2 GiB. The limit bounds the time for a file that claims so. */
#define MAX_TEXT_BITS	26
#define MAX_COUNT_BITS	21

#define MAX_STRUCT	512

/* More would be read in vain where the next message is elsewhere. */
#define READ_AHEAD	4096

/* An id has two bits less */
#define MAX_SEQ		(~0ULL >> 2)

enum { TEXT, DESCS, INFOS, ARRAYS };
enum { RESERVED, COMMITTED, FINALIZED, REUSABLE };

/* What comes in place of text, if that is empty */
#define LPOS_EMPTY	3

/**
 * struct layout - offsets and sizes in the structures of that kernel, in bytes
 * @word: unsigned long, and so pointers
 * @facility: in the info, behind the length
 */
struct layout {
	u64 word;
	u64 desc_ring;
	u64 count_bits;
	u64 descs;
	u64 infos;
	u64 text_ring;
	u64 size_bits;
	u64 data;
	u64 desc_size;
	u64 state;
	u64 lpos;
	u64 begin;
	u64 next;
	u64 info_size;
	u64 seq;
	u64 time;
	u64 length;
	u64 caller;
};

/* Parts of an array, which is mostly read from its start to its end */
struct window {
	struct view view;
	u64 start;
	size_t size;
	u8 buf[0x20000];
};

struct ring {
	const struct dump *dump;
	struct layout layout;
	u64 count;
	u64 text_size;
	u64 left;
	struct window arrays[ARRAYS];
};

static const char * const names[ARRAYS] = {
	[TEXT] = "KLOGBUF", [DESCS] = "LOG_DESC", [INFOS] = "LOG_INFO",
};

static const char *find_note(const struct dump *dump, const char *key)
{
	const char *line = dump->vmcoreinfo;

	while (line && strncmp(line, key, strlen(key))) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}

	return line ? line + strlen(key) : NULL;
}

static bool is_sound(const struct layout *layout)
{
	return (layout->word == 4 || layout->word == 8) &&
	       layout->state + layout->word <= layout->desc_size &&
	       layout->lpos + max(layout->begin, layout->next) + layout->word <=
	       layout->desc_size &&
	       layout->seq + 8 <= layout->info_size && layout->time + 8 <= layout->info_size &&
	       layout->length + 4 <= layout->info_size && layout->caller + 4 <= layout->info_size &&
	       layout->info_size <= MAX_STRUCT && layout->desc_size <= MAX_STRUCT;
}

/* False if the kernel's structures are not like any that are known */
static bool read_layout(struct ring *ring)
{
	static const struct {
		const char *key;
		size_t at;
		u64 without;
	} fields[] = {
#define FIELD(key, member, without) { key "=", offsetof(struct layout, member), without }
		FIELD("SIZE(atomic_long_t)", word, 8),
		FIELD("OFFSET(printk_ringbuffer.desc_ring)", desc_ring, 0),
		FIELD("OFFSET(prb_desc_ring.count_bits)", count_bits, 0),
		FIELD("OFFSET(prb_desc_ring.descs)", descs, 8),
		FIELD("OFFSET(prb_desc_ring.infos)", infos, 16),
		FIELD("OFFSET(printk_ringbuffer.text_data_ring)", text_ring, 48),
		FIELD("OFFSET(prb_data_ring.size_bits)", size_bits, 0),
		FIELD("OFFSET(prb_data_ring.data)", data, 8),
		FIELD("SIZE(prb_desc)", desc_size, 24),
		FIELD("OFFSET(prb_desc.state_var)", state, 0),
		FIELD("OFFSET(prb_desc.text_blk_lpos)", lpos, 8),
		FIELD("OFFSET(prb_data_blk_lpos.begin)", begin, 0),
		FIELD("OFFSET(prb_data_blk_lpos.next)", next, 8),
		FIELD("SIZE(printk_info)", info_size, 88),
		FIELD("OFFSET(printk_info.seq)", seq, 0),
		FIELD("OFFSET(printk_info.ts_nsec)", time, 8),
		FIELD("OFFSET(printk_info.text_len)", length, 16),
		FIELD("OFFSET(printk_info.caller_id)", caller, 20),
#undef FIELD
	};
	struct layout *layout = &ring->layout;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		const char *text = find_note(ring->dump, fields[i].key);
		u64 value = text ? strtoull(text, NULL, 10) : fields[i].without;

		if (value > MAX_STRUCT)
			return false;
		memcpy((char *)layout + fields[i].at, &value, sizeof(value));
	}

	return is_sound(layout);
}

static u64 get(const u8 *from, u64 size)
{
	u64 value = 0;

	while (size)
		value = value << 8 | from[--size];

	return value;
}

/* @size bytes of an array, or NULL if the dump does not have them */
static const u8 *window_get(struct window *window, u64 offset, size_t size)
{
	if (size > sizeof(window->buf))
		return NULL;
	if (offset < window->start || offset - window->start > window->size ||
	    window->size - (offset - window->start) < size) {
		struct view part = view_part(window->view, offset, max(size, READ_AHEAD));

		window->start = offset;
		window->size = part.size;
		if (part.size < size || view_read(part, 0, window->buf, part.size)) {
			window->size = 0;
			return NULL;
		}
	}

	return window->buf + (offset - window->start);
}

/* Memory by the kernel's virtual address, up to the end of its region */
static const char *open_virtual(const struct ring *ring, u64 address, struct view *view)
{
	const struct dump *dump = ring->dump;
	const char *wrong;
	size_t i;

	for (i = 0; i < dump->count; i++) {
		const struct region *region = &dump->regions[i];

		if (address < region->load_vaddr ||
		    address - region->load_vaddr >= region->load_size || region->fault[0])
			continue;
		wrong = region_open(dump, region, view);
		if (!wrong)
			*view = view_part(*view, address - region->load_vaddr, region->load_size);
		return wrong;
	}

	return "a part of the ring buffer is not in the dump";
}

static bool read_number(struct view view, u64 offset, u64 size, u64 *value)
{
	u8 buf[8];

	if (view_read(view, offset, buf, size))
		return false;
	*value = get(buf, size);

	return true;
}

static bool read_pointer(const struct ring *ring, u64 address, u64 *value)
{
	struct view view;
	bool ret;

	if (open_virtual(ring, address, &view))
		return false;
	ret = read_number(view, 0, ring->layout.word, value);
	close(view.fd);

	return ret;
}

/* What struct printk_ringbuffer says of the arrays */
static bool read_rings(const struct ring *ring, u64 prb, u64 *bits, u64 *size, u64 *address)
{
	const struct layout *layout = &ring->layout;
	struct view view;
	bool ret;

	if (open_virtual(ring, prb, &view))
		return false;
	ret = read_number(view, layout->desc_ring + layout->count_bits, 4, bits) &&
	      read_number(view, layout->text_ring + layout->size_bits, 4, size) &&
	      read_number(view, layout->desc_ring + layout->descs, layout->word,
			  &address[DESCS]) &&
	      read_number(view, layout->desc_ring + layout->infos, layout->word,
			  &address[INFOS]) &&
	      read_number(view, layout->text_ring + layout->data, layout->word, &address[TEXT]);
	close(view.fd);

	return ret;
}

/* From the pointer prb on, as the kernel itself finds everything */
static const char *open_by_symbol(struct ring *ring)
{
	const char *symbol = find_note(ring->dump, "SYMBOL(prb)="), *wrong;
	u64 address[ARRAYS], prb, bits, size;
	size_t i;

	if (!symbol)
		return "VMCOREINFO has no SYMBOL(prb)";
	if (!read_pointer(ring, strtoull(symbol, NULL, 16), &prb) ||
	    !read_rings(ring, prb, &bits, &size, address))
		return "a part of the ring buffer is not in the dump";
	if (bits > MAX_COUNT_BITS || size > MAX_TEXT_BITS)
		return "the ring buffer is corrupt, or has more than 64 MiB of text";
	ring->count = 1ULL << bits;
	ring->text_size = 1ULL << size;

	for (i = 0; i < ARRAYS; i++) {
		wrong = open_virtual(ring, address[i], &ring->arrays[i].view);
		if (wrong)
			return wrong;
	}

	return NULL;
}

static bool is_power(u64 n)
{
	return n && !(n & (n - 1));
}

static const char *open_by_name(struct ring *ring)
{
	const struct region *regions[ARRAYS];
	const char *wrong;
	size_t i;

	for (i = 0; i < ARRAYS; i++) {
		regions[i] = dump_find(ring->dump, names[i]);
		if (!regions[i])
			return "not all of KLOGBUF, LOG_DESC and LOG_INFO are in the dump";
		if (regions[i]->fault[0])
			return regions[i]->fault;
	}
	ring->count = regions[DESCS]->size / ring->layout.desc_size;
	ring->text_size = regions[TEXT]->size;
	if (!is_power(ring->count) || ring->count > 1ULL << MAX_COUNT_BITS ||
	    !is_power(ring->text_size) || ring->text_size > 1ULL << MAX_TEXT_BITS)
		return "the sizes of KLOGBUF and LOG_DESC are not those of a ring buffer";

	/* Without the note, what the structure has at its end does not matter. */
	ring->layout.info_size = regions[INFOS]->size / ring->count;
	if (!is_sound(&ring->layout))
		return "the sizes of LOG_INFO and LOG_DESC do not fit each other";

	for (i = 0; i < ARRAYS; i++) {
		wrong = region_open(ring->dump, regions[i], &ring->arrays[i].view);
		if (wrong)
			return wrong;
	}

	return NULL;
}

static u64 id_mask(const struct ring *ring)
{
	return ~0ULL >> (66 - 8 * ring->layout.word);
}

/*
 * The id of message @seq is seq - count. Where the kernel has the number of descriptors as an
 * unsigned int, as Linux 6.12, the first one is a negative number of 32 bits. The highest bit is
 * not in the mask, but keeps the number above 0.
 */
static bool is_id_of(const struct ring *ring, u64 id, u64 seq)
{
	u64 mask = id_mask(ring);

	return id == ((seq + (1ULL << 63) - ring->count) & mask) ||
	       id == ((seq + (1ULL << 32) - ring->count) & mask);
}

/* Number of the message that descriptor @i is about; false if there is none */
static bool read_desc(struct ring *ring, u64 i, u64 *seq)
{
	const struct layout *layout = &ring->layout;
	const u8 *desc, *info;
	u64 value, state;

	desc = window_get(&ring->arrays[DESCS], i * layout->desc_size, layout->desc_size);
	if (!desc)
		return false;
	value = get(desc + layout->state, layout->word);
	state = value >> (8 * layout->word - 2);
	if (state != COMMITTED && state != FINALIZED)
		return false;

	info = window_get(&ring->arrays[INFOS], i * layout->info_size, layout->info_size);
	if (!info)
		return false;
	*seq = get(info + layout->seq, 8);

	return *seq <= MAX_SEQ && *seq % ring->count == i &&
	       is_id_of(ring, value & id_mask(ring), *seq);
}

/* The text that a descriptor points to, or NULL if it is not there any more */
static const char *read_text(struct ring *ring, u64 id, u64 begin, u64 next, u64 length)
{
	u64 word = ring->layout.word, size = ring->text_size, at = begin & (size - 1);
	u64 end = (next & (size - 1)) ?: size;
	/* positions go on at 0 */
	u64 last = next ? next - 1 : ~0ULL >> (64 - 8 * word);
	const u8 *block;

	if (begin == LPOS_EMPTY && next == LPOS_EMPTY)
		return length ? NULL : "";
	/* A block does not wrap: it begins again at the start of the ring. */
	if (begin / size != last / size)
		at = 0;
	if (end < at || end - at < word + length)
		return NULL;
	/* The sum of all cannot be more than the ring has, but where a file is made up. */
	if (length > ring->left)
		return NULL;
	ring->left -= length;

	block = window_get(&ring->arrays[TEXT], at, word + length);

	return block && get(block, word) == id ? (const char *)block + word : NULL;
}

static void visit_message(struct ring *ring, u64 i, struct ring_visitor *visitor)
{
	const struct layout *layout = &ring->layout;
	struct message message;
	const u8 *desc, *info;
	u64 begin, next, id;

	desc = window_get(&ring->arrays[DESCS], i * layout->desc_size, layout->desc_size);
	info = window_get(&ring->arrays[INFOS], i * layout->info_size, layout->info_size);
	if (!desc || !info)
		return;
	id = get(desc + layout->state, layout->word) & id_mask(ring);
	begin = get(desc + layout->lpos + layout->begin, layout->word);
	next = get(desc + layout->lpos + layout->next, layout->word);

	message.size = get(info + layout->length, 2);
	message.facility = info[layout->length + 2];
	message.level = info[layout->length + 3] >> 5;
	message.nanoseconds = get(info + layout->time, 8);
	message.caller = get(info + layout->caller, 4);
	message.text = read_text(ring, id, begin, next, message.size);
	if (!message.text)
		return;
	visitor->count++;
	visitor->message(visitor, &message);
}

/* Descriptors from @i on that are in a hole. To ask for each takes longer than to read it. */
static u64 in_hole(const struct ring *ring, u64 i)
{
	u64 size = ring->layout.desc_size;

	if (i % 128)
		return 0;

	return min_t(u64, view_hole(ring->arrays[DESCS].view, i * size) / size, ring->count - i);
}

/* The newest message is the last one in the ring. In front of it are at most @count others. */
static void visit_all(struct ring *ring, struct ring_visitor *visitor)
{
	u64 newest = 0, oldest = 0, hole, seq, i;
	bool found = false;

	for (i = 0; i < ring->count; i += hole ?: 1) {
		hole = in_hole(ring, i);
		if (!hole && read_desc(ring, i, &seq) && (!found || seq > newest)) {
			newest = seq;
			found = true;
		}
	}
	if (!found)
		return;

	found = false;
	for (i = newest < ring->count ? 0 : newest - ring->count + 1; i <= newest;
	     i += hole ?: 1) {
		hole = in_hole(ring, i % ring->count);
		if (hole || !read_desc(ring, i % ring->count, &seq) || seq != i)
			continue;
		if (!found)
			oldest = i;
		found = true;
		visit_message(ring, i % ring->count, visitor);
	}
	visitor->damaged = newest - oldest + 1 - visitor->count;
}

bool ring_exists(const struct dump *dump)
{
	return find_note(dump, "SYMBOL(prb)=") || dump_find(dump, names[DESCS]);
}

const char *ring_visit(const struct dump *dump, struct ring_visitor *visitor)
{
	static struct ring ring;
	const char *wrong;
	size_t i;

	visitor->count = 0;
	visitor->damaged = 0;
	memset(&ring, 0, sizeof(ring));
	ring.dump = dump;
	for (i = 0; i < ARRAYS; i++)
		ring.arrays[i].view.fd = -1;

	wrong = read_layout(&ring) ? NULL : "VMCOREINFO is corrupt";
	if (!wrong)
		wrong = dump_find(dump, names[DESCS]) ? open_by_name(&ring) : open_by_symbol(&ring);
	if (!wrong) {
		ring.left = ring.text_size;
		visit_all(&ring, visitor);
	}
	for (i = 0; i < ARRAYS; i++)
		if (ring.arrays[i].view.fd >= 0)
			close(ring.arrays[i].view.fd);

	return wrong;
}
