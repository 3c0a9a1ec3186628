// SPDX-License-Identifier: GPL-2.0-only
/*
 * A remote processor that consists of memory: where nothing else is said, the
 * last MiB of SMEM but for its last page, which no item uses. What it leaves
 * there when it crashes, and in its entry of the minidump's table, is written
 * by user space.
 */

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/remoteproc.h>
#include <linux/soc/qcom/smem.h>
#include <linux/string.h>

#include "fail.h"
#include "qcom_common.h"

#define MEMORY_SIZE	0xff000
#define TABLE		0x2000		/* in that memory */

#define MINIDUMP_ITEM	602
#define TOC_HEADER_SIZE	16
#define TOC_ENTRY_SIZE	32
#define SUBSYSTEM	5

static unsigned long base = 0x4ff00000;
module_param(base, ulong, 0444);

static struct platform_device *device;
static struct rproc *rproc;
static struct dentry *dir;
static struct debugfs_blob_wrapper memory = { .size = MEMORY_SIZE };
static struct debugfs_blob_wrapper entry = { .size = TOC_ENTRY_SIZE };
static u32 minidump_id = SUBSYSTEM;
static bool custom;
static u32 dumps;
static u32 percent;		/* of available memory in region 0; 100: of all */
static u64 full_size = 0x234;	/* of a segment of the full dump */

static void *test_da_to_va(struct rproc *rproc, u64 da, size_t len, bool *is_iomem)
{
	u64 offset = da - base;

	if (offset > MEMORY_SIZE || len > MEMORY_SIZE - offset)
		return NULL;

	*is_iomem = true;
	return memory.data + offset;
}

/* Tells its bytes from those of the default dump function. */
static void test_dump(struct rproc *rproc, struct rproc_dump_segment *segment, void *dest,
		      size_t offset, size_t size)
{
	bool is_iomem;
	void *va = test_da_to_va(rproc, segment->da + offset, size, &is_iomem);
	u8 *bytes = dest;

	if (!va) {
		memset(dest, 0xee, size);
		return;
	}
	memcpy_fromio(dest, (void __iomem *)va, size);
	for (size_t i = 0; i < size; i++)
		bytes[i] = ~bytes[i];
}

static void test_coredump(struct rproc *rproc)
{
	if (percent) {
		/* vmalloc() refuses more than all memory at once */
		u64 pages = percent == 100 ? totalram_pages() - 16 :
					     div_u64(si_mem_available() * percent, 100);
		__le64 size = cpu_to_le64(pages << PAGE_SHIFT);

		memcpy_toio((void __iomem *)memory.data + TABLE + 32, &size, sizeof(size));
		pr_info("test_rproc: %llu bytes\n", le64_to_cpu(size));
	}

	begin_step();
	qcom_minidump(rproc, minidump_id, custom ? test_dump : NULL);
	end_step();
	dumps++;
}

static int test_load(struct rproc *rproc, const struct firmware *fw)
{
	return 0;
}

/* What is in a full dump */
static int test_parse_fw(struct rproc *rproc, const struct firmware *fw)
{
	return rproc_coredump_add_segment(rproc, base, 0x100) ?:
	       rproc_coredump_add_segment(rproc, base + 0x1000, full_size);
}

static int test_nothing(struct rproc *rproc)
{
	return 0;
}

static const struct rproc_ops test_ops = {
	.start = test_nothing,
	.stop = test_nothing,
	.load = test_load,
	.parse_fw = test_parse_fw,
	.da_to_va = test_da_to_va,
	.coredump = test_coredump,
};

static int __init test_init(void)
{
	size_t size = 0;
	void *toc;
	int ret;

	toc = qcom_smem_get(QCOM_SMEM_HOST_ANY, MINIDUMP_ITEM, &size);
	if (IS_ERR(toc))
		pr_info("test_rproc: there is no table\n");
	else if (size >= TOC_HEADER_SIZE + (SUBSYSTEM + 1) * TOC_ENTRY_SIZE)
		entry.data = toc + TOC_HEADER_SIZE + SUBSYSTEM * TOC_ENTRY_SIZE;
	else
		pr_info("test_rproc: the table has %zu bytes\n", size);

	ret = start_failing();
	if (ret)
		return ret;

	memory.data = memremap(base, MEMORY_SIZE, MEMREMAP_WC);
	if (!memory.data) {
		ret = -ENOMEM;
		goto stop;
	}

	device = platform_device_register_simple("test_rproc", -1, NULL, 0);
	if (IS_ERR(device)) {
		ret = PTR_ERR(device);
		goto unmap;
	}

	rproc = rproc_alloc(&device->dev, "test", &test_ops, "test_rproc", 0);
	if (!rproc) {
		ret = -ENOMEM;
		goto unregister;
	}
	rproc->auto_boot = false;
	/* As qcom_q6v5_pas does */
	rproc_coredump_set_elf_info(rproc, ELFCLASS32, EM_NONE);
	ret = rproc_add(rproc);
	if (ret)
		goto free;

	dir = debugfs_create_dir("test_rproc", NULL);
	debugfs_create_blob("memory", 0600, dir, &memory);
	if (entry.data)
		debugfs_create_blob("entry", 0600, dir, &entry);
	debugfs_create_u32("minidump_id", 0600, dir, &minidump_id);
	debugfs_create_bool("custom", 0600, dir, &custom);
	debugfs_create_u32("percent", 0600, dir, &percent);
	debugfs_create_u64("full_size", 0600, dir, &full_size);
	debugfs_create_u32("dumps", 0400, dir, &dumps);

	return 0;

free:
	rproc_free(rproc);
unregister:
	platform_device_unregister(device);
unmap:
	memunmap(memory.data);
stop:
	stop_failing();
	return ret;
}
module_init(test_init);

static void __exit test_exit(void)
{
	debugfs_remove(dir);
	rproc_del(rproc);
	rproc_free(rproc);
	platform_device_unregister(device);
	memunmap(memory.data);
	stop_failing();
}
module_exit(test_exit);

MODULE_DESCRIPTION("Test of the minidump of Qualcomm remote processors");
MODULE_LICENSE("GPL");
