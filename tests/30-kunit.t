#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the KUnit tests of the series on user-mode Linux, with the configuration that comes with
# them, KASAN, UBSAN and lockdep.
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=tests/lib/kunit.sh
. "$(dirname "$0")/lib/kunit.sh"

obj=$build/obj-kunit
# What the kernel printed. kunit.py also notices when a test is missing from it.
log=$obj/test.log
rm -f "$log"
options=()
# 6.12 has warnings of its own there, and COMPILE_TEST makes them errors.
[ "$BASE" != 6.12 ] || options=(--kconfig_add CONFIG_WERROR=n)
progress() { say "$(find "$obj" -name '*.o' 2>/dev/null | wc -l) files built"; }
kunit() {
	"$tree/tools/testing/kunit/kunit.py" run --kunitconfig="$tree/fs/pstore" \
		--kunitconfig="$tree/drivers/soc/qcom" --kunitconfig="$tree/drivers/remoteproc" \
		--kunitconfig="$tree/kernel/kmemdump" \
		--kunitconfig="$top/kernel-config/kunit.config" --build_dir="$obj" \
		"${options[@]}" \
		--timeout=100 --jobs="$(nproc)" >"$work/kunit.log" 2>&1
}
mkdir -p "$obj"
status=0
watch progress kunit || status=$?
ok "kunit.py builds and runs them" test $status -eq 0

# Its memcpy_fromio() only reads emulated PCI devices, and it has no VMCOREINFO and little memory.
# On 6.12, it does not recover from a fault in kernel mode.
skipped='^ramoops\.ramoops_(refuses|clears|keeps|reads|ignores|erases|user_data)_|\.minidump_large'
[ "$BASE" != 6.12 ] || skipped+='|\.core_memory_that_faults$'
kunit_ok "$log" "$skipped"
[ "$failures" -eq 0 ] || tail -n 100 "$work/kunit.log" | sed 's/^/# /' >&2
done_testing
