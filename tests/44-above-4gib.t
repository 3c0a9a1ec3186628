#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# With 6 GiB of RAM, the zones, the table and KELF_HEADER are above 4 GiB. Their addresses must be
# right in the table, header, dump, rawdump image, its script, reader and ELF file.
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=tests/lib/geometry.sh
. "$top/tests/lib/geometry.sh"
# shellcheck source=tests/lib/kills.sh
. "$top/tests/lib/kills.sh"

ram_size=6G

# same_places COMMAND...: its lines have name, address and size of each area, in hexadecimal
same_places() { diff <(sed 's/ [^ ]*$//' "$work/areas" | sort) <("$@" | sort); }
listed() {
	"$reader" list "$1" 2>/dev/null | awk '/^K/ && !/ELF/ { printf "%s %s %x\n", $1, $2, $3 }' |
		sed 's/ 0x/ /'
}
# It has no sizes.
script() {
	grep -aoE 'md_K[A-Z]+\.BIN 0x[0-9a-f]+' "$work/dump/rawdump.bin" |
		sed 's/md_//; s/\.BIN 0x/ /' |
		paste -d ' ' - <(sed 's/.* \([^ ]*\) .*/\1/' "$work/areas")
}
segments() {
	readelf -lW "$work/minidump.elf" | awk '$1 == "LOAD" && $3 == $4 { print $3, $5 }' |
		sed 's/0x0*//g' | paste -d ' ' <(sed 's/ .*//' "$work/areas") -
}
gdb_reads() {
	local name address
	while read -r name address _; do
		equal "$(gdb-multiarch -nx -batch -c "$work/minidump.elf" \
			-ex "x/12xb 0x$address" 2>&1 |
			sed -n 's/^0x[0-9a-f]*:\t//p' | sed 's/\(0x\|\t\)/ /g' | xargs)" \
			"$(od -An -tx1 -N 12 "$work/dump/md_$name.BIN" | xargs)" || return
	done <"$work/areas"
}
everywhere() {
	ok "  the reader lists them there" same_places listed "$work/dump"
	ok "  of the rawdump image, too" same_places listed "$work/dump/rawdump.bin"
	ok "  its script loads them there" same_places script
	rm -f "$work/minidump.elf"
	ok "  the ELF file" "$reader" assemble "$work/dump" "$work/minidump.elf"
	ok "  has them there" same_places segments
	ok "  gdb reads them there" gdb_reads
}
# Table and header, the two models of what firmware does, and every area
above() {
	{
		"$fwsim" verify "$work/ram" | sed -n 's/.*table at 0x\([0-9a-f]*\),.*/\1/p'
		"$fwsim" dump "$work/ram" "$work/dump" | sed 's/.* 0x\([0-9a-f]*\) .*/\1/'
	} >"$work/addresses"
	cat "$work/addresses"
	equal "$(grep -cE '^1[0-9a-f]{8}$' "$work/addresses")" 6
}

geometry "6 GiB of RAM, memory from its end"
everywhere
geometry "6 GiB of RAM, memory on both sides of 4 GiB" where=params address=0xfff80000 \
	size=0x100000
everywhere
geometry "6 GiB of RAM, devicetree, no-map, ECC" where=dt-no-map zones=1 ecc=0x10 \
	address=0x180000000
everywhere

new_ram >/dev/null
ok "once more, with a panic" boot panic
ok "  table and header are above 4 GiB" above
: >"$work/compared"
ok "a module registers regions" "$top/scripts/qemu/guest-module" regions demo
ok "killed at random, as in 71-kills.t" kill_once 6
ok "  after what there is to compare" test -s "$work/compared"
done_testing
