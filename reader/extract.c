// SPDX-License-Identifier: GPL-2.0-only
/*
 * The commands extract and cat: records as /sys/fs/pstore would show them.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "kind.h"
#include "output.h"
#include "record.h"
#include "view.h"

static void warn_problem(struct visitor *visitor, const struct region *region, const char *text)
{
	(void)visitor;
	warnx("%s: %s", region->name, text);
}

struct extraction {
	struct visitor visitor;
	const char *path;
	int dir;
	bool force;
	unsigned int written;
	unsigned int failed;
};

static int write_file(const struct extraction *ex, const struct record *record)
{
	struct timespec time = {
		.tv_sec = record->seconds,
		.tv_nsec = record->microseconds % 1000000 * 1000,
	};
	struct output output;
	int ret;

	ret = output_begin(&output, ex->dir, record->name);
	if (ret)
		return ret;

	/* pstore dates a record by what it says itself */
	return output_end(&output, record_write(record, output.stream), ex->force,
			  record->seconds ? &time : NULL);
}

static bool extract_record(struct visitor *visitor, const struct record *record)
{
	struct extraction *ex = (struct extraction *)visitor;
	int ret;

	ret = write_file(ex, record);
	if (ret) {
		warnx("%s/%s not written: %s%s", ex->path, record->name, view_strerror(ret),
		      ret == -EEXIST ? " (-f overwrites)" : "");
		ex->failed++;
	} else {
		ex->written++;
	}

	return true;
}

int cmd_extract(const struct dump *dump, const char *path, bool force)
{
	struct extraction ex = {
		.visitor = { .record = extract_record, .problem = warn_problem },
		.path = path,
		.force = force,
	};
	size_t i;
	bool made;

	made = !mkdir(path, 0777);
	if (!made && errno != EEXIST) {
		warn("cannot create %s", path);
		return EXIT_FAILURE;
	}
	ex.dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ex.dir < 0) {
		warn("cannot open %s", path);
		return EXIT_FAILURE;
	}

	for (i = 0; i < dump->count; i++)
		if (region_record_type(&dump->regions[i]))
			region_visit(dump, &dump->regions[i], &ex.visitor);
	close(ex.dir);

	if (!ex.written && !ex.failed)
		warnx("no pstore records in this dump");
	/* fails, as it should, unless it is empty */
	if (made && !ex.written)
		rmdir(path);

	return ex.written && !ex.failed ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* For whoever has mistaken the name */
#define MAX_NAMES 10

struct search {
	struct visitor visitor;
	const char *name;
	char names[MAX_NAMES][48];
	u64 count;
	bool found;
	int error;
};

static bool cat_record(struct visitor *visitor, const struct record *record)
{
	struct search *search = (struct search *)visitor;

	if (strcmp(record->name, search->name)) {
		if (search->count < MAX_NAMES)
			snprintf(search->names[search->count], sizeof(search->names[0]), "%s",
				 record->name);
		search->count++;
		return true;
	}
	search->found = true;
	search->error = record_write(record, stdout);

	return false;
}

static void ignore_problem(struct visitor *visitor, const struct region *region, const char *text)
{
	(void)visitor;
	(void)region;
	(void)text;
}

static void show_names(const struct dump *dump, struct search *search)
{
	size_t i;

	search->visitor.problem = ignore_problem;
	search->count = 0;
	for (i = 0; i < dump->count; i++)
		if (region_record_type(&dump->regions[i]))
			region_visit(dump, &dump->regions[i], &search->visitor);
	warnx("no record %s in this dump%s", search->name,
	      search->count ? ". It has:" : ", which has no records");
	for (i = 0; i < MAX_NAMES && i < search->count; i++)
		warnx("  %s", search->names[i]);
	if (search->count > MAX_NAMES)
		warnx("  and %llu more", search->count - MAX_NAMES);
}

int cmd_cat(const struct dump *dump, const char *name, bool force)
{
	struct search search = {
		.visitor = { .record = cat_record, .problem = warn_problem },
		.name = name,
	};
	size_t i;

	(void)force;
	for (i = 0; i < dump->count && !search.found; i++) {
		const char *type = region_record_type(&dump->regions[i]);

		if (type && !strncmp(name, type, strlen(type)))
			region_visit(dump, &dump->regions[i], &search.visitor);
	}

	if (!search.found)
		show_names(dump, &search);
	else if (search.error)
		warnx("%s not written: %s", name, view_strerror(search.error));

	return search.found && !search.error ? EXIT_SUCCESS : EXIT_FAILURE;
}
