// SPDX-License-Identifier: GPL-2.0-only
/*
 * Crashes the kernel when it next calls the function at=, whatever lock it holds there: by a BUG
 * with bug=1, else by a panic.
 */

#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/ftrace.h>
#include <linux/module.h>
#include <linux/panic.h>
#include <linux/string.h>

static char *at;
module_param(at, charp, 0444);
static bool bug;
module_param(bug, bool, 0444);

static void notrace strike(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
			   struct ftrace_regs *regs)
{
	static unsigned long crashed;

	/* The way to the end may lead through it again. */
	if (test_and_set_bit(0, &crashed))
		return;

	BUG_ON(bug);
	panic("crash in %s", at);
}

static struct ftrace_ops crash_ops = { .func = strike };

static int __init crash_init(void)
{
	int ret;

	if (!at)
		return -EINVAL;
	ret = ftrace_set_filter(&crash_ops, at, strlen(at), 1);

	return ret ?: register_ftrace_function(&crash_ops);
}
module_init(crash_init);

MODULE_DESCRIPTION("Crash at a function");
MODULE_LICENSE("GPL");
