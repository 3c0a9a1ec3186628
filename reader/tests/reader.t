#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The reader on good, broken and hostile dumps; all of it under ASan and UBSan.
. "${0%/*}/lib.sh"
cases=$out/cases
python3 reader/tests/dumps.py "$cases" || bail "cannot make the dumps"

for path in "$cases"/*/; do
	path=${path%/}
	check "extract ${path##*/}" extract_case "$path"
done

# Dumps of real kernels and what these showed themselves: tests/45-reader-parity.t makes them
golden()
{
	local expected=0 name=${1##*/}
	local dir=$out/golden/${name%.tar.xz}
	mkdir -p "$dir" && tar -C "$dir" -xf "$1" && cd "$dir" || return 1
	mapfile -t options < <(grep . options)
	run "${options[@]}" extract dump made && diff -r expect made && [ ! -s "$out/2" ]
}
for path in reader/tests/golden/*.tar.xz; do
	check "extract ${path#reader/tests/}" golden "$PWD/$path"
done

# Nothing may have been made beside the directories asked for
no_escape()
{
	local made
	made=$(cd "$out" && find . -name 'esc*' -o -path './extract/*/*' ! -name '*-ramoops-*')
	[ -z "$made" ] || { echo "$made"; return 1; }
}
check "no name of a dump has become a path" no_escape

# Three are open in any program, two more for one file of a directory.
opens_few_files()
{
	local expected=0
	(ulimit -n 6 && run "$@" "$cases/directory/dump")
}
for command in list check; do
	check "$command closes one file before it opens the next" opens_few_files $command
done

lists()
{
	local expected=0
	run list "$cases/$1/dump" || return 1
	shift
	for line; do
		grep -qxe "$line" "$out/1" || { echo "no line: $line"; cat "$out/1"; return 1; }
	done
}
check "list names the kernel" lists directory 'kernel  7.3.0-test' \
	' *#1 SMP PREEMPT Sat Nov 21 08:00:00 UTC 2026'
check "list of a directory" lists directory \
	'KELF_HEADER *- *744  elf header' \
	'KDMESG *0x90000000 *12288  pstore dmesg' \
	'    dmesg-ramoops-1, 10404 bytes' \
	'KPMSG *0x90005000 *2048  pstore pmsg'
check "list of an image" lists rawdump 'KELF_HEADER *0x88000000 *744  elf header'
check "list of widened regions" lists widened 'KDMESG *0x90000000 *12292  pstore dmesg' \
	'KCONSOLE *0x90003000 *8196  pstore console'
check "list without a header" lists no-header 'kernel  unknown' 'KDMESG *- *12288  pstore dmesg'
check "list shows what is wrong" lists partial 'KPMSG *0x90005000 *2048  pstore pmsg' \
	'    ! cut short: 1548 of 2048 bytes are there'
check "list shows missing regions" lists header-alien 'K/../?.31mX *0x1000 *0  other' \
	'    ! in KELF_HEADER, but not in the dump'

listed()
{
	local expected=0
	run list "$cases/header-crowd/dump" && [ "$(grep -c '^R' "$out/1")" = 1019 ]
}
check "list of no more regions than can be" listed
check "list lets no control characters through" lists name-absolute \
	'/tmp/?.31m? *0x90005000 *2048  pstore pmsg'

cats()
{
	local expected=0
	run cat "$cases/rawdump/dump" "$1" && cmp "$cases/rawdump/expect/$1" "$out/1"
}
check "cat console" cats console-ramoops-0
check "cat inflates dmesg" cats dmesg-ramoops-1

# What there is to know first
sums_up()
{
	local expected=0
	run "$cases/$1/dump" || return 1
	shift
	for line; do
		grep -qxF -e "$line" "$out/1" || { echo "no line: $line"; cat "$out/1"; return 1; }
	done
}
check "summary of a panic" sums_up crash-panic \
	'kernel   7.3.0-test #1 SMP PREEMPT Sat Nov 21 08:00:00 UTC 2026' \
	'records  dmesg-ramoops-0, 67 bytes' '         console-ramoops-0, 442 bytes' \
	'when     2023-11-14 22:13:23 UTC' \
	'crash    [    9.000000] Internal error: Oops: 96000044 [#1]'
