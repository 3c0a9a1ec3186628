// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "layout.h"
#include "ram.h"

int complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("fwsim: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	return -1;
}

int ram_open(struct ram *ram, const char *path, bool create)
{
	struct stat st;

	ram->path = path;
	ram->fd = open(path, (create ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC, 0666);
	if (ram->fd < 0)
		return complain("%s: %s", path, strerror(errno));

	if (fstat(ram->fd, &st)) {
		complain("%s: %s", path, strerror(errno));
	} else if (create && S_ISREG(st.st_mode) && !st.st_size) {
		ram->size = RAM_SIZE;
		if (!ftruncate(ram->fd, RAM_SIZE))
			return 0;
		complain("%s: cannot make it %u bytes: %s", path, RAM_SIZE, strerror(errno));
	} else if (!S_ISREG(st.st_mode) || st.st_size < RAM_SIZE) {
		complain("%s: not a RAM file: must be a regular file of at least %u bytes", path,
			 RAM_SIZE);
	} else {
		ram->size = st.st_size;
		return 0;
	}
	ram_close(ram);
	return -1;
}

void ram_close(struct ram *ram)
{
	close(ram->fd);
}

bool ram_has(const struct ram *ram, uint64_t addr, uint64_t size)
{
	return addr >= RAM_BASE && size <= ram->size && addr - RAM_BASE <= ram->size - size;
}

bool ram_read(const struct ram *ram, uint64_t addr, void *to, size_t size)
{
	size_t done = 0;

	if (!ram_has(ram, addr, size))
		return false;
	while (done < size) {
		ssize_t n = pread(ram->fd, (char *)to + done, size - done, addr - RAM_BASE + done);

		if (n <= 0) {
			complain("%s: read: %s", ram->path, n ? strerror(errno) : "file shrank");
			return false;
		}
		done += n;
	}
	return true;
}

bool ram_write(const struct ram *ram, uint64_t addr, const void *from, size_t size)
{
	size_t done = 0;

	if (!ram_has(ram, addr, size))
		return false;
	while (done < size) {
		ssize_t n = pwrite(ram->fd, (const char *)from + done, size - done,
				   addr - RAM_BASE + done);

		if (n <= 0) {
			complain("%s: write: %s", ram->path, n ? strerror(errno) : "no progress");
			return false;
		}
		done += n;
	}
	return true;
}
