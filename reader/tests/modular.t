#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Names in ftrace: if pstore is a module, the recorded addresses include the offset of KASLR.
. "${0%/*}/lib.sh"
cases=$out/cases
python3 reader/tests/field.py modular "$cases" || bail "cannot make the dumps"

# shows CASE ADDRESSES NAMES [OPTION]...: the first call
shows()
{
	local expected=0
	run -s "$cases/System.map" "${@:4}" cat "$cases/$1/dump" ftrace-ramoops-0 || return 1
	head -n 1 "$out/1" | grep -xF "CPU:0 ts:0 $2  $3" || { cat "$out/1"; return 1; }
}
named='first <- second+0x4/0x40'
moved='ffff800092340010  ffff800092340044'
check "pstore in a module, and the offset" shows moved "$moved" "$named" -k 0x12340000
check "pstore in the kernel" shows linked 'ffff800080000010  ffff800080000044' "$named"
check "pstore in the kernel, and the offset" shows linked "$moved" "$named" -k 0x12340000

hints()
{
	local expected=0
	run -s "$cases/System.map" cat "$cases/$1/dump" ftrace-ramoops-0 &&
		[ "$(grep -c 'pstore was a module' "$out/2")" = "$2" ]
}
check "a hint without an offset" hints moved 1
check "no hint without a reason" hints linked 0

done_testing
