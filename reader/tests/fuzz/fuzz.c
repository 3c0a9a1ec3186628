// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer harness: the reader's sources, save minidump-pstore.c. An input says which command with
 * which options reads what: a small image, byte by byte, or a dump that is described by a few bytes
 * and can have any size: see build_dump(). seeds.py writes inputs.
 *
 * Memory in use at any time and processor time of an input have limits that do not depend on it.
 */
#include <dirent.h>
#include <elf.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "dump.h"
#include "layout.h"
#include "open.h"
#include "rawdump.h"
#include "record.h"
#include "symbols.h"

/* lz4 needs half of it for input and output. Static memory is not counted. */
#define MAX_MEMORY	(40 << 20)
/* A large input takes 0.1 seconds. */
#define MAX_SECONDS	2

#define MAX_PARTS	64
#define HEADER_ROOM	16384
#define BASE_ADDRESS	0x80000000ULL

/* libFuzzer sends the reader's messages nowhere, but not its own. */
static FILE *messages;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	messages = fdopen(dup(STDERR_FILENO), "w");
	if (!messages)
		abort();
	setvbuf(messages, NULL, _IONBF, 0);

	return 0;
}

const char *__asan_default_options(void)
{
	return "quarantine_size_mb=8:malloc_context_size=4";
}

static size_t in_use;
static bool is_counting;

void fuzz_allocated(const volatile void *p, size_t size)
{
	(void)size;
	in_use += malloc_usable_size((void *)p);
	if (is_counting && in_use > MAX_MEMORY) {
		fprintf(messages, "ERROR: %zu bytes in use, %d are allowed\n", in_use, MAX_MEMORY);
		abort();
	}
}

void fuzz_freed(const volatile void *p)
{
	if (p)
		in_use -= malloc_usable_size((void *)p);
}

int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void *, size_t),
					      void (*)(const volatile void *));

/* minidump-pstore.c has the other one. */
int flush_output(void)
{
	return fflush(stdout);
}

/* That of zone.c: most inputs have to be quick. */
u64 max_holes;

static FILE *nowhere;

static bool write_record(struct visitor *visitor, const struct record *record)
{
	(void)visitor;
	record_write(record, nowhere);
	return true;
}

static void take_problem(struct visitor *visitor, const struct region *region, const char *text)
{
	(void)visitor;
	fprintf(nowhere, "%s %s", region->name, text);
}

/* What is left of the input; reads 0 at the end. */
struct input {
	const u8 *data;
	size_t left;
};

static u8 take(struct input *input)
{
	if (!input->left)
		return 0;
	input->left--;

	return *input->data++;
}

/* Three bytes for a number of any size: a multiple of a power of two, and a bit less or more */
static u64 take_number(struct input *input)
{
	unsigned int exponent = take(input) % 64;
	u64 factor = take(input);

	return (factor << exponent) + (s64)(int8_t)take(input);
}

/* A region: a range of the image, or a file */
struct part {
	char name[16];
	int fd;
	u64 offset;
	u64 size;
	u64 zone_size;
};

struct builder {
	struct input *input;
	bool is_large;
	int directory;
	int fd;
	u64 pos;
	struct part parts[MAX_PARTS];
	unsigned int count;
	const u8 *note;
	size_t note_size;
};

static void put(const struct builder *builder, u64 pos, const void *data, size_t size)
{
	/* beyond what a file can have, nothing is written */
	if (pwrite(builder->fd, data, size, pos) < 0)
		return;
}

static void start_part(struct builder *builder)
{
	static const char * const names[] = {
		"KDMESG", "KCONSOLE", "KPMSG", "KFTRACE", "KCNSL0", "KDMSG1", "OTHER", "KLOGBUF",
		"LOG_DESC", "LOG_INFO",
	};
	unsigned int choice = take(builder->input);
	struct part *part;
	char file[32];

	if (builder->count == MAX_PARTS)
		return;
	part = &builder->parts[builder->count++];
	snprintf(part->name, sizeof(part->name), "%s%s", names[choice % 64 % ARRAY_SIZE(names)],
		 choice & 64 ? "X" : "");
	part->zone_size = choice & 128 ? take_number(builder->input) : 0;
	if (builder->directory < 0) {
		part->offset = builder->pos;
		return;
	}
	snprintf(file, sizeof(file), "md_%s.BIN", part->name);
	if (builder->fd >= 0)
		close(builder->fd);
	builder->fd = openat(builder->directory, file, O_RDWR | O_CREAT | O_TRUNC, 0600);
	builder->pos = 0;
}

/* The size of the current region; in a directory, its file has that size. */
static void end_part(struct builder *builder, u64 size)
{
	struct part *part = builder->count ? &builder->parts[builder->count - 1] : NULL;

	if (!part)
		return;
	part->size = size;
	if (builder->directory >= 0 && size < 1ULL << 62 && ftruncate(builder->fd, size))
		return;
}

