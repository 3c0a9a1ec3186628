#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# With pages of 64 KiB, memory sections have 512 MiB: a table of a co-processor in a hole of the
# memory map is dumped as mainline does it, byte for byte.
. "$(dirname "$0")/../lib/common.sh"
# shellcheck source=tests/guest/rproc/lib.sh
. "$top/tests/guest/rproc/lib.sh"

obj=$build/obj-pages64k
ok "the kernel builds" "$top/scripts/build" pages64k
cp "$build/virt.dtb" "$work/64k.dtb"
ok "the devicetree" large_pages "$work/64k.dtb"
dtb=$work/64k.dtb

make_cases good $hole
ok "the test module builds" make_module "$tree" "$obj"
ok "$(find "$work/guest" -mindepth 1 -type d | wc -l) crashes in a hole" \
	crash_in_hole "$obj" "$work/hole"
same_dumps "$work/want" "$work/hole"
ok "the test module builds with mainline's code" mainline_module "$tree" "$obj"
ok "the same crashes" crash_in_hole "$obj" "$work/hole-mainline"
same_dumps "$work/want" "$work/hole-mainline"
done_testing
