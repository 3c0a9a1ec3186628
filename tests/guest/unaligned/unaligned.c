// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a word that is not aligned from Device memory, which the architecture forbids: whether the
 * emulator notices.
 */

#include <linux/io.h>
#include <linux/module.h>

static ulong address;
module_param(address, ulong, 0444);

static int __init unaligned_init(void)
{
	void __iomem *memory = ioremap(address, PAGE_SIZE);

	if (!memory)
		return -ENOMEM;
	pr_info("read 0x%x\n", __raw_readl(memory + 2));
	iounmap(memory);

	return 0;
}
module_init(unaligned_init);

MODULE_DESCRIPTION("Unaligned access to Device memory");
MODULE_LICENSE("GPL");
