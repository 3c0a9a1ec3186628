/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For a test's module: regions without a client's auxiliary device. use_minidump() is NULL while
 * the driver is not bound. Once it was called, the driver calls taken_back() before its table goes,
 * as a client would be unbound then.
 */

#include <linux/device.h>
#include <linux/platform_device.h>
#include <linux/soc/qcom/minidump.h>

static struct qcom_minidump *used;
static void taken_back(void);

static void driver_goes(void *unused)
{
	taken_back();
	used = NULL;
}

static struct qcom_minidump *use_minidump(void)
{
	struct device *dev = bus_find_device_by_name(&platform_bus_type, NULL, "qcom-minidump");

	if (dev && !used && dev_get_drvdata(dev) && !devm_add_action(dev, driver_goes, NULL))
		used = dev_get_drvdata(dev);
	put_device(dev);

	return used;
}

/* For the module's exit: all regions have been unregistered. */
static void leave_minidump(void)
{
	struct device *dev = bus_find_device_by_name(&platform_bus_type, NULL, "qcom-minidump");

	if (used)
		devm_remove_action(dev, driver_goes, NULL);
	put_device(dev);
}
