// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: kexec KERNEL INITRD COMMAND-LINE
 *
 * Ends this kernel in the orderly way and starts another one. Built with the kernel's nolibc.
 */

int main(int argc, char **argv)
{
	int kernel, initrd;
	size_t len;

	if (argc != 4)
		return 2;

	kernel = open(argv[1], O_RDONLY);
	initrd = open(argv[2], O_RDONLY);
	if (kernel < 0 || initrd < 0) {
		perror("kexec: open");
		return 1;
	}

	/* Not in the call: nolibc's syscall() must not have to call a function on the way. */
	len = strlen(argv[3]) + 1;
	if (syscall(__NR_kexec_file_load, kernel, initrd, len, argv[3], 0)) {
		perror("kexec: kexec_file_load");
		return 1;
	}

	reboot(LINUX_REBOOT_CMD_KEXEC);
	perror("kexec: reboot");
	return 1;
}
