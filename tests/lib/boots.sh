# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the tests of one boot after another on the same RAM, after common.sh.
# shellcheck disable=SC2154 # what common.sh and the tests set

# boots WORDS [PARAMETERS]: one boot, in which the guest does WORDS, and the dump of it. The dump of
# the boot before is kept in $work/before.
boots() {
	local how=(boot)
	[[ $1 != *hang ]] || how=(boot_until 'guest: hangs')
	rm -rf "$work/before" "$work/records"
	[ ! -e "$work/dump" ] || mv "$work/dump" "$work/before"
	"$fwsim" boot "$work/ram" &&
		"${how[@]}" leaves --append "$params ${2:-} do=$1" &&
		"$fwsim" dump "$work/ram" "$work/dump" &&
		saved_areas >"$work/areas" &&
		"$reader" --symbols="$obj/System.map" extract "$work/dump" "$work/records" &&
		! grep 'guest: could not' "$work/leaves.log"
}

only_ours() { "$top/tests/lib/leaves.py" "$work/areas" "$work/dump" "$ecc" "$left_behind"; }

# zone NUMBER DUMP: a dmesg zone
zone() {
	local size
	size=$((0x$(awk '$1 == "KDMESG" { print $4 }' "$work/areas")))
	tail -c +$(($1 * size + 1)) "$2/md_KDMESG.BIN" | head -c $size
}
same_zone() { cmp <(zone "$1" "$work/before") <(zone "$1" "$work/dump"); }

# Whether the next boot shows what was extracted
parity() {
	rm -rf "$work/pstore"
	next_boot_records normal "$params" && diff -r "$work/pstore" "$work/records"
}
