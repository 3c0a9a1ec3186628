#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Records that kernels before 6.6 have compressed.
. "${0%/*}/lib.sh"
cases=$out/cases
python3 reader/tests/compressors.py "$cases" || bail "cannot make the dumps"

for path in "$cases"/*; do
	name=${path##*/}
	library=lib${name##*-}
	if [[ $library =~ lz4|zstd ]] && ! pkg-config --exists "$library"; then
		skip "expand $name" "no $library"
	else
		check "expand $name" extract_case "$path"
	fi
done

# Without the libraries, a record is left as it is, and the message says what it is.
build reader-bare libraries='libelf zlib' CFLAGS='-g -O1'
left()
{
	local expected=0
	run extract "$cases/$1-$1/dump" "$out/left-$1" &&
		grep -F "probably $1, which this program was built without" "$out/2" &&
		[ -s "$out/left-$1/dmesg-ramoops-0.enc.z" ]
}
reader=$PWD/build/reader-bare/minidump-pstore
for name in lz4 zstd; do
	check "built without $name" left "$name"
done

done_testing
