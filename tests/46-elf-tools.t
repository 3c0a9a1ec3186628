#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The ELF header of a dump, for no region up to the most there can be, as readelf, elfutils and gdb
# see it. What they say besides what they were asked for goes to stderr, and there must be none.
. "$(dirname "$0")/lib.sh"

crash() {
	"$fwsim" boot "$work/ram" >/dev/null
	boot regions --append "ramoops.mem_name=none regions=$1" --add "$obj/regions.cpio.gz"
}

# quietly FILE COMMAND...: the output of COMMAND goes to FILE; it succeeds and complains of nothing.
quietly() {
	local out=$1
	shift
	"$@" 2>"$work/stderr" >"$out" || return
	[ ! -s "$work/stderr" ] || { cat "$work/stderr"; false; }
}

has_regions() {
	[ "$(grep -cE 'REGION_[0-9]+ +NOBITS ' "$work/out")" -eq "$1" ] &&
		[ "$(grep -cE '^ +LOAD ' "$work/out")" -eq "$1" ] && grep -E '^ +NOTE ' "$work/out"
}

gdb() { gdb-multiarch -nx -batch -c "$work/minidump.elf" -ex 'info files' "$@"; }
# There are no registers in a minidump, and gdb cannot but say so.
gdb_quiet() {
	gdb 2>&1 >"$work/out" |
		grep -vxE "(warning: Couldn't find general-purpose registers in core file\.)?" &&
		return 1
	[ "$(grep -c ' is load' "$work/out")" -eq "$1" ]
}
gdb_reads() {
	local address
	address=$(sed -n "s/.* REGION_$1 *NOBITS *\([0-9a-f]*\) .*/0x\1/p" "$work/sections")
	gdb -ex "x/16xb $address" 2>&1 | grep -c "$(printf '\t0xa5%.0s' {1..8})" | grep -x 2
}

ok "a module registers regions" "$top/scripts/guest-module" regions demo
for regions in 0 1 4 100 200; do
	ok "$regions regions: a crash" crash $regions
	ok "  firmware" "$fwsim" check "$work/ram"
	rm -rf "$work/dump" "$work/minidump.elf"
	ok "  saves them" "$fwsim" dump "$work/ram" "$work/dump"
	ok "  they become an ELF file" "$reader" assemble "$work/dump" "$work/minidump.elf"
	for file in "$work/dump/md_KELF_HEADER.BIN" "$work/minidump.elf"; do
		ok "  readelf, ${file##*/}" quietly "$work/out" readelf -hlSnW "$file"
		ok "    shows all regions" has_regions $regions
		ok "    and who wrote it" grep -F MINIDUMP "$work/out"
		ok "  eu-readelf" quietly "$work/eu" eu-readelf -hlSn "$file"
		ok "    shows all regions" test "$(grep -c ' LOAD ' "$work/eu")" -eq $regions
	done
	cp "$work/out" "$work/sections"
	ok "  gdb, minidump.elf" gdb_quiet $regions
	[ $regions -eq 0 ] || ok "    reads the last region" gdb_reads $((regions - 1))
done
done_testing
