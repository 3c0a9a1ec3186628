/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For a test's module: with fail=N the Nth allocation of the next step, by whichever function,
 * fails; afterwards fail is 0 if there was one.
 */

#include <linux/ftrace.h>
#include <linux/kallsyms.h>
#include <linux/moduleparam.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/string.h>

/* All that kernel code calls for memory */
static char allocators[] = "*alloc*_noprof";
/*
 * But kmemleak, which without memory gives up for good, and KASAN's stacks, as what has been seen
 * before needs no memory.
 */
static const char * const debugging[] = {
	"__alloc_object", "kmemleak_scan_area", "stack_depot_save_flags",
};
static unsigned int fail;
module_param(fail, uint, 0644);
static struct task_struct *step_task;

static void notrace fail_allocation(unsigned long ip, unsigned long parent,
				    struct ftrace_ops *ops, struct ftrace_regs *regs)
{
	char caller[KSYM_SYMBOL_LEN];

	if (current != step_task || !in_task() || !fail)
		return;
	sprint_symbol_no_offset(caller, parent);
	if (match_string(debugging, ARRAY_SIZE(debugging), caller) >= 0 || --fail)
		return;

	pr_info("no memory for %s\n", caller);
	ftrace_regs_set_return_value(regs, 0);
	ftrace_override_function_with_return(regs);
}

static struct ftrace_ops fail_ops = {
	.func = fail_allocation,
	.flags = FTRACE_OPS_FL_IPMODIFY,
};

static void begin_step(void)
{
	WRITE_ONCE(step_task, current);
}

static void end_step(void)
{
	WRITE_ONCE(step_task, NULL);
}

static int start_failing(void)
{
	int ret;

	ret = ftrace_set_filter(&fail_ops, allocators, strlen(allocators), 1);
	if (ret)
		return ret;

	ret = register_ftrace_function(&fail_ops);
	if (ret)
		ftrace_free_filter(&fail_ops);

	return ret;
}

static void stop_failing(void)
{
	unregister_ftrace_function(&fail_ops);
	ftrace_free_filter(&fail_ops);
}
