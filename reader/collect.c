// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command collect: stores a dump that firmware has left in a partition, once, in a directory
 * of its own.
 *
 * The directory is built as NEW, synced, and renamed. A lock on the parent keeps other runs away.
 * The file ID in the directory holds a checksum of the dump, by which the next run recognizes a
 * dump that is still in the partition. With --clear, the partition is marked as read after that,
 * and the ID is emptied. Whatever comes next then is new, even if it is equal. The mark holds the
 * checksum, too, in case that the program is killed before it empties the ID.
 */
#include <ctype.h>
#include <dirent.h>
#include <endian.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "collect.h"
#include "commands.h"
#include "kind.h"
#include "layout.h"
#include "open.h"
#include "output.h"
#include "rawdump.h"
#include "record.h"
#include "survey.h"
#include "util.h"
#include "view.h"

#define NEW	".new"
#define ID	".id"
#define LAST	".last-"

/* Vendors' services write this, too: see rawdump_is_collected(). */
#define MARK	"CopyDone"

/* Sections of a minidump are smaller. A full dump would take minutes to read at each boot. */
#define MAX_SUMMED	(16 << 20)

/* A dump from a stranger must not fill the disk, nor a directory with tiny files. */
#define MAX_STORED	(64 << 20)
#define FILE_SIZE	4096

/* Nor may its problems push all else out of the kernel's log. */
#define MAX_TOLD	10

/* A call in a record of ftrace has no more characters, as long as functions have no names. */
#define CALL_SIZE	160

#define MAX_PARTITIONS	16
#define MAX_NAMESAKES	10000

/* The partitions that firmware writes to, the most likely first */
static const char * const labels[] = { "rawdump", "logdump", "ftm" };

struct partition {
	const struct collect_options *options;
	const char *path;
	int fd;
	struct rawdump_header header;
	char id[17];
	char last[64];
};

struct collection {
	struct visitor visitor;
	int dir;
	const char *path;
	u64 left;
	unsigned int told;
	bool is_full;
	int error;
};

/* 0 or -errno, as all functions here that return a number, if nothing else is said */
static int read_text(int dir, const char *name, char *text, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), ret = 0;
	ssize_t n;

	text[0] = '\0';
	if (fd < 0)
		return -errno;
	n = read(fd, text, size - 1);
	if (n < 0)
		ret = -errno;
	text[n < 0 ? 0 : n] = '\0';
	close(fd);

	return ret;
}

static int write_text(int dir, const char *name, const char *text)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	ssize_t size = strlen(text);
	int ret = 0;

	if (fd < 0)
		return -errno;
	errno = ENOSPC;
	if (write(fd, text, size) != size || fsync(fd))
		ret = -errno;
	close(fd);

	return ret;
}

static DIR *list_directory(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !list)
		close(fd);

	return list;
}

