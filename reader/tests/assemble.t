#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# assemble writes what QDL writes, byte for byte, or nothing.
. "${0%/*}/lib.sh"
cases=$out/cases
python3 reader/tests/assemble.py "$cases" || bail "cannot make the dumps"

assembles()
{
	local expected=0
	[ -e "$1/want" ] || expected=1
	run assemble "$1/dump" "$1/elf" || return 1
	if [ -e "$1/want" ]; then
		cmp "$1/want" "$1/elf"
	else
		cat "$out/2"
		grep -qxF -f "$1/error" "$out/2" && [ ! -e "$1/elf" ]
	fi
}
for path in "$cases"/*; do
	if [ -e "$path/want" ]; then
		check "assemble ${path##*/}" assembles "$path"
	else
		check "refuse to assemble ${path##*/}" assembles "$path"
	fi
done

done_testing
