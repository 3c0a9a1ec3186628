#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Firmware that knows no minidump: the kernel says so, once, and ramoops works as ever.
. "$(dirname "$0")/lib.sh"

marker=$RANDOM$RANDOM
no_warning() { ! grep 'WARNING:' "$work/panic.log"; }
"$fwsim" boot "$work/ram" no-item >/dev/null
ok "the kernel boots, panics, and the machine resets" boot panic --append "marker=$marker"
grep -i minidump "$work/panic.log" | grep -vE 'Linux version|command line' >"$work/said"
ok "it says why there is no minidump" grep -iE 'minidump.*(firmware|support)' "$work/said"
is "  once" "$(wc -l <"$work/said")" 1
fails "the firmware has nothing to save" "item 602" "$fwsim" dump "$work/ram" "$work/dump"
ok "the next boot, with RAM kept, shows its records" next_boot_records no-item
ok "  the console has the marker" grep -F "console marker $marker" \
	"$work/pstore/console-ramoops-0"
is "  pmsg is what was written" "$(cat "$work/pstore/pmsg-ramoops-0")" "pmsg marker $marker"

rm "$work/ram"
"$fwsim" boot "$work/ram" old-heap >/dev/null
ok "with an SMEM older than the minidump, the kernel boots as well" boot panic
ok "  without a warning" no_warning
done_testing
