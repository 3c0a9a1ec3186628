#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The reader on good, broken and hostile dumps; all of it under ASan and UBSan.
# Its sources are those in the kernel tree.
set -u
cd "$(dirname "$0")/.." || exit 1

sources=$PWD/build/linux-${BASE:-7.3}/tools/pstore
out=$PWD/build/reader-asan
reader=$out/minidump-pstore
cases=$out/cases
export LC_ALL=C ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=print_stacktrace=1

count=0

# Runs the rest of the arguments; shows their output where they fail.
check()
{
	local name=$1 log
	shift
	count=$((count + 1))
	if log=$("$@" 2>&1); then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		printf '%s\n' "$log" | sed 's/^/# /'
	fi
}

# Runs the reader: status, stdout and stderr go to $status, $out/1 and $out/2
run()
{
	timeout 10 "$reader" "$@" >"$out/1" 2>"$out/2" </dev/null
	status=$?
	[ $status = "$expected" ] && return
	echo "exit status $status, expected $expected: $*"
	cat "$out/2"
	return 1
}

bail()
{
	echo "Bail out! $1"
	exit 1
}

rm -rf "$out"
mkdir -p "$out" || bail "cannot create $out"
${CC:-gcc} -g -O1 -Wall -Wextra -Werror -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	-I"$sources/../include" "$sources"/*.c -lelf -lz -o "$reader" ||
	bail "the reader does not build"
python3 tests/reader-dump.py "$cases" || bail "cannot make the dumps"

extract_case()
{
	local expected=0 made=$out/extract/$1
	cd "$cases/$1" || return 1
	[ "$(ls expect)" ] || expected=1

	run extract dump "$made" || return 1
	sed -i 's/^minidump-pstore: //' "$out/2"
	mkdir -p "$made"
	diff -r expect "$made" && diff says "$out/2"
}

mkdir "$out/extract"
for path in "$cases"/*; do
	check "extract ${path##*/}" extract_case "${path##*/}"
done

# Nothing may have been made beside the directories asked for
no_escape()
{
	local made
	made=$(cd "$out" && find . -name 'esc*' -o -path './extract/*/*' ! -name '*-ramoops-*')
	[ -z "$made" ] || { echo "$made"; return 1; }
}
check "no name of a dump has become a path" no_escape

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
	'KELF_HEADER *- *740  elf header' \
	'KDMESG *0x90000000 *12288  pstore dmesg' \
	'    dmesg-ramoops-1, 10404 bytes' \
	'KPMSG *0x90005000 *2048  pstore pmsg'
check "list of an image" lists rawdump 'KELF_HEADER *0x88000000 *740  elf header'
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
	'/tmp/?.31m? *0x90005000 *2048  other'

cats()
{
	local expected=0
	run cat "$cases/rawdump/dump" "$1" && cmp "$cases/rawdump/expect/$1" "$out/1"
}
check "cat console" cats console-ramoops-0
check "cat inflates dmesg" cats dmesg-ramoops-1

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
check "source is neither" fails 1 'neither a rawdump image' list "$cases/directory/says"
mkfifo "$out/fifo"
check "source is a FIFO" fails 1 'neither a rawdump image' list "$out/fifo"
check "usage: no command" fails 2 'no command'
check "usage: unknown command" fails 2 'unknown command' show "$dump"
check "usage: arguments" fails 2 'wrong number of arguments' extract "$dump"
check "usage: option" fails 2 'unrecognized option' --fore list "$dump"
check "usage: -f without extract" fails 2 'is for extract' -f list "$dump"
expected=0
check "help" run --help

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
	[ "$(ls -A "$out/f")" = $'dmesg-ramoops-0\npmsg-ramoops-0' ] || { ls -lA "$out/f"; return 1; }
}
check "no room: no short and no temporary file" no_room

full()
{
	"$reader" "$@" >/dev/full 2>"$out/2"
	[ $? = 1 ] && grep 'No space left on device' "$out/2"
}
check "cat to a full device" full cat "$dump" console-ramoops-0
check "list to a full device" full list "$dump"
check "help to a full device" full --help

echo "1..$count"