static u8 multiply(u8 a, u8 b)
{
	unsigned int product = 0, x = a;

	for (; b; b >>= 1, x = x << 1 ^ (x & 0x80 ? 0x11d : 0))
		product ^= b & 1 ? x : 0;

	return product;
}

/* Reed-Solomon by long division; 2^0 is the first root. */
static void add_parity(u8 *block, unsigned int size, unsigned int ecc)
{
	u8 generator[256] = { 1 }, rest[512] = { 0 }, power = 1, factor;
	unsigned int n, i;

	for (n = 0; n < ecc; n++) {
		for (i = n + 1; i; i--)
			generator[i] ^= multiply(generator[i - 1], power);
		power = multiply(power, 2);
	}
	memcpy(rest, block, size);
	for (n = 0; n < size; n++) {
		factor = rest[n];
		for (i = 0; i <= ecc; i++)
			rest[n + i] ^= multiply(factor, generator[i]);
	}
	memcpy(block + size, rest + size, ecc);
}

/* One zone or many whose header is what it should be: signature, intact parity, and any sizes */
static void put_zones(struct builder *builder)
{
	struct input *input = builder->input;
	unsigned int flags = take(input), ecc = flags & 2 ? 16 : 0;
	u64 zone_size = take_number(input), size = take_number(input), start = take_number(input);
	unsigned int n = flags & 128 ? take(input) : 1;
	u32 header[3] = { 0x43474244 ^ (flags & 1 ? 0x70300 : 0), start, size };
	size_t text_size = take(input), length = 0;
	u8 block[12 + 16], data[12 + 64 + 256];

	if (text_size > input->left)
		text_size = input->left;
	memcpy(block, header, sizeof(header));
	add_parity(block, sizeof(header), ecc);
	memcpy(data, header, sizeof(header));
	if (flags & 4)
		length = snprintf((char *)data + 12, 64, "====1700000000.%u-%c\n%s", flags,
				  flags & 8 ? 'C' : 'D', flags & 8 ? "" : "Panic#1 Part1\n");
	memcpy(data + 12 + length, input->data, text_size);
	length += 12 + text_size;
	input->data += text_size;
	input->left -= text_size;

	/* As many as a kernel can have CPUs. With a page for each, they would be 32 MiB to read. */
	n = !builder->is_large ? n % 16 : n == 255 && zone_size <= 256 ? 8192 : n;
	for (; n; n--) {
		put(builder, builder->pos, data, length);
		if (ecc)
			put(builder, builder->pos + zone_size - ecc, block + 12, ecc);
		builder->pos += zone_size;
	}
}

