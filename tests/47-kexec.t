#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# An orderly kexec withdraws the regions of the old kernel, and the new kernel publishes its own.
. "$(dirname "$0")/lib/common.sh"

with_kexec() {
	aarch64-linux-gnu-gcc -O2 -Wall -Wextra -Werror -static -nostdlib \
		-include "$tree/tools/include/nolibc/nolibc.h" -o "$work/kexec" \
		"$top/tests/guest/kexec.c" || return
	cat >"$work/list" <<-EOF
	file /kexec $work/kexec 755 0 0
	file /Image $obj/arch/arm64/boot/Image 644 0 0
	file /initrd $build/initramfs.cpio.gz 644 0 0
	EOF
	"$build/initramfs/gen_init_cpio" -t 0 "$work/list" | gzip -n -1 >"$work/kexec.cpio.gz"
}

# Without hotplug, a second CPU could not be taken from the first kernel.
alone=nr_cpus=1
ok "the guest gets a kernel to change to" with_kexec
"$fwsim" boot "$work/ram" >/dev/null
ok "a kernel without minidump takes over, and crashes" boot kexec --add "$work/kexec.cpio.gz" \
	--append "$alone then=panic marker=first initcall_blacklist=minidump_driver_init"
ok "  it did" grep -F 'console marker first' "$work/kexec.log"
fails "  the firmware finds nothing of the kernel before it" "not enabled" \
	"$fwsim" dump "$work/ram" "$work/dump"

fill_ram
"$fwsim" boot "$work/ram" >/dev/null
ok "a kernel with minidump takes over, and crashes" boot kexec --add "$work/kexec.cpio.gz" \
	--append "$alone then=panic marker=second"
ok "  the firmware finds a correct table and saves it" firmware_saves
ok "  it has the second kernel's log" grep -F 'console marker second' \
	"$work/records/console-ramoops-0"
saved_areas >"$work/areas"
ok "  and nothing else that was in RAM" "$top/tests/lib/leaves.py" "$work/areas" "$work/dump" 0 \
	"$left_behind" "the first kernel's pmsg"

# devicetree: ramoops at a place that the capture kernel is told, too
devicetree() {
	local node=/reserved-memory/ramoops@4f000000 property
	"$top/scripts/qemu/dtb" "$work/dtb" && fdtput -c "$work/dtb" $node &&
		fdtput -tx "$work/dtb" $node reg 0 4f000000 0 200000 &&
		fdtput "$work/dtb" $node no-map &&
		fdtput -ts "$work/dtb" $node compatible ramoops || return
	for property in "record-size 10000" "console-size 40000" "pmsg-size 10000"; do
		# shellcheck disable=SC2086 # a name and a number
		fdtput -tx "$work/dtb" $node $property || return
	done
}

# The capture kernel after a panic hangs: the dump is that of the kernel that crashed.
# captured PARAMETERS [OPTION]...
captured() {
	new_ram &&
		boot_until 'guest: scenario idle' kexec --add "$work/kexec.cpio.gz" --append \
			"$alone crashkernel=96M capture=1 then=idle marker=third $1" "${@:2}"
}
next_boot_shows_them() {
	next_boot_records normal "$@" && diff -r "$work/records" "$work/pstore"
}

ok "a devicetree with ramoops" devicetree
for place in reserve_mem devicetree; do
	of_ramoops=("")
	[ $place = reserve_mem ] || of_ramoops=(ramoops.mem_name= --dtb "$work/dtb")
	ok "ramoops from $place: a capture kernel takes over, and hangs" \
		captured "${of_ramoops[@]}"
	ok "  the firmware finds a correct table and saves it" firmware_saves
	ok "  it has the log of the kernel that crashed" grep -F 'console marker third' \
		"$work/records/console-ramoops-0"
	# printk leaves the panic's own messages to what comes after the capture kernel.
	ok "  up to its panic" grep -F 'sysrq: Trigger a crash' "$work/records/console-ramoops-0"
	fails "  and none of the capture kernel's" "" grep -F 'scenario idle' \
		"$work/records/console-ramoops-0"
	is "  it has all of pmsg" "$(grep -cx "the first kernel's pmsg" \
		"$work/records/pmsg-ramoops-0")" 100
done
ok "  the next boot shows the same" next_boot_shows_them "${of_ramoops[@]}"
done_testing
