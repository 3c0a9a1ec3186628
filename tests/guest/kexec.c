// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: kexec KERNEL INITRD COMMAND-LINE [crash]
 *
 * Ends this kernel in the orderly way and starts another one; with "crash", loads it for a panic
 * and returns. Built with the kernel's nolibc.
 */

#include <linux/kexec.h>

int main(int argc, char **argv)
{
	int kernel, initrd;
	unsigned long flags = argc == 5 ? KEXEC_FILE_ON_CRASH : 0;
	size_t len;

	if (argc != 4 && argc != 5)
		return 2;

	kernel = open(argv[1], O_RDONLY);
	initrd = open(argv[2], O_RDONLY);
	if (kernel < 0 || initrd < 0) {
		perror("kexec: open");
		return 1;
	}

	/* Not in the call: nolibc's syscall() must not have to call a function on the way. */
	len = strlen(argv[3]) + 1;
	if (syscall(__NR_kexec_file_load, kernel, initrd, len, argv[3], flags)) {
		perror("kexec: kexec_file_load");
		return 1;
	}
	if (flags)
		return 0;

	reboot(LINUX_REBOOT_CMD_KEXEC);
	perror("kexec: reboot");
	return 1;
}
