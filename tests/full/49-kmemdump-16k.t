#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# With pages of 16 KiB, the kernel log is in debugfs and in the dump. The file in debugfs cannot be
# opened if the kernel is locked down for confidentiality.
. "$(dirname "$0")/../lib/common.sh"
# shellcheck source=tests/lib/kmemdump.sh
. "$(dirname "$0")/../lib/kmemdump.sh"

obj=$build/obj-pages16k
# A CPU that has this page size
cpu=(-- -cpu cortex-a76)
ok "the kernel builds" "$top/scripts/build" pages16k Image
cp "$build/virt.dtb" "$work/dtb"
ok "the devicetree" large_pages "$work/dtb"
fdtput -t x "$work/dtb" /chosen kaslr-seed 12345678 9abcdef0

marker=$RANDOM$RANDOM
new_ram >/dev/null
ok "it boots and panics" boot kmemdump --append "marker=$marker" --dtb "$work/dtb" "${cpu[@]}"
debugfs_core >"$work/core"
ok "  with pages of 16 KiB" grep -a '^PAGESIZE=16384$' "$work/core"
"$reader" log "$work/core" >"$work/log" 2>"$work/log.said"
is "  the reader says nothing about the file in debugfs" "$(cat "$work/log.said")" ""
ok "  the log there has a message that no console had" grep -F "quiet marker $marker" "$work/log"
is "  really none" "$(console | grep -c 'quiet marker')" 0
console | sed '/console marker/,$d' >"$work/console"
ok "  it has each line that the console had until then" all_in "$work/log" "$work/console"

ok "  firmware finds a correct table and saves it" firmware_saves
"$reader" log "$work/dump" >"$work/log" 2>"$work/log.said"
is "  the reader says nothing about the dump" "$(cat "$work/log.said")" ""
console >"$work/console"
ok "  the log there has each line of the console" all_in "$work/log" "$work/console"
ok "  and the message that no console had" grep -F "quiet marker $marker" "$work/log"

new_ram >/dev/null
ok "a kernel that is locked down boots" boot lockdown --dtb "$work/dtb" "${cpu[@]}"
ok "  for integrity, debugfs still shows the regions" grep 'integrity: ELF' "$work/lockdown.log"
ok "  for confidentiality, the open fails" \
	grep 'confidentiality: .*Operation not permitted' "$work/lockdown.log"
done_testing
