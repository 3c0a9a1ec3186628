#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# One crash after another on the same RAM, and settings of pstore and ramoops that people change
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=tests/lib/boots.sh
. "$top/tests/lib/boots.sh"

parity='the next boot shows what the dump has'
reads_summary() { "$reader" "$work/dump" >"$work/summary"; }
says() { grep -E "$1" "$work/summary" || { cat "$work/summary"; false; }; }
says_first() { sed -n 2p "$work/summary" | grep -F "$1"; }
# kinds DIRECTORY WANTED: the first lines of the records of crashes
kinds() { equal "$(head -qn 1 "$work/$1"/dmesg-ramoops-*)" "$2"; }
has() { grep -F -- "$2" "$work/$1"; }

params=''
for clock in clock:1700000000 no-clock; do
	rm -rf "$work/ram" "$work/dump"
	ok "an oops and a panic" boots clock:1600000000,log:a,oops,panic
	ok "then, with nothing removed and $clock, another panic" \
		boots $clock,log:b,lkdtm-panic
	ok "  in the place of the first record" has records/dmesg-ramoops-0 "secret-b"
	ok "  the second record is the same, byte for byte" same_zone 1
	ok "  there is a summary" reads_summary
	if [ $clock = no-clock ]; then
		fails "  which does not have the older one's time" "" says "^when +2020"
	else
		ok "  its time is that of this boot" says "^when +2023-11-14 22:13:2[0-9] UTC$"
	fi
	ok "  its crash as well" says '^crash .* Kernel panic - not syncing: dumptest$'
	ok "  its record as well" says '^from +dmesg-ramoops-0$'
	ok "  $parity" parity
done

ok "then, with nothing removed, a hang" boots log:c,hang
ok "  the records are the same, byte for byte" eval "same_zone 0 && same_zone 1"
ok "  there is a summary" reads_summary
ok "  which says first that there is no panic" says_first \
	"console  no oops and no panic in this boot's console-ramoops-0"
ok "  and that the newer one, which it shows, may be of an earlier boot" says \
	'^from +dmesg-ramoops-0, which may be of an earlier boot$'
ok "  $parity" parity

rm "$work/ram"
params=ramoops.max_reason=1
ok "an oops and a panic, where only the latter is to be recorded" boots oops,panic
ok "  it is" kinds records "Panic#1 Part1"
ok "  $parity" parity
rm "$work/ram"
params=ramoops.max_reason=3
ok "a restart without shutdown, where that is to be recorded" boots reset
ok "  it is" kinds records "Emergency#1 Part1"
ok "  $parity" parity
rm "$work/ram"
params="ramoops.max_reason=0 printk.always_kmsg_dump=1"
fails "a restart, where all are to be recorded: there is no dump" "not enabled" boots reboot
rm -rf "$work/pstore"
ok "  the next boot has a record" next_boot_records normal "$params"
ok "  which is right" kinds pstore "Shutdown#1 Part1"

rm "$work/ram"
params="pstore.kmsg_bytes=1000000 ramoops.record_size=0x1000"
ok "more of the log than a record has room for" boots log:a,panic
ok "  there is one part" kinds records "Panic#1 Part1"
is "  pstore says once that there is no room" "$(grep -cF 'writing error (-28)' \
	"$work/records/console-ramoops-0")" 1
ok "  $parity" parity
rm "$work/ram"
params=pstore.compress=lz4
ok "a compression that pstore does not have" boots log:a,panic
ok "  it takes another one" has leaves.log "'lz4', falling back to deflate"
ok "  the record is expanded" has records/dmesg-ramoops-0 "secret-a in line 200"
ok "  $parity" parity

for ecc in 0 1; do
	rm "$work/ram"
	params=ramoops.ecc=$ecc
	ok "ecc=$ecc: pmsg, more in one write than it has room for" boots write:100000,panic
	room=$(PYTHONPATH=$top/tests/lib python3 -B -c 'import sys, leaves
print(len(leaves.Zone(bytes(65536), 16 * int(sys.argv[1])).data))' $ecc)
	ok "  the last $room bytes are there" cmp -n "$room" "$work/records/pmsg-ramoops-0" \
		<(seq 30000 | head -c 100000 | tail -c "$room")
	ok "  and nothing behind them but the notice of ECC" equal \
		"$(tail -c +$((room + 1)) "$work/records/pmsg-ramoops-0" | xargs)" \
		"$([ $ecc = 0 ] || echo ECC: No errors detected)"
	ok "  $parity" parity
	rm "$work/ram"
	ok "two programs write to pmsg at the same time" boots writers,panic
	for cpu in 1 2; do
		ok "  all lines of program $cpu are there, in order" diff \
			<(grep "^writer $cpu, " "$work/records/pmsg-ramoops-0") \
			<(for i in {1..1000}; do echo "writer $cpu, line $i $i"; done)
	done
	ok "  $parity" parity
done
done_testing
