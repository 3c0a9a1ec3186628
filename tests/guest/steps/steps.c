// SPDX-License-Identifier: GPL-2.0-only
/*
 * One step at a time: what is written to a parameter of this module registers or unregisters a
 * region of that name, binds or unbinds the device of that name: a platform device, or a client's
 * auxiliary device. Its driver is called alike, or is named behind it. A region LAST_* goes behind
 * those of other names. note sets a note with that text, or with none removes it. fail is that of
 * fail.h.
 *
 * MUTANT is a copy of the core's driver, with mistakes, that takes its place.
 */

#include <linux/device.h>
#include <linux/device/driver.h>
#include <linux/elf.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/string.h>

#include "fail.h"
#include "minidump.h"

#ifdef MUTANT
#include MUTANT
#define MINIDUMP_DRIVER "mutant"
#else
#define MINIDUMP_DRIVER "qcom-minidump"
#endif

#define REGION_SIZE 16
#define SLOTS (PAGE_SIZE / REGION_SIZE)
/* Unused in the SMEM of fwsim; tests/instant/watch.c reads it. */
#define MARK_ADDRESS 0x4fe03000

static struct {
	char name[QCOM_MINIDUMP_NAME_MAX + 1];
	int cookie;
} slots[SLOTS];
static struct {
	struct elf64_note nhdr;
	char owner[12];
	char text[16];
} note = {
	.nhdr.n_namesz = sizeof("VMCOREINFO"),
	.nhdr.n_descsz = sizeof(note.text),
	.owner = "VMCOREINFO",
};

static void *memory;
static void *mark;

static unsigned int find_slot(const char *name)
{
	unsigned int i = 0;

	while (i < SLOTS && strcmp(slots[i].name, name))
		i++;

	return i;
}

static int add(const char *text, const struct kernel_param *kp)
{
	struct qcom_minidump_region region = { .size = REGION_SIZE };
	unsigned int slot = find_slot("");
	char name[32];
	int ret;

	if (slot == SLOTS || strscpy(name, text) < 0)
		return -E2BIG;
	if (!use_minidump())
		return -ENODEV;
	strscpy(region.name, strim(name));
	region.address = virt_to_phys(memory) + slot * REGION_SIZE;
	region.last = strstarts(region.name, "LAST_");
	if (region.last)
		region.vaddr = (unsigned long)memory + slot * REGION_SIZE;

	begin_step();
	ret = qcom_minidump_register(used, &region);
	end_step();
	if (ret < 0)
		return ret;

	strscpy(slots[slot].name, region.name);
	slots[slot].cookie = ret;

	return 0;
}

static int drop(const char *text, const struct kernel_param *kp)
{
	unsigned int slot;
	char name[32];

	if (strscpy(name, text) < 0)
		return -E2BIG;
	slot = find_slot(strim(name));
	if (!name[0] || slot == SLOTS)
		return -ENOENT;

	begin_step();
	qcom_minidump_unregister(used, slots[slot].cookie);
	end_step();
	slots[slot].name[0] = '\0';

	return 0;
}

static int set_note(const char *text, const struct kernel_param *kp)
{
	int ret;

	if (strscpy_pad(note.text, text) < 0)
		return -E2BIG;
	if (!use_minidump())
		return -ENODEV;
	strim(note.text);

	begin_step();
	if (note.text[0])
		ret = qcom_minidump_set_note(used, &note, sizeof(note));
	else
		ret = qcom_minidump_set_note(used, NULL, 0);
	end_step();

	return ret;
}

static void taken_back(void)
{
	for (unsigned int i = 0; i < SLOTS; i++) {
		if (slots[i].name[0])
			qcom_minidump_unregister(used, slots[i].cookie);
		slots[i].name[0] = '\0';
	}
}

static struct device *find_device(const char *name)
{
	struct device *dev = bus_find_device_by_name(&platform_bus_type, NULL, name);
	struct device *parent;

	if (dev)
		return dev;

	parent = bus_find_device_by_name(&platform_bus_type, NULL, "qcom-minidump");
	if (parent)
		dev = device_find_child_by_name(parent, name);
	put_device(parent);

	return dev;
}

static int step_device(const char *text, bool bind)
{
	char name[32], driver_name[32];
	struct device_driver *driver;
	struct device *dev;
	int ret = 0;

	switch (sscanf(text, "%31s %31s", name, driver_name)) {
	case 0:
		return -EINVAL;
	case 1:
		strscpy(driver_name, strcmp(name, "qcom-minidump") ? name : MINIDUMP_DRIVER);
	}
	dev = find_device(name);
	driver = dev ? driver_find(driver_name, dev->bus) : NULL;
	if (!driver) {
		put_device(dev);
		return -ENODEV;
	}

	begin_step();
	if (bind)
		ret = device_driver_attach(driver, dev);
	else
		device_release_driver(dev);
	end_step();
	put_device(dev);

	return ret;
}

static int bind(const char *text, const struct kernel_param *kp)
{
	return step_device(text, true);
}

static int unbind(const char *text, const struct kernel_param *kp)
{
	return step_device(text, false);
}

/* The number last: whoever sees it change finds the text complete. */
static int tell(const char *text, const struct kernel_param *kp)
{
	u32 *number = mark;

	strscpy(mark + sizeof(*number), text, PAGE_SIZE - sizeof(*number));
	wmb(); /* see above */
	WRITE_ONCE(*number, *number + 1);

	return 0;
}

static const struct kernel_param_ops add_ops = { .set = add };
static const struct kernel_param_ops drop_ops = { .set = drop };
static const struct kernel_param_ops note_ops = { .set = set_note };
static const struct kernel_param_ops bind_ops = { .set = bind };
static const struct kernel_param_ops unbind_ops = { .set = unbind };
static const struct kernel_param_ops tell_ops = { .set = tell };
module_param_cb(add, &add_ops, NULL, 0200);
module_param_cb(drop, &drop_ops, NULL, 0200);
module_param_cb(note, &note_ops, NULL, 0200);
module_param_cb(bind, &bind_ops, NULL, 0200);
module_param_cb(unbind, &unbind_ops, NULL, 0200);
module_param_cb(tell, &tell_ops, NULL, 0200);

static int __init steps_init(void)
{
	int ret;

	memory = (void *)__get_free_page(GFP_KERNEL);
	mark = memremap(MARK_ADDRESS, PAGE_SIZE, MEMREMAP_WC);
#ifdef MUTANT
	platform_driver_register(&minidump_driver);
#endif
	ret = memory && mark ? start_failing() : -ENOMEM;
	if (!ret)
		return 0;

	free_page((unsigned long)memory);
	if (mark)
		memunmap(mark);

	return ret;
}
module_init(steps_init);

static void __exit steps_exit(void)
{
	stop_failing();
	taken_back();
	leave_minidump();
	free_page((unsigned long)memory);
	memunmap(mark);
}
module_exit(steps_exit);

MODULE_DESCRIPTION("Steps of a test of the Qualcomm minidump");
/* MODULE_IMPORT_NS() takes no string before 6.13. */
MODULE_INFO(import_ns, "QCOM_MINIDUMP");
MODULE_LICENSE("GPL");
