#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Crashes once, and then resets with RAM kept and with RAM lost, to compare ramoops with the
# minidump. Prints a table.
. "$(dirname "$0")/lib/common.sh"

seed=20261121
marker=$RANDOM$RANDOM

lose_ram() {
	python3 -c 'import random, sys
random.seed(int(sys.argv[1]))
for _ in range(256):
    sys.stdout.buffer.write(random.randbytes(1 << 20))' $seed >"$work/ram"
}
bytes() { stat -c %s "$1" 2>/dev/null || echo -; }

"$fwsim" boot "$work/ram" >/dev/null
ok "the kernel boots, panics, and the machine resets" boot panic --append "marker=$marker"
ok "the firmware saves the minidump" firmware_saves
ok "  which has the panic" grep -F "Kernel panic - not syncing: sysrq triggered crash" \
	"$work/records/console-ramoops-0"

ok "RAM kept: the next boot shows its records" next_boot_records
ok "  all of the minidump, byte for byte" diff -r "$work/pstore" "$work/records"
mv "$work/pstore" "$work/kept"

ok "RAM lost, random with seed $seed" lose_ram
ok "  the next boot runs all the same" next_boot_records
is "  and shows nothing" "$(ls "$work/pstore")" ""

ok "there is something to compare" test -s "$work/records/dmesg-ramoops-0"
row='# %-18s %18s %18s %10s\n'
# shellcheck disable=SC2059
printf "$row" bytes "ramoops, RAM kept" "ramoops, RAM lost" minidump
for record in "$work"/records/*; do
	name=${record##*/}
	# shellcheck disable=SC2059
	printf "$row" "$name" "$(bytes "$work/kept/$name")" "$(bytes "$work/pstore/$name")" \
		"$(bytes "$record")"
done
done_testing