static const char *next_name(DIR *list)
{
	struct dirent *entry;

	while ((entry = readdir(list)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			return entry->d_name;

	return NULL;
}

static void remove_tree(int dir, const char *name)
{
	DIR *list = list_directory(dir, name);
	const char *entry;

	while (list && (entry = next_name(list)))
		if (unlinkat(dirfd(list), entry, 0))
			remove_tree(dirfd(list), entry);
	if (list)
		closedir(list);
	unlinkat(dir, name, AT_REMOVEDIR);
}

/*
 * Calls @each for each directory of a crash with what is in its ID, until that returns false.
 * Other directories that people have put there are left alone, and so are links.
 */
static void visit_crashes(int dir, bool (*each)(int dir, const char *name, const char *id,
						void *data), void *data)
{
	DIR *list = list_directory(dir, ".");
	char path[sizeof(((struct dirent *)0)->d_name) + sizeof(ID) + 1], id[17];
	const char *name;
	struct stat st;

	while (list && (name = next_name(list))) {
		snprintf(path, sizeof(path), "%s/%s", name, ID);
		if (name[0] != '.' && !fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) &&
		    S_ISDIR(st.st_mode) && !read_text(dir, path, id, sizeof(id)) &&
		    !each(dir, name, id, data))
			break;
	}
	if (list)
		closedir(list);
}

static bool is_other_id(int dir, const char *name, const char *id, void *data)
{
	char *wanted = data;

	(void)dir;
	(void)name;
	if (strcmp(id, wanted))
		return true;
	/* found */
	wanted[0] = '\0';

	return false;
}

/* The directory may be gone, because someone has removed it. */
static bool is_known(int dir, const struct partition *partition)
{
	char id[17], last[17];

	memcpy(id, partition->id, sizeof(id));
	visit_crashes(dir, is_other_id, id);

	return !id[0] || (!read_text(dir, partition->last, last, sizeof(last)) &&
			  !strcmp(last, partition->id));
}

static bool empty_id(int dir, const char *name, const char *id, void *data)
{
	char path[300];

	if (!strcmp(id, data)) {
		snprintf(path, sizeof(path), "%s/%s", name, ID);
		write_text(dir, path, "");
	}

	return true;
}

/* The partition is marked: what comes next is new, even if it is equal. */
static void forget(int dir, struct partition *partition)
{
	visit_crashes(dir, empty_id, partition->id);
	unlinkat(dir, partition->last, 0);
	fsync(dir);
}

struct age {
	const char *kept;
	unsigned int count;
	char oldest[256];
	struct timespec oldest_time;
	struct timespec newest_time;
};

static bool is_before(struct timespec a, struct timespec b)
{
	return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

static bool compare_age(int dir, const char *name, const char *id, void *data)
{
	struct age *age = data;
	struct stat st;

	(void)id;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
		return true;
	age->count++;
	if (is_before(age->newest_time, st.st_mtim))
		age->newest_time = st.st_mtim;
	if (strcmp(name, age->kept) && (!age->oldest[0] ||
					is_before(st.st_mtim, age->oldest_time))) {
		snprintf(age->oldest, sizeof(age->oldest), "%s", name);
		age->oldest_time = st.st_mtim;
	}

	return true;
}

/* Removes the oldest directories, but never @kept. Each disappears as a whole. */
static void remove_old(int dir, const char *kept, u64 keep)
{
	for (;;) {
		struct age age = { .kept = kept };

		visit_crashes(dir, compare_age, &age);
		if (age.count <= keep || !age.oldest[0] ||
		    renameat(dir, age.oldest, dir, NEW))
			return;
		remove_tree(dir, NEW);
	}
}

/* Many devices have no clock that runs on: the directory's time must still be the newest. */
static int set_time(int dir, int new)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT } };
	struct age age = { .kept = "" };

	visit_crashes(dir, compare_age, &age);
	clock_gettime(CLOCK_REALTIME, &times[1]);
	if (!is_before(age.newest_time, times[1])) {
		times[1] = age.newest_time;
		times[1].tv_sec++;
	}

	return futimens(new, times) ? -errno : 0;
}

static bool may_tell(struct collection *collection)
{
	if (collection->told == MAX_TOLD)
		warnx("%s: more problems are in the file regions", collection->path);

	return collection->told++ < MAX_TOLD;
}

static void warn_problem(struct visitor *visitor, const struct region *region, const char *text)
{
	if (may_tell((struct collection *)visitor))
		warnx("%s: %s", region->name, text);
}

/* An unreadable record is left out. If it cannot be written, the dump has to stay where it is. */
static bool store_record(struct visitor *visitor, const struct record *record)
{
	struct collection *collection = (struct collection *)visitor;
	u64 size = FILE_SIZE + record->size * (record->ftrace ? CALL_SIZE : 1);
	struct timespec time = {
		.tv_sec = record->seconds,
		.tv_nsec = record->microseconds % 1000000 * 1000,
	};
	struct output output;
	bool is_written;
	int ret;

	if (size > collection->left) {
		if (!collection->is_full)
			warnx("%s: more than %d MiB of records: %s and maybe others are left out",
			      collection->path, MAX_STORED >> 20, record->name);
		collection->is_full = true;
		return true;
	}
	collection->left -= size;

	ret = output_begin(&output, collection->dir, record->name);
	if (!ret) {
		ret = record_write(record, output.stream);
		is_written = !ret || ferror(output.stream);
		ret = output_end(&output, ret, false, record->seconds ? &time : NULL);
		if (ret == -EEXIST || (ret && !is_written)) {
			if (may_tell(collection))
				warnx("%s: %s left out: %s", collection->path, record->name,
				      view_strerror(ret));
			ret = 0;
		}
	}
	collection->error = ret;

	return !ret;
}

