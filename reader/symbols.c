// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names of functions as kallsyms knows them: see scripts/kallsyms.c for what is
 * a symbol and which of several at one address comes first, scripts/mksysmap
 * for what is none, and kernel/kallsyms.c for the text.
 */
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

#define MAX_NAME 512

struct symbol {
	u64 address;
	char *name;
	bool weak;
};

struct symbols {
	struct symbol *list;
	size_t count;
	size_t room;
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

static bool add(struct symbols *symbols, u64 address, const char *name, bool weak)
{
	struct symbol *symbol;

	if (is_ignored(name))
		return true;
	if (symbols->count == symbols->room) {
		size_t room = symbols->room ? 2 * symbols->room : 65536;
		struct symbol *list = realloc(symbols->list, room * sizeof(*list));

		if (!list)
			return false;
		symbols->list = list;
		symbols->room = room;
	}

	symbol = &symbols->list[symbols->count];
	*symbol = (struct symbol){ address, strndup(name, MAX_NAME - 1), weak };
	if (!symbol->name)
		return false;
	symbols->count++;

	return true;
}

static bool is_section_mark(const char *name)
{
	return starts_with(name, "__start_") || starts_with(name, "__stop_") ||
	       starts_with(name, "__end_");
}

static int compare(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;
	int n;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	n = x->weak - y->weak;
	if (!n)
		n = is_section_mark(x->name) - is_section_mark(y->name);
	if (!n)
		n = (int)strspn(x->name, "_") - (int)strspn(y->name, "_");

	return n ?: strcmp(x->name, y->name);
}

/* 0, or -1 with errno */
static int read_map(struct symbols *symbols, FILE *file)
{
	char *line = NULL, *name, *end;
	size_t room = 0;
	ssize_t length;
	int ret = 0;

	while (!ret && (length = getline(&line, &room, file)) > 0) {
		u64 address = strtoull(line, &end, 16);

		if (line[length - 1] == '\n')
			line[length - 1] = '\0';
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
	free(line);

	return ret;
}

static int read_table(struct symbols *symbols, Elf *elf, Elf_Scn *section, size_t strings)
{
	Elf_Data *data = elf_getdata(section, NULL);
	const char *name;
	GElf_Shdr header;
	GElf_Sym symbol;
	int i;

	for (i = 1; data && gelf_getsym(data, i, &symbol); i++) {
		unsigned int type = GELF_ST_TYPE(symbol.st_info);

		name = elf_strptr(elf, strings, symbol.st_name);
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
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB)
			return read_table(symbols, elf, section, header.sh_link);

	return 0;
}

struct symbols *symbols_open(const char *path)
{
	struct symbols *symbols = calloc(1, sizeof(*symbols));
	FILE *file = fopen(path, "r");
	Elf *elf = NULL;
	int ret = -1;

	if (symbols && file) {
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
		qsort(symbols->list, symbols->count, sizeof(*symbols->list), compare);
		return symbols;
	}
	symbols_close(symbols);

	return NULL;
}

void symbols_close(struct symbols *symbols)
{
	size_t i;

	for (i = 0; symbols && i < symbols->count; i++)
		free(symbols->list[i].name);
	if (symbols)
		free(symbols->list);
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
	if (!low || low == symbols->count)
		return NULL;
	for (low--; low && symbols->list[low - 1].address == symbols->list[low].address;)
		low--;

	return &symbols->list[low];
}

void symbol_text(const struct symbols *symbols, u64 address, u64 shown, bool with_offset,
		 char text[SYMBOL_TEXT_SIZE])
{
	const struct symbol *symbol = symbols ? find(symbols, address) : NULL, *next = symbol;

	if (!symbol) {
		snprintf(text, SYMBOL_TEXT_SIZE, "0x%llx", shown);
		return;
	}
	while (next->address == symbol->address)
		next++;
	if (with_offset)
		snprintf(text, SYMBOL_TEXT_SIZE, "%s+0x%llx/0x%llx", symbol->name,
			 address - symbol->address, next->address - symbol->address);
	else
		snprintf(text, SYMBOL_TEXT_SIZE, "%s", symbol->name);
}
