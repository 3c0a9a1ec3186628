// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers count regions while it is loaded, and with bench=1 prints what it takes to register one
 * more and to take it back. With last=1, every second one goes behind the others.
 */

#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/sort.h>
#include <linux/timekeeping.h>

#include "minidump.h"

#define REGION_SIZE 16
#define ROUNDS 301

static unsigned int count;
module_param(count, uint, 0444);
static bool last;
module_param(last, bool, 0444);
static bool bench;
module_param(bench, bool, 0444);

static void *memory;
static int cookies[QCOM_MINIDUMP_MAX_REGIONS];
static unsigned int registered;
static u64 took[2][ROUNDS];

static int register_one(unsigned int number)
{
	struct qcom_minidump_region region = {
		.address = virt_to_phys(memory) + number * REGION_SIZE,
		.size = REGION_SIZE,
		.last = last && number % 2,
	};

	snprintf(region.name, sizeof(region.name), "REGION_%u", number);

	return use_minidump() ? qcom_minidump_register(used, &region) : -ENODEV;
}

static void taken_back(void)
{
	while (registered)
		qcom_minidump_unregister(used, cookies[--registered]);
}

static void unregister_all(void)
{
	taken_back();
	leave_minidump();
	free_page((unsigned long)memory);
}

static int compare(const void *a, const void *b)
{
	return *(const u64 *)a < *(const u64 *)b ? -1 : *(const u64 *)a > *(const u64 *)b;
}

static int measure(void)
{
	for (unsigned int i = 0; i < ROUNDS; i++) {
		u64 start = ktime_get_ns();
		int cookie = register_one(registered);

		took[0][i] = ktime_get_ns() - start;
		if (cookie < 0)
			return cookie;

		start = ktime_get_ns();
		qcom_minidump_unregister(used, cookie);
		took[1][i] = ktime_get_ns() - start;
	}

	for (unsigned int i = 0; i < 2; i++)
		sort(took[i], ROUNDS, sizeof(u64), compare, NULL);
	pr_info("the median at %u of %d rounds: register %llu ns, unregister %llu ns\n",
		registered + 1, ROUNDS, took[0][ROUNDS / 2], took[1][ROUNDS / 2]);

	return 0;
}

static int __init regions_init(void)
{
	int ret = 0;

	memory = (void *)__get_free_page(GFP_KERNEL);
	if (!memory)
		return -ENOMEM;
	memset(memory, 0xa5, PAGE_SIZE);

	while (registered < min(count, QCOM_MINIDUMP_MAX_REGIONS)) {
		ret = register_one(registered);
		if (ret < 0)
			break;
		cookies[registered++] = ret;
	}
	if (ret >= 0 && bench)
		ret = measure();
	if (ret < 0)
		unregister_all();

	return min(ret, 0);
}
module_init(regions_init);

static void __exit regions_exit(void)
{
	unregister_all();
}
module_exit(regions_exit);

MODULE_DESCRIPTION("Test regions for the Qualcomm minidump");
/* MODULE_IMPORT_NS() takes no string before 6.13. */
MODULE_INFO(import_ns, "QCOM_MINIDUMP");
MODULE_LICENSE("GPL");