/* What @show prints becomes a file. */
static int store_page(const struct collection *collection, const struct dump *dump,
		      const char *name, int (*show)(const struct dump *, const char *, bool))
{
	int fd = openat(collection->dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	int out, ret = 0;

	if (fd < 0)
		return -errno;
	fflush(stdout);
	out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	if (out < 0 || dup2(fd, STDOUT_FILENO) < 0) {
		ret = -errno;
	} else {
		show(dump, NULL, false);
		/* show() has told the reason */
		if (ferror(stdout))
			ret = -EIO;
		/* or the rest would appear on the real one */
		__fpurge(stdout);
		clearerr(stdout);
		dup2(out, STDOUT_FILENO);
	}
	if (out >= 0)
		close(out);
	close(fd);

	return ret;
}

static int sync_files(int dir)
{
	DIR *list = list_directory(dir, ".");
	int ret = list ? 0 : -errno, fd;
	const char *name;

	while (!ret && (name = next_name(list))) {
		fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0 || fsync(fd))
			ret = -errno;
		if (fd >= 0)
			close(fd);
	}
	if (list)
		closedir(list);

	return ret ?: fsync(dir) ? -errno : 0;
}

static int store_files(struct collection *collection, const struct dump *dump, const char *id)
{
	size_t i;
	int ret;

	for (i = 0; i < dump->count && !collection->error; i++)
		if (region_record_type(&dump->regions[i]))
			region_visit(dump, &dump->regions[i], &collection->visitor);
	ret = collection->error;
	if (!ret)
		ret = store_page(collection, dump, "summary", cmd_summary);
	if (!ret)
		ret = store_page(collection, dump, "regions", cmd_list);

	return ret ?: write_text(collection->dir, ID, id);
}

/* The crash of this boot. If the console does not show it, the newest record is an old one. */
static const struct log *find_crash(const struct survey *survey)
{
	if (survey->source == &survey->newest && survey_is_doubtful(survey) &&
	    survey->console.name[0])
		return NULL;

	return survey->source;
}

/* Time of the crash and kernel; both are a stranger's text. */
static void make_name(char name[120], const struct survey *survey)
{
	const struct log *crash = find_crash(survey);
	time_t time = crash ? crash->seconds : 0;
	const char *release = survey->release;
	char when[40];
	struct tm tm;
	char *p;

	if (time < CLOCK_IS_SET || !gmtime_r(&time, &tm) ||
	    !strftime(when, sizeof(when), "%Y%m%d-%H%M%S", &tm))
		snprintf(when, sizeof(when), "unknown-time");
	snprintf(name, 120, "%s-%s", when, release[0] ? release : "unknown-kernel");
	for (p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("._+~-", *p))
			*p = '_';
}

/* rename() replaces nothing but an empty directory. */
static int give_name(int dir, char name[120])
{
	size_t length = strlen(name);
	unsigned int n;

	for (n = 2; renameat(dir, NEW, dir, name); n++) {
		if ((errno != EEXIST && errno != ENOTEMPTY && errno != ENOTDIR) ||
		    n > MAX_NAMESAKES)
			return -errno;
		snprintf(name + length, 120 - length, "-%u", n);
	}

	/* with the parent, if it is new */
	return syncfs(dir) ? -errno : 0;
}

static void announce(const struct collect_options *options, const char *name,
		     const struct survey *survey)
{
	const char *last = survey->console.crash.last;

	printf("kernel %s has crashed: ", survey->release[0] ? survey->release : "unknown");
	if (find_crash(survey) && survey->cause)
		printf("%s", survey->cause->line);
	else if (find_crash(survey))
		printf("see %s", survey->source->name);
	else if (last[0])
		printf("no oops and no panic in its log, which %s: %s",
		       survey->console.lacks_end ? "may lack its end. The last line is" :
		       "ends with", last);
	else
		printf("no log in the dump");
	printf(": %s/%s\n", options->to, name);
	fflush(stdout);
}

/* Stores the dump in @partition below @dir. False after a message. */
static bool store(int dir, struct partition *partition)
{
	struct collection collection = {
		.visitor = { .record = store_record, .problem = warn_problem },
		.path = partition->path,
		.left = MAX_STORED,
	};
	static struct survey survey;
	struct dump dump;
	char name[120];
	int ret;

	if (dump_open(&dump, partition->path, NULL))
		return false;
	dump.salvage = partition->options->salvage;
	dump.ecc = layout_detect_ecc(&dump);
	layout_number(&dump);
	survey_dump(&survey, &dump);
	make_name(name, &survey);

	ret = mkdirat(dir, NEW, 0777) ? -errno : 0;
	collection.dir = ret ? -1 : openat(dir, NEW, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!ret && collection.dir < 0)
		ret = -errno;
	if (!ret)
		ret = store_files(&collection, &dump, partition->id);
	if (!ret)
		ret = set_time(dir, collection.dir);
	if (!ret)
		ret = sync_files(collection.dir);
	if (collection.dir >= 0)
		close(collection.dir);
	dump_close(&dump);
	if (!ret)
		ret = give_name(dir, name);
	if (ret) {
		warnx("the dump stays in %s: cannot write %s: %s", partition->path,
		      partition->options->to, strerror(-ret));
		remove_tree(dir, NEW);
		return false;
	}

	announce(partition->options, name, &survey);
	write_text(dir, partition->last, partition->id);
	remove_old(dir, name, partition->options->keep);

	return true;
}

