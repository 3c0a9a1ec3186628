#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# If firmware does not support the minidump, the kernel prints nothing above debug level and loads
# neither the client nor ramoops, and ramoops works as before.
. "$(dirname "$0")/lib/common.sh"

marker=$RANDOM$RANDOM
no_warning() { ! grep 'WARNING:' "$work/panic.log"; }
"$fwsim" boot "$work/ram" no-item >/dev/null
ok "the kernel boots, panics, and the machine resets" boot panic --append "marker=$marker"
about_minidump() { tr -d '\r' <"$1" | grep -i minidump | grep -vE 'Linux version|command line'; }
is "  it says nothing of it" "$(about_minidump "$work/panic.log")" ""
fails "the firmware has nothing to save" "item 602" "$fwsim" dump "$work/ram" "$work/dump"
ok "the next boot, with RAM kept, shows its records" next_boot_records no-item
ok "  the console has the marker" grep -F "console marker $marker" \
	"$work/pstore/console-ramoops-0"
is "  pmsg is what was written" "$(cat "$work/pstore/pmsg-ramoops-0")" "pmsg marker $marker"

rm "$work/ram"
"$fwsim" boot "$work/ram" old-heap >/dev/null
ok "with an SMEM older than the minidump, the kernel boots as well" boot panic
ok "  without a warning" no_warning

obj=$build/obj-$modules
loaded() { tr -d '\r' <"$work/modules.log" | sed -n 's/.*modules: \([a-z]*_.*\)/\1/p'; }
clients='(^| )(ramoops|qcom_(pstore|kmemdump)_minidump)( |$)'
with_modules() { boot modules --add "$obj/modules.cpio.gz"; }
no_client() { loaded | grep -E '(^| )qcom_minidump( |$)' && ! loaded | grep -E "$clients"; }
for firmware in no-item old-heap disabled; do
	rm "$work/ram"
	"$fwsim" boot "$work/ram" $firmware >/dev/null
	ok "firmware '$firmware', everything as modules" with_modules
	ok "  neither the client nor ramoops is loaded" no_client
	ok "  ramoops can be loaded and unloaded" grep -F 'ramoops came and went twice' \
		"$work/modules.log"
	is "  nothing is said of a minidump" "$(about_minidump "$work/modules.log" |
		grep -vE 'modules:|tainting')" ""
	fails "  nothing is published" "" "$fwsim" dump "$work/ram" "$work/dump"
done
rm "$work/ram"
"$fwsim" boot "$work/ram" >/dev/null
ok "firmware with a table, everything as modules" with_modules
for module in ramoops qcom_pstore_minidump; do
	ok "  $module is loaded" grep -wF $module <(loaded)
done
done_testing
