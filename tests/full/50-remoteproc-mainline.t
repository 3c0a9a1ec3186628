#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The same crashes in a kernel without the series and in one with it. From correct tables,
# qcom_minidump() makes the same dumps, byte for byte.
. "$(dirname "$0")/../lib/common.sh"
# shellcheck source=tests/guest/rproc/lib.sh
. "$top/tests/guest/rproc/lib.sh"

ok "a kernel without the series" "$top/scripts/qemu/mainline"

make_cases good
ok "the test module builds for it" make_module "$tree-mainline" \
	"$build/obj-mainline"
ok "$(find "$work/guest" -mindepth 1 -type d | wc -l) crashes" \
	crash "$build/obj-mainline" "$work/mainline"
ok "the module builds for the kernel with the series" make_module "$tree" "$obj"
ok "and there are the same crashes" crash "$obj" "$work/series"

for directory in "$work"/guest/*/; do
	name=$(basename "$directory")
	ok "$name: the same dump" cmp "$work/mainline/$name.dump" "$work/series/$name.dump"
	is "  and the same messages" "$(cat "$work/series/$name.says" 2>&1)" \
		"$(cat "$work/mainline/$name.says" 2>&1)"
done
done_testing
