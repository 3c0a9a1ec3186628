// SPDX-License-Identifier: GPL-2.0-only
/* A QEMU plugin: the machine dies after so many instructions, between any two of its blocks. */
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "qemu.h"

static int64_t left;

static void execute(unsigned int cpu, void *instructions)
{
	(void)cpu;
	left -= (intptr_t)instructions;
	if (left < 0)
		kill(getpid(), SIGKILL);
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, execute, 0,
					     (void *)(intptr_t)qemu_plugin_tb_n_insns(tb));
}

/* after=NUMBER; all CPUs are emulated by one thread where there is -icount. */
EXPORTED int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "after=", 6))
		return -1;
	left = strtoll(argv[0] + 6, NULL, 10);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	return 0;
}