check "summary without a clock" sums_up crash-clock \
	'when     1970-01-01 00:00:12 UTC, but the clock was not set' \
	'crash    [   12.000000] Kernel panic - not syncing: Fatal exception?[31m'
check "summary of a hang" sums_up crash-hang \
	"crash    no oops and no panic in this boot's console-ramoops-0, which ends with" \
	'         [    8.000000] line 8 of the log'
check "summary of calls" sums_up ftrace '         ftrace-ramoops-0, 120 function calls'
check "summary counts problems" sums_up partial 'problems 2; "list" shows them'

# What other tools would say; check.t has more
flawless()
{
	local expected=0
	run check "$cases/$1/dump" && grep -x "$2 regions, no deviations" "$out/1"
}
check "check of a directory" flawless directory 4
check "check of an image" flawless rawdump 4
check "check of an ELF file" flawless elf 4
check "check with ECC and ftrace" flawless ecc 4
check "check of widened regions" flawless widened 4
finds()
{
	local expected=1
	run check "$cases/$1/dump" || return 1
	grep -xF -e "  ! $2" "$out/1" || { cat "$out/1"; return 1; }
}
check "check finds a partition that is too small" finds partial \
	'valid is 2, not 1: the partition is smaller than the dump'
check "check finds an image that is cut" finds partial \
	'section md_KPMSG.BIN: 0x800 bytes at 0x5420 are not in the image'
check "check finds an unfinished section" finds section-invalid \
	'section md_KPMSG.BIN: valid is 0, not 1'
check "check finds an endless name" finds name-unterminated \
	'section 3: its name has no end: nnnnnnnnnnnnnnnnnnnn'
check "check finds a lost region" finds name-escapes 'KPMSG: in KELF_HEADER, but not in the dump'
check "check finds no header" finds no-header \
	'KELF_HEADER: not in the dump: no tool can tell what the regions are'
check "check finds a header that is none" finds header-garbage \
	'KELF_HEADER: it is not a little-endian ELF64 core file: QDL refuses it'
check "check finds a bad zone" finds bad-signature \
	'KCONSOLE: zone 0: not a ramoops zone: signature 0x12345678'

fails()
{
	local expected=$1 message=$2
	shift 2
	run "$@" && { grep -e "$message" "$out/2" || { cat "$out/2"; return 1; }; }
}
dump=$cases/directory/dump
check "cat: no such record" fails 1 'no record dmesg-ramoops-2' cat "$dump" dmesg-ramoops-2
check "cat: no name of another file" fails 1 'no record ../dump' cat "$dump" ../dump
check "no such source" fails 1 'cannot open .*/nothing: No such file' list "$out/nothing"
check "source without regions" fails 1 'no md_[*].BIN files' list "$cases/directory/expect"
check "source is neither" fails 1 'neither a directory of md_[*].BIN files, nor a rawdump image' \
	list "$PWD/reader/Makefile"
mkfifo "$out/fifo"
check "source is a FIFO" fails 1 'neither a directory, nor a file, nor a block device' \
	list "$out/fifo"
check "usage: no dump" fails 2 'SRC is missing'
check "usage: unknown command" fails 2 'unknown command show;' show "$dump"
check "usage: a command without a dump" fails 2 'wrong number of arguments' log
check "usage: arguments" fails 2 'wrong number of arguments' extract "$dump"
check "usage: option" fails 2 'unrecognized option' --fore list "$dump"
check "usage: -f without extract" fails 2 '-f is for extract and assemble' -f list "$dump"
expected=0
check "help" run --help
version()
{
	run --version && grep -qxE "minidump-pstore [^ ]+" "$out/1"
}
check "version" version

run assemble "$dump" "$out/elf"
check "assemble without a header" fails 1 'cannot assemble without KELF_HEADER: not in the dump' \
	assemble "$cases/no-header/dump" "$out/elf"
check "assemble with a bad header" fails 1 'not a little-endian ELF64 core file' \
	assemble "$cases/header-garbage/dump" "$out/no-elf"
check "assemble refuses to overwrite" fails 1 'elf not written: File exists (-f overwrites)' \
	assemble "$dump" "$out/elf"
