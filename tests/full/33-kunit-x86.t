#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The KUnit tests of kmemdump, which is not for Qualcomm SoCs alone, on x86-64 with two CPUs, KASAN,
# UBSAN and lockdep
. "$(dirname "$0")/../lib/common.sh"
# shellcheck source=tests/lib/kunit.sh
. "$(dirname "$0")/../lib/kunit.sh"

obj=$build/obj-kunit-x86
log=$obj/test.log
mkdir -p "$obj"
rm -f "$log"
progress() { say "$(find "$obj" -name '*.o' | wc -l) files built"; }
kunit() {
	"$tree/tools/testing/kunit/kunit.py" run --arch=x86_64 --timeout=900 \
		--kunitconfig="$tree/kernel/kmemdump" \
		--kunitconfig="$top/kernel-config/kunit.config" \
		--kconfig_add CONFIG_PROC_KCORE=y --kconfig_add CONFIG_SMP=y --qemu_args="-smp 2" \
		--build_dir="$obj" --jobs="$(nproc)" >"$work/kunit.log" 2>&1
}
ok "there is a QEMU for x86" "$top/scripts/debian/deps" qemu-system-x86
status=0
watch progress kunit || status=$?
ok "kunit.py builds and runs them" test $status -eq 0
ok "no complaint of KASAN, UBSAN or lockdep" no_splat "$log"
for suite in kmemdump kmemdump_debugfs; do
	ok "suite $suite ran" grep "^[a-z]* $suite\." <(kunit_results "$log")
	is "  and all of it passed" "$(kunit_results "$log" | grep -v '^pass ')" ""
done
[ "$failures" -eq 0 ] || tail -n 100 "$work/kunit.log" | sed 's/^/# /'
done_testing
