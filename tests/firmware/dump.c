// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every region is copied out of RAM first and then written twice, as a file of
 * its own and as a section of the rawdump partition. The table may be hostile:
 * 300 entries and a partition of RAM_SIZE bound what it can ask for.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fwsim.h"
#include "layout.h"
#include "ram.h"

#define TEMPORARY	".fwsim-unfinished"

static const char not_enabled[] = "it is not enabled";

struct part {
	const void *data;
	size_t size;
};

struct saved {
	char name[16];
	char file[36];		/* md_ + 15 + 10 digits + .BIN */
	uint64_t address;
	uint64_t size;
	uint8_t *data;
};

struct dump {
	const struct ram *ram;
	struct saved saved[FIRMWARE_MAX_ENTRIES];
	unsigned int count;
	unsigned int entries;	/* seen so far, saved or not */
	uint64_t bytes;
	uint64_t left_out;	/* bytes for which the partition is too small */
};

/* The name becomes part of a file name and of terminal output. */
static bool usable_name(const char name[16])
{
	size_t len = strnlen(name, 16);

	return len > 0 && len < 16 &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			    "0123456789_-.") == len;
}

static void save_region(struct dump *d, const char *where, const struct region *r)
{
	uint64_t address = from64(r->address), size = from64(r->size);
	struct saved *s = &d->saved[d->count];
	uint32_t seq = from32(r->seq_num);

	if (from32(r->valid) != REGION_VALID) {
		complain("dump: %s: skipped: not VALI but 0x%x", where, from32(r->valid));
	} else if (!usable_name(r->name)) {
		complain("dump: %s: refused: its name does not make a file name", where);
	} else if (!size || !ram_has(d->ram, address, size)) {
		complain("dump: %s (%s): refused: 0x%" PRIx64 " bytes at 0x%" PRIx64
			 " are not in RAM", where, r->name, size, address);
	} else if (size > RAM_SIZE - d->bytes) {
		complain("dump: %s (%s): refused: the rawdump partition is full", where, r->name);
		d->left_out += size;
	} else if (!(s->data = malloc(size)) || !ram_read(d->ram, address, s->data, size)) {
		complain("dump: %s (%s): cannot read %" PRIu64 " bytes", where, r->name, size);
		free(s->data);
	} else {
		memcpy(s->name, r->name, sizeof(s->name));
		snprintf(s->file, sizeof(s->file), seq ? "md_%s%u.BIN" : "md_%s.BIN", r->name, seq);
		s->address = address;
		s->size = size;
		d->bytes += size;
		d->count++;
	}
}

/* Returns NULL or why nothing of this subsystem was saved. */
static const char *save_subsystem(struct dump *d, const struct toc_info *toc, unsigned int index)
{
	unsigned int before = d->count;
	struct subsystem subsystem;
	struct region region;
	uint32_t count;
	uint64_t table;
	char where[48];

	if (!ram_read(d->ram, subsystem_address(toc, index), &subsystem, sizeof(subsystem)))
		return "its entry cannot be read";
	if (from32(subsystem.enabled) != ENBL)
		return not_enabled;
	if (from32(subsystem.status) != SUBSYSTEM_READY)
		return "it is enabled, but its status is not 1";

	count = from32(subsystem.region_count);
	table = from64(subsystem.regions_baseptr);
	if (count > FIRMWARE_MAX_ENTRIES - d->entries)
		return "its table has more entries than firmware keeps room for";
	if (!ram_has(d->ram, table, count * sizeof(region)))
		return "its table is not in RAM";
	d->entries += count;

	for (uint32_t i = 0; i < count; i++) {
		snprintf(where, sizeof(where), "subsystem %u entry %u", index, i);
		if (ram_read(d->ram, table + i * sizeof(region), &region, sizeof(region)))
			save_region(d, where, &region);
	}
	return d->count > before ? NULL : "its table has no region that can be saved";
}

static int write_file(int dir, const char *name, const struct part *parts, size_t count)
{
	int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(dir, TEMPORARY, flags, 0666);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	bool ok = file;

	for (size_t i = 0; ok && i < count; i++)
		ok = fwrite(parts[i].data, 1, parts[i].size, file) == parts[i].size;
	if (file && fclose(file))
		ok = false;
	if (ok && !renameat(dir, TEMPORARY, dir, name))
		return 0;
	complain("dump: %s: %s", name, strerror(errno));
	if (fd >= 0)
		unlinkat(dir, TEMPORARY, 0);
	return -1;
}

