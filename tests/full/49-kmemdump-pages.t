#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# With pages of 16 and 64 KiB and random addresses, the kernel log is in debugfs and in the dump.
# The ring buffer is in the kernel image, or with log_buf_len= in the linear map.
. "$(dirname "$0")/../lib/common.sh"
# shellcheck source=tests/lib/kmemdump.sh
. "$(dirname "$0")/../lib/kmemdump.sh"

cp "$build/virt.dtb" "$work/dtb"
ok "the devicetree" large_pages "$work/dtb"
fdtput -t x "$work/dtb" /chosen kaslr-seed 12345678 9abcdef0
for turn in 16 "16 log_buf_len=1M" 64 "64 log_buf_len=1M"; do
	read -r pages parameters <<<"$turn"
	obj=$build/obj-"pages${pages}k"
	ok "the kernel for $pages KiB builds" "$top/scripts/build" "pages${pages}k"
	ok "  its modules are packed" "$top/scripts/qemu/modules" "pages${pages}k"
	marker=$RANDOM$RANDOM
	new_ram >/dev/null
	ok "  ${parameters:-it} boots and panics" boot kmemdump \
		--append "marker=$marker $parameters" --dtb "$work/dtb" \
		--add "$obj/modules.cpio.gz"
	ok "  at random addresses" grep 'Kernel Offset: 0x[1-9a-f]' "$work/kmemdump.log"
	debugfs_core >"$work/core"
	ok "  with such pages" grep -a "^PAGESIZE=$((pages * 1024))$" "$work/core"
	"$reader" log "$work/core" >"$work/log" 2>"$work/log.said"
	is "  the reader says nothing about the file in debugfs" "$(cat "$work/log.said")" ""
	ok "  it has a message that no console had" grep -F "quiet marker $marker" "$work/log"
	is "  really none" "$(console | grep -c 'quiet marker')" 0
	console | sed '/console marker/,$d' >"$work/console"
	ok "  and each line that the console had until then" all_in "$work/log" "$work/console"

	ok "  firmware finds a correct table and saves it" firmware_saves
	"$reader" log "$work/dump" >"$work/log" 2>"$work/log.said"
	is "  the reader says nothing about the dump" "$(cat "$work/log.said")" ""
	console >"$work/console"
	ok "  the log there has each line of the console" all_in "$work/log" "$work/console"
	ok "  and the message that no console had" grep -F "quiet marker $marker" "$work/log"
done
done_testing