check "and neither writes anything" test ! -e "$out/no-elf"
check "usage: size" fails 2 '16Q is not a size' --pmsg-size=16Q "$dump"
check "usage: ecc" fails 2 '128 is not a number from 0 to 127' --ecc=128 "$dump"
check "no symbols" fails 1 'has no symbols' --symbols=/dev/null list "$dump"
check "symbols of something else" fails 1 'cannot read symbols' \
	--symbols="$PWD/Makefile" list "$dump"

# Other things than files
mkdir "$out/odd"
cp "$dump/md_KELF_HEADER.BIN" "$out/odd"
mkdir "$out/odd/md_KPMSG.BIN"
mkfifo "$out/odd/md_KCONSOLE.BIN"
ln -s nowhere "$out/odd/md_KDMESG.BIN"
check "directory as a region" fails 1 'KPMSG: not a regular file' extract "$out/odd" "$out/o1"
check "FIFO as a region" fails 1 'KCONSOLE: not a regular file' extract "$out/odd" "$out/o1"
check "dangling link as a region" fails 1 'KDMESG: No such file' extract "$out/odd" "$out/o1"

# The size of the input costs neither time nor memory
sparse()
{
	local expected=0
	mkdir "$out/sparse" && cp "$cases/no-header/dump"/* "$out/sparse" &&
		truncate -s 1T "$out/sparse/md_KCONSOLE.BIN" &&
		(ulimit -t 5 && run extract "$out/sparse" "$out/o-sparse") &&
		cmp "$cases/no-header/expect/console-ramoops-0" "$out/o-sparse/console-ramoops-0"
}
check "sparse region of 1 TiB" sparse

# Files that exist
exists()
{
	local expected=1
	mkdir "$out/e" && echo mine >"$out/e/console-ramoops-0" &&
		ln -s ../victim "$out/e/pmsg-ramoops-0" && echo mine >"$out/victim" &&
		run extract "$dump" "$out/e" || return 1
	grep -q 'console-ramoops-0 not written: File exists (-f overwrites)' "$out/2" &&
		grep -qx mine "$out/e/console-ramoops-0" && [ -L "$out/e/pmsg-ramoops-0" ] &&
		cmp "$cases/directory/expect/dmesg-ramoops-0" "$out/e/dmesg-ramoops-0"
}
forced()
{
	local expected=0
	run extract -f "$dump" "$out/e" && diff -r "$cases/directory/expect" "$out/e" &&
		grep -qx mine "$out/victim" && [ ! -L "$out/e/pmsg-ramoops-0" ]
}
clean()
{
	[ "$(find "$1" -name '.?*')" = "" ] || { ls -A "$1"; return 1; }
}
check "extract refuses to overwrite" exists
check "and leaves no temporary files" clean "$out/e"
check "extract -f overwrites, but not through links" forced

# Output that cannot be written; /proc refuses files even to root
check "directory that cannot be created" fails 1 'cannot create' extract "$dump" "$out/no/where"
check "directory that is a file" fails 1 'cannot open' extract "$dump" "$out/victim"
check "directory that takes no files" fails 1 '/proc/pmsg-ramoops-0 not written: No such file' \
	extract "$dump" /proc

no_room()
{
	local expected=1
	(trap '' XFSZ && ulimit -f 2 && run extract "$dump" "$out/f") || return 1
	# 2 KiB: enough for some of the records
	[ "$(ls -A "$out/f")" = $'dmesg-ramoops-0\npmsg-ramoops-0' ] ||
		{ ls -lA "$out/f"; return 1; }
}
check "no room: no short and no temporary file" no_room

full()
{
	"$reader" "$@" >/dev/full 2>"$out/2"
	[ $? = 1 ] && grep 'No space left on device' "$out/2"
}
no_room_to_assemble()
{
	local expected=1
	(trap '' XFSZ && ulimit -f 2 && run assemble "$dump" "$out/short-elf") || return 1
	[ -z "$(find "$out" -maxdepth 1 -name '*short-elf*')" ]
}
check "no room to assemble: no file" no_room_to_assemble
dated()
{
	local expected=0
	run extract "$dump" "$out/dated" &&
		[ "$(stat -c %.6Y "$out/dated/dmesg-ramoops-1")" = 1700000001.000002 ]
}
check "records are as old as they say" dated
check "cat to a full device" full cat "$dump" console-ramoops-0
check "list to a full device" full list "$dump"
check "help to a full device" full --help

done_testing
