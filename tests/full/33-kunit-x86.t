#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The KUnit tests of kmemdump, which is not for Qualcomm SoCs alone, on x86-64 with two CPUs, KASAN,
# UBSAN and lockdep
. "$(dirname "$0")/../lib/common.sh"
# shellcheck source=tests/lib/kunit.sh
. "$(dirname "$0")/../lib/kunit.sh"

obj=$build/obj-kunit-x86
log=$work/kunit.log
mkdir -p "$obj"
progress() { say "$(find "$obj" -name '*.o' | wc -l) files built"; }
kernel() {
	"$tree/tools/testing/kunit/kunit.py" build --arch=x86_64 \
		--kunitconfig="$tree/kernel/kmemdump" \
		--kunitconfig="$top/kernel-config/kunit.config" \
		--kconfig_add CONFIG_PROC_KCORE=y --kconfig_add CONFIG_SMP=y \
		--kconfig_add CONFIG_VT=n \
		--build_dir="$obj" --jobs="$(nproc)" >"$work/build.log" 2>&1
}
# Not by kunit.py, which tries KVM, and waits for ever where this is not usable.
boot_x86() {
	timeout 600 qemu-system-x86_64 -accel tcg -nodefaults -m 1G -smp 2 \
		-kernel "$obj/arch/x86/boot/bzImage" \
		-append "console=ttyS0 kunit.timeout=60 kunit_shutdown=reboot panic=-1" \
		-no-reboot -display none -serial "file:$log"
}
ok "there is a QEMU for x86" "$top/scripts/debian/deps" qemu-system-x86
status=0
watch progress kernel || status=$?
ok "kunit.py builds the kernel" test $status -eq 0
[ $status -eq 0 ] || tail -n 50 "$work/build.log" | sed 's/^/# /' >&2
ok "it boots" boot_x86
ok "  on two CPUs" grep -F 'smpboot: Total of 2 processors' "$log"
ok "  no complaint of KASAN, UBSAN or lockdep" no_splat "$log"
for suite in kmemdump kmemdump_debugfs; do
	ok "  suite $suite ran to its end" grep -E "ok [0-9]+ $suite.?$" "$log"
	is "    and all of it passed" "$(kunit_results "$log" | grep -v '^pass ')" ""
done
done_testing
