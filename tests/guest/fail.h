/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For a test's module: once fail is 1, the next step has one allocation fail that has not failed
 * before, and fail is 0 afterwards if there was one. Allocations are told apart by who calls for
 * them, and how often in the step: their number alone is another one where a cache or KASAN has
 * something left over. fail=0 forgets.
 */

#include <linux/array_size.h>
#include <linux/bug.h>
#include <linux/ftrace.h>
#include <linux/kallsyms.h>
#include <linux/moduleparam.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/string.h>

/* All that kernel code calls for memory */
static char allocators[] = "*alloc*_noprof";
static unsigned int fail;
static struct task_struct *step_task;
static struct {
	unsigned long address;
	unsigned int calls;
	unsigned int failed;
} callers[256];

static int set_fail(const char *text, const struct kernel_param *kp)
{
	int ret = param_set_uint(text, kp);

	if (!ret && !fail)
		memset(callers, 0, sizeof(callers));

	return ret;
}

static const struct kernel_param_ops fail_ops = {
	.set = set_fail,
	.get = param_get_uint,
};
module_param_cb(fail, &fail_ops, &fail, 0644);

static bool notrace may_fail(unsigned long caller)
{
	unsigned int i = 0;

	while (i < ARRAY_SIZE(callers) && callers[i].address && callers[i].address != caller)
		i++;
	if (WARN_ON_ONCE(i == ARRAY_SIZE(callers)))
		return false;

	callers[i].address = caller;
	if (++callers[i].calls <= callers[i].failed)
		return false;

	callers[i].failed++;
	return true;
}

static void notrace fail_allocation(unsigned long ip, unsigned long parent,
				    struct ftrace_ops *ops, struct ftrace_regs *regs)
{
	char caller[KSYM_SYMBOL_LEN];

	if (current != step_task || !in_task() || !fail)
		return;
	/* Without memory, kmemleak gives up for good. */
	sprint_symbol_no_offset(caller, parent);
	if (!strcmp(caller, "__alloc_object") || !may_fail(parent))
		return;

	fail = 0;
	pr_info("no memory for %s\n", caller);
	ftrace_regs_set_return_value(regs, 0);
	ftrace_override_function_with_return(regs);
}

static struct ftrace_ops allocator_ops = {
	.func = fail_allocation,
	.flags = FTRACE_OPS_FL_IPMODIFY,
};

static void begin_step(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(callers); i++)
		callers[i].calls = 0;
	WRITE_ONCE(step_task, current);
}

static void end_step(void)
{
	WRITE_ONCE(step_task, NULL);
}

static int start_failing(void)
{
	int ret;

	ret = ftrace_set_filter(&allocator_ops, allocators, strlen(allocators), 1);
	if (ret)
		return ret;

	ret = register_ftrace_function(&allocator_ops);
	if (ret)
		ftrace_free_filter(&allocator_ops);

	return ret;
}

static void stop_failing(void)
{
	unregister_ftrace_function(&allocator_ops);
	ftrace_free_filter(&allocator_ops);
}
