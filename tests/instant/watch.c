// SPDX-License-Identifier: GPL-2.0-only
/*
 * A QEMU plugin: before each instruction of the guest's kernel it compares the memory that firmware
 * would read now with what it was before the one before. Where it differs, the guest stands still
 * until whoever reads the events has judged the RAM and answered.
 *
 * It is the memory that is compared, not stores that are watched, so it makes no difference how
 * it was written, and memory that was given to another use counts as changed, too.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../firmware/fwsim.h"
#include "../firmware/layout.h"
#include "../firmware/ram.h"
#include "qemu.h"

/* Where tests/guest/steps tells what it does: a number that changes, and a line of text */
#define MARK_ADDRESS	(SMEM_BASE + 0x3000)
#define MARK_SIZE	4096
#define KERNEL		(1ULL << 63)

struct part {
	const uint8_t *now;
	size_t size;
	uint8_t was[0x10000];
};

static const uint8_t *memory;
static struct ram ram;
static FILE *events, *answers;
static uint64_t instructions;
static uint32_t mark;
static struct part toc, table, header;
static size_t apss;	/* offset of its entry in the toc */

static const uint8_t *at(uint64_t address, uint64_t size)
{
	return ram_has(&ram, address, size) ? memory + (address - RAM_BASE) : NULL;
}

static void set(struct part *part, uint64_t address, uint64_t size)
{
	part->size = size <= sizeof(part->was) ? size : sizeof(part->was);
	part->now = at(address, part->size);
	if (!part->now)
		part->size = 0;
	else
		memcpy(part->was, part->now, part->size);
}

static bool differs(const struct part *part)
{
	return part->size && memcmp(part->now, part->was, part->size);
}

/* Follows the pointers as firmware does; bad ones are for others to complain of. */
static void look(void)
{
	const struct subsystem *entry = (const void *)(toc.now + apss);
	const struct region *first;

	memcpy(toc.was, toc.now, toc.size);
	table.size = header.size = 0;
	if (from32(entry->enabled) != ENBL)
		return;
	set(&table, from64(entry->regions_baseptr),
	    (uint64_t)from32(entry->region_count) * sizeof(*first));
	if (table.size < sizeof(*first))
		return;
	first = (const void *)table.was;
	set(&header, from64(first->address), from64(first->size));
}

/* FNV-1a: tells states apart, which nobody has an interest in making alike. */
static uint64_t hash(uint64_t value, const struct part *part)
{
	for (size_t i = 0; i < part->size; i++)
		value = (value ^ part->was[i]) * 0x100000001b3;
	return value;
}

static void event(const char *what, uint64_t pc, const char *text)
{
	uint64_t state = hash(hash(hash(0xcbf29ce484222325, &toc), &table), &header);

	fprintf(events, "%s %" PRIu64 " %" PRIx64 " %" PRIx64 " %s\n", what, instructions, pc,
		state, text);
	fflush(events);
	/* Nobody there any more: the guest must not go on unwatched. */
	if (fgetc(answers) == EOF)
		_exit(3);
}

static void before_instruction(unsigned int cpu, void *pc)
{
	const uint8_t *number = at(MARK_ADDRESS, MARK_SIZE);
	char text[MARK_SIZE];
	uint32_t now = get_le(number, sizeof(mark));

	(void)cpu;
	instructions++;
	if (differs(&toc) || differs(&table) || differs(&header)) {
		bool others = memcmp(toc.now, toc.was, apss) ||
			      memcmp(toc.now + apss + sizeof(struct subsystem),
				     toc.was + apss + sizeof(struct subsystem),
				     toc.size - apss - sizeof(struct subsystem));

		look();
		event(others ? "others" : "change", (uintptr_t)pc, "");
	}
	if (now != mark) {
		mark = now;
		memcpy(text, number + sizeof(mark), sizeof(text) - sizeof(mark));
		text[sizeof(text) - sizeof(mark) - 1] = '\0';
		text[strcspn(text, "\n")] = '\0';
		event("mark", (uintptr_t)pc, text);
	}
}

/* User space has no way to this memory but through the kernel. */
static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t pc = qemu_plugin_insn_vaddr(insn);

		if (pc & KERNEL)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, before_instruction, 0,
							       (void *)(uintptr_t)pc);
	}
}

/* ram=FILE, and two pipes: events=FILE,answers=FILE */
EXPORTED int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
	const char *given[3] = { };
	static const char * const names[3] = { "ram=", "events=", "answers=" };
	struct toc_info found;
	const char *why;

	(void)info;
	for (int i = 0; i < argc; i++)
		for (int j = 0; j < 3; j++)
			if (!strncmp(argv[i], names[j], strlen(names[j])))
				given[j] = argv[i] + strlen(names[j]);
	if (!given[0] || !given[1] || !given[2])
		return complain("watch: wants ram=, events= and answers=");

	if (ram_open(&ram, given[0], false))
		return -1;
	memory = mmap(NULL, ram.size, PROT_READ, MAP_SHARED, ram.fd, 0);
	if (memory == MAP_FAILED)
		return complain("watch: %s: cannot be mapped", given[0]);
	why = find_toc(&ram, &found);
	if (why)
		return complain("watch: %s: %s", given[0], why);
	ram_close(&ram);

	apss = subsystem_address(&found, SUBSYSTEM_APSS) - found.address;
	set(&toc, found.address, subsystem_address(&found, found.subsystems) - found.address);
	mark = get_le(at(MARK_ADDRESS, MARK_SIZE), sizeof(mark));

	events = fopen(given[1], "w");
	answers = events ? fopen(given[2], "r") : NULL;
	if (!answers)
		return complain("watch: %s, %s: cannot be opened", given[1], given[2]);

	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	return 0;
}
