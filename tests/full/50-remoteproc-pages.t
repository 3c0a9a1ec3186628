#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# With pages of 16 and 64 KiB, memory sections have 128 and 512 MiB. A table of a co-processor in a
# hole of the memory map gives the same dump as in mainline, byte for byte. A broken or hostile
# table causes one message.
. "$(dirname "$0")/../lib/common.sh"
# shellcheck source=tests/guest/rproc/lib.sh
. "$top/tests/guest/rproc/lib.sh"

cp "$build/virt.dtb" "$work/pages.dtb"
ok "the devicetree" large_pages "$work/pages.dtb"
dtb=$work/pages.dtb
make_cases good $hole
cases=$(find "$work/guest" -mindepth 1 -type d | wc -l)
for pages in 16 64; do
	obj=$build/obj-pages${pages}k
	ok "the kernel for $pages KiB builds" "$top/scripts/build" pages${pages}k
	ok "  the test module builds" make_module "$tree" "$obj"
	ok "  $cases crashes in a hole" crash_in_hole "$obj" "$work/hole-$pages"
	same_dumps "$work/want" "$work/hole-$pages"
	ok "  the test module builds with mainline's code" mainline_module "$tree" "$obj"
	ok "  the same crashes" crash_in_hole "$obj" "$work/hole-mainline-$pages"
	same_dumps "$work/want" "$work/hole-mainline-$pages"
done

# Broken and hostile tables, where the memory has a node of its own
rm -rf "$work/guest" "$work/want"
make_cases all 0x4ff00000 0x4fdf0000
cases=$(find "$work/guest" -mindepth 1 -type d | wc -l)
for pages in 16 64; do
	obj=$build/obj-pages${pages}k
	ok "the test module builds for $pages KiB" make_module "$tree" "$obj"
	ok "  $cases crashes, and the kernel survives" \
		crash "$obj" "$work/got-$pages" "" --dtb "$dtb"
	dumps_and_messages "$work/got-$pages"
done
done_testing
