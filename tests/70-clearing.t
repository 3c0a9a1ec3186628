#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A crash while ramoops clears memory: after each store to its zones, the next boot would show the
# earlier records unchanged, or none. The test also counts the stores that clearing takes at boot
# for 2 MiB, and with FULL=16 for 16 MiB.
. "$(dirname "$0")/lib/common.sh"

# devicetree SIZE: of one CPU, with so much memory for ramoops
node=/reserved-memory/ramoops@4e000000
devicetree() {
	CPUS=1 "$top/scripts/qemu/dtb" "$work/dtb" && fdtput -c "$work/dtb" $node &&
		fdtput -tx "$work/dtb" $node reg 0 "$1" 0 "$2"
}
parameters() { echo "ramoops.mem_name= ramoops.mem_address=$1 ramoops.mem_size=$2"; }

# every_store ECC: as long as it takes, on one CPU and by the instruction counter
every_store() {
	rm -f "$work/ram"
	"$fwsim" boot "$work/ram" &&
		CPUS=1 "$top/tests/instant/clearing.py" "$work/ram" "$work/report" "$build" "$1" \
			"$top/scripts/qemu/boot" --ram "$work/ram" --kernel "$obj" \
			--scenario leaves --log "$work/leaves.log" --dtb "$work/dtb" \
			--timeout 600 --append "$(
			parameters 0x4f000000 0x7c00) ramoops.record_size=0x1000 \
			ramoops.console_size=0x800 ramoops.pmsg_size=0x400 \
			ramoops.ftrace_size=0 ramoops.ecc=$1 \
			do=rm:dmesg-ramoops-3,forget,oops,forget,panic" \
			-- -icount shift=0,sleep=off
}

# counts MIB ECC: until the console has its first line, in memory that holds a text
counts() {
	local size=$(($1 << 20))
	fill_ram
	devicetree 4e000000 "$(printf %x $size)" && "$fwsim" boot "$work/ram" || return
	CPUS=1 boot leaves --dtb "$work/dtb" --append "do=reset ramoops.ecc=$2 $(
		parameters 0x4e000000 $size)" -- -icount shift=0,sleep=off -plugin \
		"file=$build/instant/stores.so,ram=$work/ram,from=0x4e000000,size=$size,$(
		)events=$work/events" || return
	# The size of the console's zone, which is before those of pmsg and ftrace
	awk -v at=$((size - 0x40000 - 0x10000 - 0x1000 + 8)) -v mib="$1" -v ecc="$2" '
		$3 == at && $5 != "0" { found = 1; exit }
		!stores { first = $1 }
		{ stores++; bytes += $4; last = $1 }
		END {
			printf "%2d MiB, ecc=%d: %d stores, %d bytes, %d instructions\n",
				mib, ecc, stores, bytes, last - first
			exit !found || bytes < mib * 1048576
		}' "$work/events" >"$work/counted" || return
	cat "$work/counted" >>"$work/counts"
	rm "$work/events"
}

ok "a devicetree" devicetree 4f000000 200000
# An odd number of parity bytes cannot correct every state.
for ecc in 0 16 5 7; do
	ok "ecc=$ecc: every instant is good" every_store $ecc
	sed 's/^/# /' "$work/report"
	{ echo "ecc=$ecc"; cat "$work/report"; } >>"$work/reports"
done
for mib in 2 ${FULL:-}; do
	for ecc in 0 1; do
		ok "$mib MiB, ecc=$ecc: counts" counts "$mib" $ecc
	done
done
sed 's/^/# /' "$work/counts"
cat "$work/reports" "$work/counts" >"$build/clearing.txt"
done_testing