/* Whether a complete or cut dump is in @partition */
static bool has_dump(struct partition *partition)
{
	struct view view = view_of(partition->fd, 0, sizeof(partition->header));
	struct rawdump_header *header = &partition->header;
	int ret = view_read(view, 0, header, sizeof(*header));

	if (ret == -EIO)
		warnx("%s: cannot read the header: %s", partition->path, view_strerror(ret));

	return !ret &&
	       !memcmp(header->magic, RAWDUMP_MAGIC, sizeof(header->magic)) &&
	       le32toh(header->valid) & (RAWDUMP_COMPLETE | RAWDUMP_NO_SPACE);
}

struct sum {
	u32 crc;
	u32 adler;
	u64 left;
};

/* An unreadable part counts as empty, and so does a hole of a file. */
static void add_bytes(struct sum *sum, struct view view)
{
	u8 data[65536];
	size_t size;
	u64 hole;

	view = view_part(view, 0, min_t(u64, MAX_SUMMED, sum->left));
	sum->left -= view.size;
	for (; view.size; view = view_part(view, size, view.size)) {
		hole = view_hole(view, 0);
		view = view_part(view, hole, view.size);
		size = min_t(u64, view.size, sizeof(data));
		if (!size || view_read(view, 0, data, size))
			continue;
		sum->crc = crc32(sum->crc, data, size);
		sum->adler = adler32(sum->adler, data, size);
	}
}

/* The dump's contents, which tell it from the next one */
static void find_id(struct partition *partition)
{
	off_t end = lseek(partition->fd, 0, SEEK_END);
	struct view image = view_of(partition->fd, 0, end < 0 ? 0 : end);
	u64 count = le32toh(partition->header.count), i;
	struct rawdump_section section;
	struct sum sum = { .left = image.size };

	sum.crc = crc32(0, NULL, 0);
	sum.adler = adler32(0, NULL, 0);
	count = min_t(u64, count, MAX_REGIONS);
	add_bytes(&sum, view_part(image, 0, sizeof(partition->header) + count * sizeof(section)));
	for (i = 0; i < count; i++)
		if (!view_read(image, sizeof(partition->header) + i * sizeof(section), &section,
			       sizeof(section)))
			add_bytes(&sum, view_part(image, le64toh(section.offset),
						  le64toh(section.size)));
	snprintf(partition->id, sizeof(partition->id), "%08x%08x", sum.crc, sum.adler);
}

