#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# After a panic, the reader gets the same records from the minidump as the next boot shows in
# /sys/fs/pstore.
. "$(dirname "$0")/lib/common.sh"

marker=$RANDOM$RANDOM
"$fwsim" boot "$work/ram" >/dev/null
ok "the kernel boots, panics, and the machine resets" boot panic --append "marker=$marker"
ok "the firmware finds a correct table and saves it" firmware_saves
mkdir "$work/records-rawdump"
ok "the reader decodes the rawdump image" \
	"$reader" extract "$work/dump/rawdump.bin" "$work/records-rawdump"
ok "  to the same records" diff -r "$work/records" "$work/records-rawdump"
for record in console dmesg; do
	ok "$record has the marker" grep -F "console marker $marker" \
		"$work/records/$record-ramoops-0"
	ok "$record has the panic" grep -F "Kernel panic - not syncing: sysrq triggered crash" \
		"$work/records/$record-ramoops-0"
done
is "pmsg is what was written" "$(cat "$work/records/pmsg-ramoops-0")" "pmsg marker $marker"
ok "the next boot, with RAM kept, shows its records" next_boot_records
ok "  and they are those of the dump, byte for byte" diff -r "$work/pstore" "$work/records"
done_testing
