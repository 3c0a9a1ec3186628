// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names of functions as kallsyms knows them: see scripts/kallsyms.c for what is
 * a symbol and which of several at one address comes first, scripts/mksysmap
 * for what is none, and kernel/kallsyms.c for the text.
 */
#include <endian.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "symbols.h"
#include "util.h"

/* Instructions that come before the call of the tracer */
#define MAX_PROLOGUE	32

#define MAX_NAME 512

/*
 * Bytes that a stranger's vmlinux, or our list of what is in it, may need. A
 * kernel has some 200,000 functions. libelf needs the table twice if its byte
 * order is not the host's.
 */
#define MAX_TABLE	(12 << 20)
#define MAX_STRINGS	(16 << 20)
#define MAX_LIST	(6 << 20)
#define MAX_NAMES	(10 << 20)
#define STEP		(1 << 20)
#define MAX_SECTIONS	4096

/**
 * struct symbol - a function
 * @address: where it begins
 * @name: where its name begins in @names of struct symbols
 * @weak: other symbols of the same address are better
 */
struct symbol {
	u64 address;
	u32 name;
	bool weak;
};

/**
 * struct symbols - those of a kernel
 * @list: sorted by address, with one for each
 * @list_room: bytes that there is memory for in @list
 * @count: number of @list
 * @names: all names, each with its NUL
 * @names_room: bytes that there is memory for in @names
 * @names_size: bytes of @names
 */
struct symbols {
	struct symbol *list;
	size_t list_room;
	size_t count;
	char *names;
	size_t names_room;
	size_t names_size;
};

static bool starts_with(const char *name, const char *start)
{
	return !strncmp(name, start, strlen(start));
}

/* The kernel's code ends there, whatever section that is taken for. */
static bool is_end(const char *name)
{
	return !strcmp(name, "_etext") || !strcmp(name, "_einittext");
}

/* What nm lists, but System.map leaves out */
static bool is_ignored(const char *name)
{
	if (starts_with(name, "__pi_"))
		name += strlen("__pi_");
	else if (starts_with(name, "__kvm_nvhe_"))
		name += strlen("__kvm_nvhe_");

	return !*name || *name == '$' || starts_with(name, ".L");
}

/* @buffer with room for @needed bytes, no more than STEP of them new; NULL with errno if not */
static void *grow(void *buffer, size_t *room, size_t needed, size_t max)
{
	void *larger;

	if (needed <= *room)
		return buffer;
	if (needed > max) {
		errno = EFBIG;
		return NULL;
	}
	larger = realloc(buffer, *room + STEP);
	if (larger)
		*room += STEP;

	return larger;
}

static bool add(struct symbols *symbols, u64 address, const char *name, bool weak)
{
	size_t length = strnlen(name, MAX_NAME - 1);
	struct symbol *list;
	char *names;

	if (is_ignored(name))
		return true;
	list = grow(symbols->list, &symbols->list_room, (symbols->count + 1) * sizeof(*list),
		    MAX_LIST);
	if (!list)
		return false;
	symbols->list = list;
	names = grow(symbols->names, &symbols->names_room, symbols->names_size + length + 1,
		     MAX_NAMES);
	if (!names)
		return false;
	symbols->names = names;

	list[symbols->count++] = (struct symbol){ address, symbols->names_size, weak };
	memcpy(names + symbols->names_size, name, length);
	symbols->names_size += length;
	names[symbols->names_size++] = '\0';

	return true;
}

static bool is_section_mark(const char *name)
{
	return starts_with(name, "__start_") || starts_with(name, "__stop_") ||
	       starts_with(name, "__end_");
}

static int compare(const void *a, const void *b, void *names)
{
	const struct symbol *x = a, *y = b;
	const char *x_name = (char *)names + x->name, *y_name = (char *)names + y->name;
	int n;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	n = x->weak - y->weak;
	if (!n)
		n = is_section_mark(x_name) - is_section_mark(y_name);
	if (!n)
		n = (int)strspn(x_name, "_") - (int)strspn(y_name, "_");

	return n ?: strcmp(x_name, y_name);
}

/* Of several symbols of an address, the first one counts. */
static void sort(struct symbols *symbols)
{
	struct symbol *list = symbols->list;
	size_t count = 0, i;

	qsort_r(list, symbols->count, sizeof(*list), compare, symbols->names);
	for (i = 0; i < symbols->count; i++)
		if (!count || list[i].address != list[count - 1].address)
			list[count++] = list[i];
	symbols->count = count;
}

/* 0, or -1 with errno */
static int read_map(struct symbols *symbols, FILE *file)
{
	char line[MAX_NAME + 64], *name, *end;
	int ret = 0;

	while (!ret && fgets(line, sizeof(line), file)) {
		u64 address = strtoull(line, &end, 16);

		line[strcspn(line, "\n")] = '\0';
		if (end == line || end[0] != ' ' || !end[1] || end[2] != ' ') {
			errno = EBADMSG;
			ret = -1;
			break;
		}
		name = end + 3;
		if ((strchr("tTwW", end[1]) || is_end(name)) &&
		    !add(symbols, address, name, strchr("wW", end[1])))
			ret = -1;
	}
	if (ferror(file))
		ret = -1;

	return ret;
}