/* The script by which a debugger loads the files to where they came from. */
static struct part load_script(const struct dump *d)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		return (struct part){ };
	for (unsigned int i = 0; i < d->count; i++)
		fprintf(file, "data.load.binary %s 0x%" PRIx64 " /noclear\n",
			d->saved[i].file, d->saved[i].address);
	if (fclose(file)) {
		free(text);
		return (struct part){ };
	}
	return (struct part){ text, size };
}

static struct rawdump_section section(uint32_t type, const char *name, uint64_t offset,
				      uint64_t size, uint64_t address)
{
	struct rawdump_section s = {
		.valid = to32(1),
		.version = to32(RAWDUMP_VERSION),
		.type = to32(type),
		.offset = to64(offset),
		.size = to64(size),
		.paddr = to64(address),
	};

	snprintf(s.name, sizeof(s.name), "%s", name);
	return s;
}

static int write_rawdump(const struct dump *d, int dir)
{
	struct rawdump_section sections[FIRMWARE_MAX_ENTRIES + 1];
	size_t headers = sizeof(struct rawdump) + (d->count + 1) * sizeof(sections[0]);
	struct part parts[FIRMWARE_MAX_ENTRIES + 3];
	struct part script = load_script(d);
	uint64_t offset = headers;
	int ret;

	if (!script.data)
		return complain("dump: rawdump.bin: out of memory");

	for (unsigned int i = 0; i < d->count; i++) {
		const struct saved *s = &d->saved[i];

		sections[i] = section(SECTION_DDR, s->file, offset, s->size, s->address);
		parts[2 + i] = (struct part){ s->data, s->size };
		offset += s->size;
	}
	sections[d->count] = section(SECTION_OTHER, "load.cmm", offset, script.size, 0);
	parts[2 + d->count] = script;
	offset += script.size;

	struct rawdump header = {
		.sig = { 'R', 'a', 'w', '_', 'D', 'm', 'p', '!' },
		.version = to32(RAWDUMP_VERSION),
		.valid = to32(d->left_out ? RAWDUMP_TOO_SMALL : RAWDUMP_COMPLETE),
		.dump_size = to64(offset),
		.total_size = to64(offset + d->left_out),
		.count = to32(d->count + 1),
	};
	parts[0] = (struct part){ &header, sizeof(header) };
	parts[1] = (struct part){ sections, headers - sizeof(header) };

	ret = write_file(dir, "rawdump.bin", parts, d->count + 3);
	free((void *)script.data);
	return ret;
}

static int write_all(const struct dump *d, const char *path)
{
	int ret = 0, dir;

	if (mkdir(path, 0777) && errno != EEXIST)
		return complain("dump: %s: %s", path, strerror(errno));
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return complain("dump: %s: %s", path, strerror(errno));

	for (unsigned int i = 0; !ret && i < d->count; i++) {
		const struct saved *s = &d->saved[i];

		ret = write_file(dir, s->file, &(struct part){ s->data, s->size }, 1);
		if (!ret)
			printf("%s 0x%" PRIx64 " %" PRIu64 " %s\n",
			       s->name, s->address, s->size, s->file);
	}
	if (!ret)
		ret = write_rawdump(d, dir);
	close(dir);
	return ret;
}

int dump(const char *path, const char *dir)
{
	struct dump *d = calloc(1, sizeof(*d));
	const char *why = NULL, *why_no_apss;
	struct toc_info toc;
	struct ram ram;
	int ret = 0;

	if (!d)
		return complain("dump: out of memory");
	if (ram_open(&ram, path, false)) {
		free(d);
		return -1;
	}
	d->ram = &ram;

	why_no_apss = find_toc(&ram, &toc);
	if (!why_no_apss && !toc.status)
		why_no_apss = "the global ToC is not initialised";
	if (!why_no_apss) {
		why_no_apss = save_subsystem(d, &toc, SUBSYSTEM_APSS);
		for (unsigned int i = SUBSYSTEM_APSS + 1; i < toc.subsystems; i++) {
			why = save_subsystem(d, &toc, i);
			if (why && why != not_enabled)
				complain("dump: nothing saved for subsystem %u: %s", i, why);
		}
	}

	if (d->count)
		ret = write_all(d, dir);
	if (why_no_apss)
		ret = complain("dump: nothing saved for APSS: %s", why_no_apss);

	while (d->count)
		free(d->saved[--d->count].data);
	free(d);
	ram_close(&ram);
	return ret;
}
