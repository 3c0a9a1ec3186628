// SPDX-License-Identifier: GPL-2.0-only
/*
 * A QEMU plugin that reports each store of the guest to a part of its RAM, one per line: the number
 * of instructions so far, the address of the instruction, the offset of the store in that part, its
 * size and the value there now. With answers, the guest stands still until it gets one.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../firmware/layout.h"
#include "../firmware/ram.h"
#include "qemu.h"

static const uint8_t *memory;
static uint64_t from, size, instructions;
static FILE *events, *answers;

static void execute(unsigned int cpu, void *count)
{
	(void)cpu;
	instructions += (uintptr_t)count;
}

/* Called after the access. */
static void access_memory(unsigned int cpu, qemu_plugin_meminfo_t info, uint64_t address, void *pc)
{
	struct qemu_plugin_hwaddr *where = qemu_plugin_get_hwaddr(info, address);
	unsigned int bytes = 1u << qemu_plugin_mem_size_shift(info);
	uint64_t offset;

	(void)cpu;
	/* QEMU 7.2 calls this for loads, too. */
	if (!qemu_plugin_mem_is_store(info) || !where || qemu_plugin_hwaddr_is_io(where))
		return;
	offset = qemu_plugin_hwaddr_phys_addr(where) - from;
	if (offset >= size)
		return;
	fprintf(events, "%" PRIu64 " %" PRIxPTR " %" PRIu64 " %u %" PRIx64 "\n", instructions,
		(uintptr_t)pc, offset, bytes,
		get_le(memory + (from - RAM_BASE) + offset, bytes < 8 ? bytes : 8));
	if (!answers)
		return;
	fflush(events);
	/* Nobody there any more: the guest must not go on unwatched. */
	if (fgetc(answers) == EOF)
		_exit(3);
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, execute, 0,
					     (void *)(uintptr_t)qemu_plugin_tb_n_insns(tb));
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		qemu_plugin_register_vcpu_mem_cb(insn, access_memory, 0, QEMU_PLUGIN_MEM_W,
						 (void *)(uintptr_t)
						 qemu_plugin_insn_vaddr(insn));
	}
}

static void finish(qemu_plugin_id_t id, void *unused)
{
	(void)id;
	(void)unused;
	fclose(events);
}

/* ram=FILE,from=ADDRESS,size=BYTES,events=FILE[,answers=FILE] */
EXPORTED int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
	const char *given[5] = { };
	static const char * const names[5] = { "ram=", "from=", "size=", "events=", "answers=" };
	struct ram ram;

	(void)info;
	for (int i = 0; i < argc; i++)
		for (int j = 0; j < 5; j++)
			if (!strncmp(argv[i], names[j], strlen(names[j])))
				given[j] = argv[i] + strlen(names[j]);
	if (!given[0] || !given[1] || !given[2] || !given[3])
		return complain("stores: wants ram=, from=, size= and events=");
	from = strtoull(given[1], NULL, 0);
	size = strtoull(given[2], NULL, 0);

	if (ram_open(&ram, given[0], false))
		return -1;
	if (!ram_has(&ram, from, size))
		return complain("stores: %s bytes at %s are not RAM", given[2], given[1]);
	memory = mmap(NULL, ram.size, PROT_READ, MAP_SHARED, ram.fd, 0);
	if (memory == MAP_FAILED)
		return complain("stores: %s: cannot be mapped", given[0]);
	ram_close(&ram);

	events = fopen(given[3], "w");
	answers = given[4] ? fopen(given[4], "r") : NULL;
	if (!events || (given[4] && !answers))
		return complain("stores: cannot open %s", events ? given[4] : given[3]);

	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