static size_t build_elf(const struct builder *builder, u8 *image, size_t room)
{
	unsigned int segments = builder->count + 1;
	size_t names = sizeof(Elf64_Ehdr) + segments * sizeof(Elf64_Phdr) +
		       (builder->count + 2) * sizeof(Elf64_Shdr), end = names;
	Elf64_Nhdr note = { .n_namesz = 11, .n_descsz = builder->note_size };
	Elf64_Phdr notes = { .p_type = PT_NOTE };
	Elf64_Ehdr header = {
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_CORE,
		.e_machine = EM_AARCH64,
		.e_phoff = sizeof(Elf64_Ehdr),
		.e_shoff = sizeof(Elf64_Ehdr) + segments * sizeof(Elf64_Phdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = segments,
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = builder->count + 2,
		.e_shstrndx = 1,
	};
	Elf64_Shdr section = { .sh_name = 1, .sh_type = SHT_STRTAB, .sh_offset = names };
	u64 address = BASE_ADDRESS, offset;
	unsigned int i;

	memset(image, 0, room);
	memcpy(image, &header, sizeof(header));
	memcpy(image + end, "\0STR_TBL", 9);
	end += 9;
	offset = HEADER_ROOM;
	for (i = 0; i < builder->count; i++) {
		const struct part *part = &builder->parts[i];
		Elf64_Phdr segment = {
			.p_type = PT_LOAD, .p_flags = PF_R,
			.p_offset = builder->directory < 0 ? part->offset : offset,
			.p_vaddr = address, .p_paddr = address,
			.p_filesz = part->size, .p_memsz = part->size,
		};
		Elf64_Shdr area = {
			.sh_name = end - names, .sh_type = SHT_NOBITS, .sh_addr = address,
			.sh_offset = segment.p_offset, .sh_size = part->size,
			.sh_info = part->zone_size <= UINT32_MAX ? part->zone_size : 0,
			.sh_entsize = part->zone_size,
		};

		memcpy(image + header.e_phoff + i * sizeof(segment), &segment, sizeof(segment));
		memcpy(image + header.e_shoff + (i + 2) * sizeof(area), &area, sizeof(area));
		memcpy(image + end, part->name, strlen(part->name) + 1);
		end += strlen(part->name) + 1;
		address += part->size;
		offset += part->size;
	}
	section.sh_size = end - names;
	memcpy(image + header.e_shoff + sizeof(section), &section, sizeof(section));
	end = (end + 3) / 4 * 4;
	notes.p_offset = end;
	notes.p_filesz = sizeof(note) + 12 + builder->note_size;
	memcpy(image + header.e_phoff + builder->count * sizeof(notes), &notes, sizeof(notes));
	memcpy(image + end, &note, sizeof(note));
	memcpy(image + end + sizeof(note), "VMCOREINFO", 11);
	if (builder->note_size)
		memcpy(image + end + sizeof(note) + 12, builder->note, builder->note_size);
	end += notes.p_filesz;

	return end;
}

static size_t build_rawdump(const struct builder *builder, u8 *image, size_t room)
{
	struct rawdump_header header = {
		.magic = "Raw_Dmp", .version = RAWDUMP_VERSION, .valid = RAWDUMP_COMPLETE,
		.count = builder->count,
	};
	unsigned int i;

	header.magic[7] = '!';
	memset(image, 0, room);
	memcpy(image, &header, sizeof(header));
	for (i = 0; i < builder->count; i++) {
		const struct part *part = &builder->parts[i];
		struct rawdump_section section = {
			.valid = 1, .version = RAWDUMP_VERSION, .type = 1,
			.offset = part->offset, .size = part->size, .paddr = BASE_ADDRESS,
		};

		snprintf(section.name, sizeof(section.name), "md_%.11s.BIN", part->name);
		memcpy(image + sizeof(header) + i * sizeof(section), &section, sizeof(section));
	}

	return sizeof(header) + builder->count * sizeof(struct rawdump_section);
}

enum { PATCHES = 8 };

/*
 * A dump by its description: regions, gaps, zones and bytes, one after the other,
 * the note of the kernel, and what to change in the header that is made of them.
 */
static void build_dump(struct builder *builder, bool is_rawdump)
{
	struct { u16 offset; u64 value; u8 size; } patches[PATCHES];
	static u8 image[HEADER_ROOM];
	struct input *input = builder->input;
	unsigned int patched = 0, i;
	size_t size;

	builder->pos = HEADER_ROOM;
	while (input->left) {
		switch (take(input) % 8) {
		case 0:
			start_part(builder);
			break;
		case 1:
			builder->pos += take_number(input);
			break;
		case 2:
			put_zones(builder);
			break;
		case 3:
			size = take(input);
			builder->note_size = size > input->left ? input->left : size;
			builder->note = input->data;
			input->data += builder->note_size;
			input->left -= builder->note_size;
			break;
		case 4:
			size = take(input);
			size = size > input->left ? input->left : size;
			put(builder, builder->pos, input->data, size);
			builder->pos += size;
			input->data += size;
			input->left -= size;
			break;
		case 5:
			end_part(builder, take_number(input));
			break;
		case 6:
			if (builder->count)
				end_part(builder, builder->pos -
					 builder->parts[builder->count - 1].offset);
			break;
		case 7:
			if (patched == PATCHES)
				break;
			patches[patched].offset = (take(input) << 8 | take(input)) % HEADER_ROOM;
			patches[patched].size = 1 << take(input) % 4;
			patches[patched++].value = take_number(input);
			break;
		}
	}
	if (builder->directory >= 0) {
		if (builder->fd >= 0)
			close(builder->fd);
		builder->fd = openat(builder->directory, "md_KELF_HEADER.BIN",
				     O_RDWR | O_CREAT | O_TRUNC, 0600);
	}
	size = is_rawdump ? build_rawdump(builder, image, sizeof(image)) :
			    build_elf(builder, image, sizeof(image));
	for (i = 0; i < patched; i++)
		if (patches[i].offset + patches[i].size <= sizeof(image))
			memcpy(image + patches[i].offset, &patches[i].value, patches[i].size);
	put(builder, 0, image, size);
	if (builder->directory < 0 && builder->pos < 1ULL << 62 && builder->pos > HEADER_ROOM &&
	    ftruncate(builder->fd, builder->pos))
		return;
}

/* A file system in memory, so that files have holes, and of any size */
static char directory_path[] = "/dev/shm/fuzz-reader-XXXXXX";

static void empty_directory(int fd)
{
	DIR *directory = fdopendir(dup(fd));
	struct dirent *entry;

	rewinddir(directory);
	while ((entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			unlinkat(fd, entry->d_name, 0);
	closedir(directory);
}

/* However this process ends: a child of it waits for that. */
static void remove_directory_later(int fd)
{
	int ends[2];
	char c;

	if (pipe(ends))
		abort();
	if (fork()) {
		close(ends[0]);
		return;
	}
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	close(ends[1]);
	while (read(ends[0], &c, 1) > 0)
		;
	empty_directory(fd);
	rmdir(directory_path);
	_exit(0);
}

static void run(struct dump *dump, unsigned int command)
{
	struct visitor visitor = { .record = write_record, .problem = take_problem };
	size_t i;

	switch (command % 8) {
	case 0:
		cmd_check(dump, NULL, false);
		break;
	case 1:
		cmd_summary(dump, NULL, false);
		break;
	case 2:
		assemble_dump(dump, nowhere);
		break;
	case 3:
		cmd_list(dump, NULL, false);
		break;
	case 4:
		cmd_log(dump, NULL, false);
		break;
	case 5:
		cmd_json(dump, false);
		break;
	case 6:
		cmd_cat(dump, "ftrace-ramoops-0", false);
		break;
	default:
		for (i = 0; i < dump->count; i++)
			region_visit(dump, &dump->regions[i], &visitor);
	}
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);

	return now.tv_sec + now.tv_nsec / 1e9;
}

static void read_symbols(const char *path)
{
	struct symbols *symbols = symbols_open(path);
	char text[SYMBOL_TEXT_SIZE];
	u64 bit;

	for (bit = 1; symbols && bit; bit <<= 1) {
		symbol_is_entry(symbols, bit - 1);
		symbol_text(symbols, bit - 1, bit, true, text);
	}
	symbols_close(symbols);
}

/* Of what seeds.py has in zones of ftrace */
static const struct symbols *make_symbols(void)
{
	static const char map[] = "8000000000000000 T entry\n8000000000000100 T _etext\n";
	int fd = memfd_create("symbols", 0);
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write(fd, map, strlen(map)) < 0)
		abort();

	return symbols_open(path);
}

/*
 * The first byte: what there is to read, and which options; the second one: a command, and
 * whether it is one of a few large inputs, which take as long as hundreds of others.
 */
enum { IMAGE, MEMORY, ELF, RAWDUMP, DIRECTORY, PLAIN, SYMBOLS, KINDS };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	unsigned int first = take(&input), kind = first % 8 % KINDS, command = take(&input), i;
	struct geometry geometry = { 0, SIZE_NOT_GIVEN, { 256, 256, 128, 256 }, 2 };
	struct builder builder = { .input = &input, .directory = -1, .fd = -1 };
	static const struct symbols *symbols;
	static int fd, directory;
	static char path[32];
	struct dump dump;
	double start;

	if (!path[0]) {
		fd = memfd_create("image", 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		nowhere = fopen("/dev/null", "w");
		if (fd < 0 || !nowhere || !freopen("/dev/null", "w", stdout) ||
		    !mkdtemp(directory_path))
			abort();
		directory = open(directory_path, O_RDONLY | O_DIRECTORY);
		remove_directory_later(directory);
		symbols = make_symbols();
		__sanitizer_install_malloc_and_free_hooks(fuzz_allocated, fuzz_freed);
	}
	builder.is_large = command >> 3 == 31;
	max_holes = builder.is_large ? 256 << 10 : 8 << 10;
	builder.fd = fd;
	if (ftruncate(fd, 0))
		abort();
	if (kind == PLAIN) {
		geometry.cpus = take(&input);
		geometry.offset = take_number(&input);
		geometry.mem_size = take_number(&input);
		for (i = 0; i < 4; i++)
			geometry.sizes[i] = take_number(&input);
	}
	if (kind == DIRECTORY) {
		empty_directory(directory);
		builder.directory = directory;
		builder.fd = -1;
	}
	if (kind == IMAGE || kind == MEMORY || kind == SYMBOLS)
		put(&builder, 0, input.data, input.left);
	else
		build_dump(&builder, kind == RAWDUMP);
	if (kind == DIRECTORY && builder.fd >= 0)
		close(builder.fd);

	in_use = 0;
	is_counting = true;
	start = seconds();
	if (kind == SYMBOLS) {
		read_symbols(path);
	} else if (!dump_open(&dump, kind == DIRECTORY ? directory_path : path,
		       kind == MEMORY || kind == PLAIN ? &geometry : NULL)) {
		dump.path = path;
		dump.symbols = first & 32 ? symbols : NULL;
		dump.kaslr_offset = 64;
		dump.salvage = first & 64;
		dump.ecc = first & 128 ? 16 : layout_detect_ecc(&dump);
		layout_number(&dump);
		run(&dump, command);
		dump_close(&dump);
	}
	is_counting = false;
	if (seconds() - start > MAX_SECONDS) {
		fprintf(messages, "ERROR: %f seconds, %d are allowed\n", seconds() - start,
			MAX_SECONDS);
		abort();
	}
	return 0;
}
