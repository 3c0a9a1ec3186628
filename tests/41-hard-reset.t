#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# QEMU is killed while the guest logs without pause, so that nothing can be flushed. The console in
# the dump must have each complete line that the serial line has shown, except the very last. The
# serial line's own thread may print that one before ramoops has it. pmsg must have each line whose
# write has returned.
. "$(dirname "$0")/lib/common.sh"

# killed_after LINES: one boot that ends once that many lines are on the serial line.
killed_after() {
	local boot
	boot busy --pid "$work/pid" --timeout 120 &
	boot=$!
	for _ in {1..1000}; do
		[ "$(grep -c 'console line' "$work/busy.log")" -lt "$1" ] || break
		kill -0 $boot || return
		sleep 0.1
	done
	kill -9 "$(cat "$work/pid")"
	wait $boot
	[ $? -eq 137 ]
}

# The ring buffer holds the end of a long log, so only what follows its first line is compared.
console_complete() {
	# Whatever follows the last end of line was not complete.
	(cat "$work/busy.log"; echo) | tr -d '\r' | sed '$d' | sed '$d' >"$work/serial"
	sed 1d "$work/records/console-ramoops-0" >"$work/console"
	first=$(head -n 1 "$work/console") awk '$0 == ENVIRON["first"] { on = 1 } on' \
		"$work/serial" >"$work/wanted"
	wc -l "$work/wanted" "$work/serial"
	[ "$(wc -l <"$work/wanted")" -gt 500 ] || return
	head -n "$(wc -l <"$work/wanted")" "$work/console" | diff "$work/wanted" -
}

pmsg_complete() {
	local last
	last=$(sed -n "s/.*console line \([0-9]*\): .*/\1/p" "$work/serial" | tail -n 1)
	echo "line $last was written"
	[ "$last" -gt 500 ] || return
	grep -xF "pmsg 1 line $last" "$work/records/pmsg-ramoops-0" || return
	# No gaps in what is there, but for the first line, which the ring buffer may have cut, and
	# for the end: ramoops takes the room for a line before it copies it. Where the machine
	# died in between, one line or two have what was there before.
	sed 1d "$work/records/pmsg-ramoops-0" | awk '
		NF != 4 || $1 != "pmsg" || (last[$2] && $4 != last[$2] + 1) {
			print "line " NR ": " $0
			bad = bad ? bad : NR
		}
		{ last[$2] = $4 }
		END { exit bad && NR > bad + 1 }'
}

for lines in 1000 3000 6000; do
	rm -rf "${work:?}"/*
	"$fwsim" boot "$work/ram" >/dev/null
	: >"$work/busy.log"
	ok "killed after $lines lines" killed_after $lines
	ok "  the firmware finds a correct table and saves it" firmware_saves
	ok "  the console is complete" console_complete
	ok "  pmsg is complete" pmsg_complete
	ok "  the next boot, with RAM kept, shows its records" next_boot_records
	ok "  and they are those of the dump, byte for byte" diff -r "$work/pstore" "$work/records"
done
done_testing
