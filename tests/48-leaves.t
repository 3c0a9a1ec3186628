#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A dump holds the logs of this boot, and the records of earlier boots that are still in
# /sys/fs/pstore. It must not hold a record that was removed, the rest of a longer record, or other
# data that was in this RAM. The guest writes secrets, each of which has a letter.
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=tests/lib/boots.sh
. "$top/tests/lib/boots.sh"

only='each zone holds its record and zeros, with right parity'

# secrets: which file of the dump has which secrets
secrets() {
	local file
	for file in "$work"/dump/md_*.BIN; do
		file=${file##*md_}
		echo "${file%.BIN}" "$(grep -aoE 'secret-[a-z]' "$work/dump/md_$file" | sort -u |
			sed 's/secret-//' | tr -d '\n')"
	done | awk 'NF == 2' | xargs
}

from_its_first_line() {
	head -n 1 "$work/records/console-ramoops-0" | grep -F 'Booting Linux' &&
		equal "$(grep -c secret-d "$work/records/console-ramoops-0")" 200
}
calls_of_both_cpus() {
	equal "$(grep -oE '^CPU:[01] .* ksys_sync <-' "$work/records/ftrace-ramoops-0" |
		sed 's/ .* ksys/ ksys/' | xargs)" "CPU:0 ksys_sync <- CPU:1 ksys_sync <-"
}

# Changes the first three records to what a kernel that clears nothing leaves: text behind them, and
# parity of both. In the last block of the second record, ECC can correct the damaged bytes; in that
# of the third one it cannot.
older_kernel() {
	local name address size zone_size
	read -r name address size zone_size <"$work/areas"
	[ "$name" = KDMESG ] || return
	PYTHONPATH=$top/tests/lib python3 -B - "$work/ram" "$((0x$address - 0x40000000))" \
		"$((0x$zone_size))" "$((ecc * 16))" "$left_behind" <<-'END'
		import sys
		from leaves import BLOCK, HEADER, Parity, Zone
		path, first, zone_size, ecc, text = sys.argv[1:]
		first, zone_size, ecc = int(first), int(zone_size), int(ecc)
		code = Parity(ecc) if ecc else None
		with open(path, "r+b") as ram:
		    for number in range(3):
		        ram.seek(first + number * zone_size)
		        zone = Zone(ram.read(zone_size), ecc)
		        behind = len(zone.data) - zone.size
		        data = bytearray(zone.data[:zone.size] + (text.encode() * behind)[:behind])
		        parity = b""
		        for at in range(0, len(data) if ecc else 0, BLOCK):
		            parity += code.of(data[at:at + BLOCK])
		        for at in range(ecc // 2 + number - 1 if ecc and number else 0):
		            data[(zone.size - 1) // BLOCK * BLOCK + at] ^= 0xa5
		        ram.seek(first + number * zone_size + HEADER.size)
		        ram.write(data + parity)
	END
}
notices() { grep -ahoE '^ECC: .*' "$1"/dmesg-ramoops-{0,1,2} | sed 's/ECC: //' | xargs; }
shown_first() {
	diff "$work/first/dmesg-ramoops-0" "$work/$1/dmesg-ramoops-0" &&
		diff <(grep -v ^ECC: "$work/first/dmesg-ramoops-1") \
			<(grep -v ^ECC: "$work/$1/dmesg-ramoops-1")
}

for ecc in 0 1; do
	params="ramoops.ecc=$ecc ramoops.mem_type=$ecc pstore.compress=none"
	params+=" ramoops.ftrace_size=0x4000"
	fill_ram
	rm -rf "$work/dump"
	ok "ecc=$ecc: two oopses and a panic" \
		boots pmsg:p,trace,log:a,oops,forget,log:b,oops,forget,log:c,panic
	ok "  $only" only_ours
	is "  with all secrets" "$(secrets)" "KCONSOLE abc KDMESG abc KPMSG p"
	is "  in whole records" "$(grep -laP '\x00' "$work/records"/*)" ""

	# As systemd-pstore does, which runs at each boot
	ok "a boot that removes all records but two, and then resets" \
		boots pmsg:q,trace,rm:dmesg-ramoops-1,rm:console*,rm:pmsg*,rm:ftrace*,log:d,reset
	ok "  $only" only_ours
	is "  no secrets of the records that it removed" "$(secrets)" \
		"KCONSOLE d KDMESG ac KPMSG q"
	ok "  the other records are the same, byte for byte" eval "same_zone 0 && same_zone 2"
	ok "  the console has this boot's log from its first line" from_its_first_line
	ok "  pmsg has all of this boot" grep -x 'secret-q in line 1 of pmsg' \
		"$work/records/pmsg-ramoops-0"
	[ "$ecc$BASE" = 16.12 ] || ok "  and so have the traces of both CPUs" calls_of_both_cpus

	ok "a shorter record in the place of the first one" boots forget,log:e,panic
	ok "  $only" only_ours
	is "  nothing of the longer record" "$(secrets)" "KCONSOLE e KDMESG ce"
	ok "  the third record is still the same" same_zone 2
	ok "  the next boot shows what the dump has" parity

	# The secret is in the log, but not on the console.
	rm "$work/ram"
	params+=" ramoops.record_size=0x100000"
	ok "a shorter record in the same boot" boots log:a,oops,forget,panic loglevel=1
	ok "  $only" only_ours
	is "  nothing of the longer record" "$(secrets)" ""
	ok "a boot that removes all records, and then panics" boots trace,rm:*,log:d,panic
	ok "  $only" only_ours
	ok "  the console has this boot's log from its first line" from_its_first_line
	# 6.12 takes the notice of ECC for traces.
	[ "$ecc$BASE" = 16.12 ] || ok "  the next boot shows what the dump has" parity

	ok "other sizes of zones: before" boots pmsg:p,log:a,reset
	params+=" ramoops.console_size=0x20000 ramoops.pmsg_size=0x40000 ramoops.record_size=0x4000"
	ok "  and after" boots reset
	ok "  $only" only_ours
	is "  no secrets" "$(secrets)" ""

	params="ramoops.ecc=$ecc pstore.compress=none"
	ok "three records of a kernel that does not clear" \
		boots log:a,oops,forget,log:b,oops,forget,log:c,panic
	rm -rf "$work/first" "$work/pstore"
	cp -r "$work/records" "$work/first"
	ok "  with text behind them, and damaged blocks" older_kernel
	ok "  are shown" next_boot_records normal "$params"
	ok "  unchanged, but for the third one" shown_first pstore
	ok "  are in the dump of one more boot" boots reset
	ok "  unchanged, but for the third one" shown_first records
	ok "  which is damaged as it was" \
		diff "$work/pstore/dmesg-ramoops-2" "$work/records/dmesg-ramoops-2"
	if [ "$ecc" = 1 ]; then
		none='No errors detected' last='0 Corrected bytes, 1 unrecoverable blocks'
		is "  with ECC's notices, as shown" "$(notices "$work/pstore")" \
			"$none 8 Corrected bytes, 0 unrecoverable blocks $last"
		is "  and saved" "$(notices "$work/records")" "$none $none $last"
		at=$((0x$(awk '$1 == "KDMESG" { print $4 }' "$work/areas") * 2))
		is "  without the text, and parity as it was in one block" \
			"$(only_ours | sed 's/, first.*//')" \
			"KDMESG at $at: wrong parity of 1 blocks"
	else
		ok "  without the text" only_ours
	fi
done
done_testing