/* elf_strptr() looks for the end of the last string each time, which takes time if it has none. */
static const char *get_name(const Elf_Data *strings, u64 offset)
{
	const char *name;

	if (!strings || !strings->d_buf || offset >= strings->d_size)
		return NULL;
	name = (const char *)strings->d_buf + offset;

	return memchr(name, '\0', min_t(u64, strings->d_size - offset, MAX_NAME)) ? name : NULL;
}

static int read_table(struct symbols *symbols, Elf *elf, Elf_Scn *section, size_t link)
{
	Elf_Data *data = elf_getdata(section, NULL);
	Elf_Data *strings = elf_getdata(elf_getscn(elf, link), NULL);
	const char *name;
	GElf_Shdr header;
	GElf_Sym symbol;
	int i;

	for (i = 1; data && gelf_getsym(data, i, &symbol); i++) {
		unsigned int type = GELF_ST_TYPE(symbol.st_info);

		name = get_name(strings, symbol.st_name);
		if (!name || type == STT_FILE || type == STT_SECTION)
			continue;
		if (!is_end(name) &&
		    (!gelf_getshdr(elf_getscn(elf, symbol.st_shndx), &header) ||
		     !(header.sh_flags & SHF_EXECINSTR)))
			continue;
		if (!add(symbols, symbol.st_value, name,
			 GELF_ST_BIND(symbol.st_info) == STB_WEAK))
			return -1;
	}

	return 0;
}

static int read_elf(struct symbols *symbols, Elf *elf)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header, strings;

	while ((section = elf_nextscn(elf, section))) {
		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB)
			continue;
		if (!gelf_getshdr(elf_getscn(elf, header.sh_link), &strings))
			return 0;
		if (header.sh_size > MAX_TABLE || strings.sh_size > MAX_STRINGS) {
			errno = EFBIG;
			return -1;
		}
		return read_table(symbols, elf, section, header.sh_link);
	}

	return 0;
}

/*
 * libelf needs memory for each section, of which a kernel has some dozens. If
 * there are more than 65279, e_shnum is 0, and the number is elsewhere.
 */
static bool has_too_many_sections(FILE *file)
{
	union {
		Elf32_Ehdr elf32;
		Elf64_Ehdr elf64;
	} header;
	u16 sections;

	if (fread(&header, sizeof(header), 1, file) != 1 ||
	    memcmp(header.elf32.e_ident, ELFMAG, SELFMAG))
		return false;

	sections = header.elf32.e_ident[EI_CLASS] == ELFCLASS32 ? header.elf32.e_shnum :
		   header.elf64.e_shnum;
	sections = header.elf32.e_ident[EI_DATA] == ELFDATA2MSB ? be16toh(sections) :
		   le16toh(sections);

	return !sections || sections > MAX_SECTIONS;
}

struct symbols *symbols_open(const char *path)
{
	struct symbols *symbols = calloc(1, sizeof(*symbols));
	FILE *file = fopen(path, "r");
	Elf *elf = NULL;
	int ret = -1;

	if (symbols && file && has_too_many_sections(file)) {
		errno = EFBIG;
	} else if (symbols && file) {
		elf_version(EV_CURRENT);
		elf = elf_begin(fileno(file), ELF_C_READ, NULL);
		if (elf && elf_kind(elf) == ELF_K_ELF)
			ret = read_elf(symbols, elf);
		else
			ret = fseek(file, 0, SEEK_SET) ?: read_map(symbols, file);
		elf_end(elf);
	}
	if (ret)
		warn("cannot read symbols from %s", path);
	else if (!symbols->count)
		warnx("%s has no symbols: neither a System.map nor a vmlinux", path);
	if (file)
		fclose(file);
	if (!ret && symbols->count) {
		sort(symbols);
		return symbols;
	}
	symbols_close(symbols);

	return NULL;
}

void symbols_close(struct symbols *symbols)
{
	if (symbols) {
		free(symbols->list);
		free(symbols->names);
	}
	free(symbols);
}

/* The last symbol is the end of the code, and no function. */
static const struct symbol *find(const struct symbols *symbols, u64 address)
{
	size_t low = 0, high = symbols->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (symbols->list[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}

	return low && low < symbols->count ? &symbols->list[low - 1] : NULL;
}

bool symbol_is_entry(const struct symbols *symbols, u64 address)
{
	const struct symbol *symbol = find(symbols, address);

	return symbol && address - symbol->address < MAX_PROLOGUE;
}

void symbol_text(const struct symbols *symbols, u64 address, u64 shown, bool with_offset,
		 char text[SYMBOL_TEXT_SIZE])
{
	const struct symbol *symbol = symbols ? find(symbols, address) : NULL;
	const char *name;

	if (!symbol) {
		snprintf(text, SYMBOL_TEXT_SIZE, "0x%llx", shown);
		return;
	}
	name = symbols->names + symbol->name;
	if (with_offset)
		snprintf(text, SYMBOL_TEXT_SIZE, "%s+0x%llx/0x%llx", name,
			 address - symbol->address, symbol[1].address - symbol->address);
	else
		snprintf(text, SYMBOL_TEXT_SIZE, "%s", name);
}
