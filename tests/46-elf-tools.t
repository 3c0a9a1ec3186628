#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Other programs read dumps of any number of regions, and notice a damaged header.
# tests/44-areas.t runs them on the dump of every geometry.
# shellcheck source=tests/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

crash() {
	"$fwsim" boot "$work/ram" >/dev/null
	boot regions --append "ramoops.mem_name=none regions=$1" --add "$obj/regions.cpio.gz"
}

# notice DAMAGE PROGRAM...
notice() {
	local damage=$1 program
	shift
	programs_read "$work/damaged/$damage" >"$work/said"
	cat "$work/said"
	for program; do
		grep -q "^$program: " "$work/said" || { echo "$program says nothing"; return 1; }
	done
}

ok "a module registers regions" "$top/scripts/qemu/guest-module" regions demo
for regions in 0 1 100 200 4; do
	ok "$regions regions: a crash" crash $regions
	ok "  firmware" "$fwsim" verify "$work/ram"
	rm -rf "$work/dump"
	ok "  saves them" "$fwsim" dump "$work/ram" "$work/dump"
	ok "  they become an ELF file" "$reader" assemble -f "$work/dump" "$work/minidump.elf"
	ok "  ${programs[*]} read it" programs_read "$work"
done

ok "the last of them, damaged" "$top/tests/lib/damage.py" "$work/dump" "$work/damaged"
ok "  undamaged" programs_read "$work/damaged/none"
while read -r damage names; do
	# Only the newest suite's llvm-readelf is installed.
	[ -n "${SUITE:-}" ] || names=${names/ llvm-readelf/}
	# shellcheck disable=SC2086 # names of programs
	ok "  $damage: found by $names" notice "$damage" $names
done <<END
old readelf llvm-readelf pyelftools linux-ramdump-parser
no-alloc readelf llvm-readelf pyelftools linux-ramdump-parser
outside readelf eu-readelf llvm-readelf pyelftools linux-ramdump-parser
elsewhere readelf eu-readelf llvm-readelf pyelftools linux-ramdump-parser
no-terminator eu-readelf llvm-readelf
name readelf eu-readelf llvm-readelf pyelftools linux-ramdump-parser
look-ahead linux-ramdump-parser
p_offset readelf eu-readelf llvm-readelf gdb-multiarch linux-ramdump-parser
p_paddr readelf eu-readelf llvm-readelf gdb-multiarch QDL
note readelf llvm-readelf pyelftools
e_type file llvm-readelf gdb-multiarch
e_machine file
${SUITE:+entsize readelf}
END
done_testing