/* One write of less than a sector: the mark is there, or it is not. */
static bool mark_as_read(struct partition *partition)
{
	struct rawdump_header header = partition->header;
	u64 id = htole64(strtoull(partition->id, NULL, 16));
	int fd = open(partition->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	bool ret;

	memcpy(header.magic, MARK, sizeof(header.magic));
	memcpy(header.context, &id, sizeof(header.context));
	errno = fd < 0 ? errno : EIO;
	ret = fd >= 0 && pwrite(fd, &header, sizeof(header), 0) == sizeof(header) && !fsync(fd);
	if (!ret)
		warn("%s: cannot mark the dump as read", partition->path);
	if (fd >= 0)
		close(fd);

	return ret;
}

/* False if there is none, after a message if it is needed for a dump. */
static int open_directory(const struct collect_options *options, bool is_needed)
{
	int dir;

	if (is_needed && mkdir(options->to, 0700) && errno != EEXIST) {
		warn("cannot create %s", options->to);
		return -1;
	}
	dir = open(options->to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir >= 0 && !flock(dir, LOCK_EX))
		return dir;
	if (is_needed)
		warn("cannot use %s", options->to);
	if (dir >= 0)
		close(dir);

	return -1;
}

static void say_no_dump(const struct partition *partition, const char *why)
{
	if (partition->options->verbose)
		warnx("%s: %s", partition->path, why);
}

/* With the lock, as another run can have collected the dump in the meantime. */
static bool collect_new(int dir, struct partition *partition)
{
	if (!has_dump(partition)) {
		say_no_dump(partition, "no dump");
		return true;
	}
	remove_tree(dir, NEW);
	find_id(partition);
	if (is_known(dir, partition))
		say_no_dump(partition, "collected before");
	else if (!store(dir, partition))
		return false;
	if (!partition->options->clear)
		return true;
	/* A run that was killed may have stored the dump, but in memory only. */
	if (syncfs(dir)) {
		warn("cannot sync %s", partition->options->to);
		return false;
	}
	/* The mark needs the ID to be emptied. */
	if (faccessat(dir, ".", W_OK, 0)) {
		warn("cannot write to %s", partition->options->to);
		return false;
	}
	if (!mark_as_read(partition))
		return false;
	forget(dir, partition);

	return true;
}

/* In case that a run was killed after it had marked the partition */
static void forget_marked(struct partition *partition)
{
	u64 id;
	int dir;

	if (memcmp(partition->header.magic, MARK, sizeof(partition->header.magic)))
		return;
	dir = open_directory(partition->options, false);
	if (dir < 0)
		return;
	memcpy(&id, partition->header.context, sizeof(id));
	snprintf(partition->id, sizeof(partition->id), "%016llx", (u64)le64toh(id));
	forget(dir, partition);
	close(dir);
}

static bool collect_from(const struct collect_options *options, const char *path)
{
	const char *base = strrchr(path, '/');
	struct partition partition = {
		.options = options,
		.path = path,
		.fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC),
	};
	bool ret = true;
	int dir;

	if (partition.fd < 0) {
		warn("cannot open %s", path);
		return false;
	}
	snprintf(partition.last, sizeof(partition.last), "%s%s", LAST, base ? base + 1 : path);
	if (has_dump(&partition)) {
		dir = open_directory(options, true);
		ret = dir >= 0 && collect_new(dir, &partition);
		if (dir >= 0)
			close(dir);
	} else {
		say_no_dump(&partition, "no dump");
		forget_marked(&partition);
	}
	close(partition.fd);

	return ret;
}

/* The value of @key among the lines "KEY=value" of @text, or NULL */
static const char *uevent_value(const char *text, const char *key, char *value, size_t size)
{
	size_t length = strlen(key);

	for (; text; text = strchr(text, '\n') ? strchr(text, '\n') + 1 : NULL)
		if (!strncmp(text, key, length) && text[length] == '=') {
			text += length + 1;
			snprintf(value, size, "%.*s", (int)strcspn(text, "\n"), text);
			return value;
		}

	return NULL;
}

/* The kernel tells the partitions' names itself, so this does not take udev. */
static size_t find_partitions(char paths[MAX_PARTITIONS][80], const char *label, size_t count)
{
	DIR *list = list_directory(AT_FDCWD, "/sys/class/block");
	char path[300], text[1024], value[64];
	const char *name;

	while (list && count < MAX_PARTITIONS && (name = next_name(list))) {
		snprintf(path, sizeof(path), "%s/uevent", name);
		if (read_text(dirfd(list), path, text, sizeof(text)) ||
		    !uevent_value(text, "PARTNAME", value, sizeof(value)) ||
		    strcasecmp(value, label) ||
		    !uevent_value(text, "DEVNAME", value, sizeof(value)))
			continue;
		snprintf(paths[count], sizeof(paths[0]), "/dev/%s", value);
		/* Android has them there */
		if (access(paths[count], F_OK) && errno == ENOENT)
			snprintf(paths[count], sizeof(paths[0]), "/dev/block/%s", value);
		count++;
	}
	if (list)
		closedir(list);

	return count;
}

int cmd_collect(const struct collect_options *options)
{
	static char paths[MAX_PARTITIONS][80];
	size_t count = 0, i;
	bool ret = true;

	/* a log is nobody else's business */
	umask(077);
	if (options->partition) {
		ret = collect_from(options, options->partition);
	} else {
		for (i = 0; i < ARRAY_SIZE(labels); i++)
			count = find_partitions(paths, labels[i], count);
		for (i = 0; i < count; i++)
			ret &= collect_from(options, paths[i]);
		if (!count && options->verbose)
			warnx("no partition rawdump, logdump or ftm");
	}

	return flush_output() || !ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
