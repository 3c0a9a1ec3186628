#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Dumps of Android's kernels: the reader finds their regions, and the kernel's version.
. "${0%/*}/lib.sh"
cases=$out/cases
python3 reader/tests/android.py "$cases" || bail "cannot make the dumps"

for path in "$cases"/*; do
	check "extract ${path##*/}" extract_case "$path"
done

lists()
{
	local expected=0 dump=$cases/$1/dump line
	run list "$dump" || return 1
	shift
	for line; do
		grep -qxe "$line" "$out/1" || { echo "no line: $line"; cat "$out/1"; return 1; }
	done
	# minidump_table and linux_banner are no regions
	! grep -E 'LOAD|minidump_table|linux_banner|!' "$out/1"
}
for form in directory rawdump elf; do
	check "list of the $form" lists "plain-$form" 'kernel  5.15.94-android13-8' \
		' *#1 SMP PREEMPT Mon Jan 1 00:00:00 UTC 2024' \
		'KELF_H[A-Z]* *\(0x88000000\|-\) *2340  elf header' \
		'KLOGBUF *0xb0000000 *512  .*' 'KCONSOLE *0xa0000000 *4096  pstore console' \
		'KPMSG *0xa0001000 *4096  pstore pmsg'
done

done_testing
