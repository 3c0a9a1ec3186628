#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# collect stores a dump in a partition, which is a file here, completely and once, even if it is
# killed, the disk is full, or several run at a time. tests/ and tests/full/ do the same with QEMU's
# disks.
# shellcheck disable=SC2015,SC2016 # a fails, then c; what another shell is to expand
. "${0%/*}/lib.sh"
cases=$out/cases
python3 reader/tests/dumps.py "$cases" || bail "cannot make the dumps"
expect=$cases/rawdump/expect
# The kills need a program that starts as fast as the one that is installed.
build reader-plain CFLAGS='-O2 -Werror'
plain=$PWD/build/reader-plain/minidump-pstore

part=$out/partition
to=$out/to
message="kernel 7.3.0-test has crashed: see dmesg-ramoops-1: $to/20231114-221321-7.3.0-test"

# fresh [CASE]: a partition with a dump, and nothing collected
fresh()
{
	rm -rf "$to"
	cp "$cases/${1:-rawdump}/dump" "$part"
}
# another LETTER: a dump that differs from all others in one byte of its text
another()
{
	cp "$cases/rawdump/dump" "$part" &&
		sed -i "s/line 7 of the log/line $1 of the log/" "$part"
}
collect()
{
	run --to="$to" collect "$@" "$part"
}
silent() { [ ! -s "$out/1" ] && [ ! -s "$out/2" ] || { cat "$out/1" "$out/2"; return 1; }; }
crashes()
{
	[ "$(find "$to" -mindepth 1 -maxdepth 1 ! -name '.last-*' | wc -l)" = "$1" ] ||
		{ ls -A "$to"; return 1; }
}
# stored DIRECTORY [EXPECT]: all of it, and nothing else
stored()
{
	diff -r -x summary -x regions -x .id "${2:-$expect}" "$to/$1" &&
		grep -q '^kernel   7.3.0-test ' "$to/$1/summary" &&
		grep -q '^region  ' "$to/$1/regions"
}
first=20231114-221321-7.3.0-test
# A mount namespace of its own, in which the user is root. SCRIPT gets $to and $part.
private() { unshare -rm bash -e -c "$1" private "$reader" "$to" "$part" >"$out/1" 2>"$out/2"; }

collects()
{
	local expected=0
	fresh && collect && [ "$(<"$out/1")" = "$message" ] && [ ! -s "$out/2" ] && stored $first &&
		crashes 1
}
check "a dump is collected" collects
summary()
{
	"$reader" "$part" | sed '/^next /,$d' | diff - "$to/$first/summary" &&
		"$reader" list "$part" | diff - "$to/$first/regions"
}
check "summary and regions are there, without commands for a dump that will be gone" summary
check "nobody else can read them" test "$(stat -c %a "$to" "$to/$first" "$to/$first"/* |
	sort -u | xargs)" = "600 700"
check "the partition is as it was" cmp "$cases/rawdump/dump" "$part"
check "a record is as old as it says" test \
	"$(stat -c %.6Y "$to/$first/dmesg-ramoops-1")" = 1700000001.000002

again()
{
	local expected=0 before
	before=$(find "$to" -printf '%p %T@\n') && "$@" && collect && silent &&
		[ "$(find "$to" -printf '%p %T@\n')" = "$before" ]
}
check "once: the next run says and does nothing" again true
verbose()
{
	local expected=0
	collect -v && grep -x "minidump-pstore: $part: $1" "$out/2"
}
check "unless it is asked" verbose "collected before"
check "by its contents: a copy at another time" again cp "$cases/rawdump/dump" "$part"
other_name()
{
	local expected=0
	run --to="$to" collect "$cases/rawdump/dump" && silent && crashes 1
}
check "under another name, too" other_name
removed()
{
	local expected=0
	rm -r "${to:?}/$first" && collect && silent && crashes 0
}
check "a dump that was removed does not come back" removed
differs()
{
	local expected=0
	another A && collect && crashes 1 && another B && collect && crashes 2 &&
		grep -q "line B of the log" "$to/$first-2/console-ramoops-0"
}
check "one byte makes another dump" differs

clears()
{
	local expected=0
	fresh && collect --clear && stored $first && [ "$(head -c 8 "$part")" = CopyDone ] &&
		cmp -i 56 "$cases/rawdump/dump" "$part"
}
check "--clear marks the partition" clears
check "once" again true
check "which is then said to have no dump" verbose "no dump"
marked()
{
	local expected=0
	run extract "$part" "$out/marked" && diff -r "$expect" "$out/marked" &&
		grep 'this dump was collected before' "$out/2"
}
check "the dump can still be read" marked
equal()
{
	local expected=0
	cp "$cases/rawdump/dump" "$part" && collect --clear && stored $first-2 && crashes 2
}
check "an equal dump is new after that" equal
later()
{
	local expected=0
	fresh && collect && collect --clear && silent && [ "$(head -c 8 "$part")" = CopyDone ] &&
		stored $first && crashes 1
}
check "--clear for a dump that was collected without" later
check "an equal dump is new after that, too" equal

# Complete or cut
does_cut()
{
	local expected=0
	fresh partial && collect && stored $first "$cases/partial/expect" &&
		grep 'the partition was too small' "$out/2" &&
		grep 'KPMSG: cut short: 1548 of 2048 bytes are there' "$out/2" &&
		collect && silent
}
check "a dump that is cut: what is there, and messages, once" does_cut
cut_log()
{
	local expected=0
	rm -rf "$to" && python3 - "$part" <<'END' && collect || return 1
import struct
import sys
text = b"".join(b"[%5d.000000] line %d\n" % (n, n) for n in range(100))
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<8s2IQ8sI2QI", b"Raw_Dmp!", 0x1000, 2, 0, b"", 0, 0, 0, 1))
    file.write(struct.pack("<3I4Q20s", 1, 0x1000, 1, 120, 4096, 0, 0, b"md_KCONSOLE.BIN"))
    file.write(struct.pack("<3I", 0x43474244, len(text), len(text)) + text[:1000])
END
	grep -F ' its log, which may lack its end. The last line is: [' "$out/1"
}
check "a log that is cut is not said to end there" cut_log
damaged()
{
	local expected=0
	fresh "$1" && collect && stored $first "$cases/$1/expect" && [ -s "$out/2" ] && crashes 1
}
for name in section-invalid section-outside section-too-long section-wraps name-twice; do
	check "damaged: $name" damaged $name
done
no_sections()
{
	local expected=1
	fresh no-sections && collect && grep 'without sections' "$out/2"
}
check "nothing can be had: a message" no_sections

# None
none()
{
	local expected=0
	rm -rf "$to" && collect && silent && [ ! -e "$to" ]
}
content()
{
	rm -f "$part" && printf %b "$1" >"$part" && none
}
check "no dump: empty" content ''
check "no dump: zeros" content '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'
check "no dump: text" content 'a long text, longer than the header of the partition is long'
check "no dump: only a signature" content 'Raw_Dmp!'
for mark in MiniDump CopyDone '\0\0\0\0\0\0\0\0'; do
	check "no dump: collected by a vendor's service: $mark" \
		content "$mark$(tail -c +9 "$cases/rawdump/dump" | head -c 40 | tr '\0' 1)"
done
not_valid()
{
	cp "$cases/rawdump/dump" "$part" &&
		printf '\0\0\0\0' | dd of="$part" bs=1 seek=12 conv=notrunc status=none && none
}
check "no dump: valid is 0" not_valid
check "no dump: a directory" eval 'rm "$part"; mkdir "$part"; none'
check "no dump: a FIFO" eval 'rmdir "$part"; mkfifo "$part"; none'
missing()
{
	local expected=1
	rm -f "$part" && collect && grep 'cannot open .*: No such file' "$out/2"
}
check "a partition that is not there is a mistake" missing

# Where it is to go
refused()
{
	local expected=1
	fresh && run --to="$2" collect --clear "$part" && grep -e "$1" "$out/2" &&
		cmp "$cases/rawdump/dump" "$part"
}
check "no directory for the directory" refused 'cannot create .*: No such file' "$out/no/where"
touch "$out/file"
check "a file instead of the directory" refused 'cannot use .*: Not a directory' "$out/file"

# with_room KIB: collects to a file system of this size, and prints the exit status and the
# directories; then the same with more room
with_room()
{
	private '
		mkdir -p "$2"
		mount -t tmpfs -o size='"$1"'k,nr_inodes='"${2:-0}"' none "$2"
		status=0
		"$1" --to="$2" collect --clear "$3" || status=$?
		echo status $status
		find "$2" -mindepth 1 -maxdepth 1
		head -c 8 "$3"; echo
		mount -o remount,size=1M,nr_inodes=0 "$2"
		"$1" --to="$2" collect --clear "$3"
		find "$2" -mindepth 1 -maxdepth 1
		cp -r "$2" "$3.kept"'
}
no_room()
{
	local left=0 kib inodes=${1:-}
	for kib in 4 8 12 16 20 24 28 32 36 40 44 48 52; do
		fresh && rm -rf "$part.kept"
		if [ -n "$inodes" ]; then
			with_room 1000 $((kib / 4 + 1))
		else
			with_room $kib
		fi || { cat "$out/1" "$out/2"; return 1; }
		if grep -q "status 0" "$out/1"; then
			grep -c '^CopyDone' "$out/1" && break
		fi
		# ls: nothing, and the partition has the dump
		left=$((left + 1))
		sed -n '2p;3p' "$out/1" | grep -x -m 1 'Raw_Dmp!' || { cat "$out/1"; return 1; }
		[ "$(sed -n '2p' "$out/1")" = 'Raw_Dmp!' ] && grep 'the dump stays in' "$out/2" &&
			[ "$(grep -c '/20231114' "$out/1")" = 2 ] ||
			{ cat "$out/1" "$out/2"; return 1; }
	done
	diff -r -x summary -x regions -x .id "$expect" "$part.kept/$first" && [ $left -gt 3 ]
}
read_only()
{
	fresh && private '
		mkdir -p "$2"
		mount -t tmpfs -o ro none "$2"
		! "$1" --to="$2" collect --clear "$3"
		mount -o remount,rw "$2"
		"$1" --to="$2" collect "$3"
		mount -o remount,ro "$2"
		"$1" --to="$2" collect "$3"
		! "$1" --to="$2" collect --clear "$3"' &&
		[ "$(grep -c 'Read-only file system' "$out/2")" = 2 ] &&
		[ "$(cat "$out/1")" = "$message" ] && cmp "$cases/rawdump/dump" "$part"
}
read_only_partition()
{
	fresh && private '
		mount --bind "$3" "$3"
		mount -o remount,bind,ro "$3"
		! "$1" --to="$2" collect --clear "$3" 2>&1
		! "$1" --to="$2" collect --clear "$3" 2>&1
		"$1" --to="$2" collect "$3"
		umount "$3"
		"$1" --to="$2" collect --clear "$3"' && crashes 1 && stored $first &&
		[ "$(head -c 8 "$part")" = CopyDone ] &&
		[ "$(grep -c 'cannot mark the dump as read: Read-only' "$out/1")" = 2 ]
}
# The kernel's names of partitions; DEVNAME leads out of /dev here. It is short, as a device's is.
found()
{
	another L && mv "$part" "$part.boot" && fresh &&
		cp "$cases/partial/dump" "$part.other" && private '
		mount -t tmpfs none /sys/class/block
		! ls /sys/class/block/*
		"$1" --to="$2" collect
		"$1" -v --to="$2" collect 2>&1
		name() {
			mkdir "/sys/class/block/$1"
			ln -s "$3" "/sys/class/block/$1.disk"
			printf "MAJOR=8\nDEVNAME=%s\nPARTN=1\nPARTNAME=%s\n" \
				"../sys/class/block/$1.disk" "$2" >"/sys/class/block/$1/uevent"
		}
		name sda1 boot "$3.boot"
		name sda2 logdump "$3.other"
		name sda3 rawdump "$3"
		mkdir /sys/class/block/sda4
		"$1" --to="$2" collect
		rm -r /sys/class/block/sda?
		name sdb1 Rawdump "$3.none"
		! "$1" --to="$2" collect' &&
		printf '%s\n' "minidump-pstore: no partition rawdump, logdump or ftm" \
			"$message" "$message-2" | diff - "$out/1" &&
		stored $first && grep 'cannot open /dev/' "$out/2"
}
if unshare -rm true; then
	check "full disk: all or nothing, and all of it next time" no_room
	check "no more files: the same" no_room inodes
	check "a disk that is read-only" read_only
	check "a partition that is read-only" read_only_partition
	check "partitions are found by the names that the kernel knows" found
else
	for name in "full disk" "no more files" "disk" "partition" "found"; do
		skip "$name" "no mount namespace here"
	done
fi

# Several at once
at_once()
{
	local n
	for n in {1..10}; do
		fresh || return 1
		for _ in 1 2 3 4; do
			"$plain" --to="$to" collect "$@" "$part" &
		done >"$out/1" 2>"$out/2"
		wait
		[ "$(cat "$out/1" "$out/2")" = "$message" ] && stored $first && crashes 1 ||
			{ echo "round $n"; cat "$out/1" "$out/2"; return 1; }
	done
}
check "four at once" at_once
check "four at once, --clear" at_once --clear

check "killed at random, 50 times" python3 reader/tests/kills.py "$plain" \
	"$cases/rawdump/dump" "$expect" "$out/kills" 50
# The directory can be in memory only, if the run that stored it was killed.
synced_before_mark()
{
	local expected=0
	fresh && collect && strace -qq -o "$out/trace" -e trace=syncfs,pwrite64 "$plain" \
		--to="$to" collect --clear "$part" &&
		[ "$(cut -d '(' -f 1 "$out/trace" | xargs)" = "syncfs pwrite64" ]
}
unreadable()
{
	fresh && strace -o "$out/trace" -P "$part" -e inject=pread64:error=EIO "$plain" \
		--to="$to" collect "$part" 2>"$out/2"
	cat "$out/2"
	grep -x "minidump-pstore: $part: cannot read the header: Input/output error" "$out/2"
}
if command -v strace >/dev/null; then
	check "a dump that is known is synced before the mark" synced_before_mark
	check "a partition that cannot be read: a message" unreadable
	check "killed at each system call" python3 reader/tests/kills.py "$plain" \
		"$cases/rawdump/dump" "$expect" "$out/calls" 0
else
	for name in "synced before the mark" "cannot be read" "killed at each system call"; do
		skip "$name" "no strace here"
	done
fi

# How many are kept
keeps()
{
	local expected=0 n
	fresh && mkdir -p "$to/mine/.id" "$to/notes" && touch "$to/file" || return 1
	for n in A B C D E F; do
		another $n && collect --keep=3 || return 1
		# the clock goes back
		[ $n != A ] || touch -d 2050-01-01 "$to"/2023*
	done
	crashes 6 && [ -d "$to/notes" ] && [ -d "$to/mine" ] && [ -f "$to/file" ] &&
		[ "$(cat "$to"/2023*/console* | grep -oE 'line [A-Z]' | sort | xargs)" = \
			"line D line E line F" ]
}
check "--keep: the newest, even if the clock is wrong, and what is not a crash" keeps
keeps_one()
{
	local expected=0 n
	another G && for n in "$to"/2023*; do mkdir "$n/sub" && touch "$n/sub/file"; done &&
		collect --keep=0 && crashes 4 && grep "line G of" "$to"/2023*/console*
}
check "--keep=0: the last one, nevertheless" keeps_one
link_to_crash()
{
	local expected=0 n
	rm -rf "$to" "$out/kept" && another H && collect && mv "$to/$first" "$out/kept" &&
		ln -s "$out/kept" "$to/link" && touch -h -d 2001-01-01 "$to/link" || return 1
	for n in I J K; do
		another $n && collect --keep=1 || return 1
	done
	crashes 2 && [ -L "$to/link" ] && grep "line K of" "$to"/2023*/console-ramoops-0 &&
		grep "line H of" "$out/kept/console-ramoops-0"
}
check "--keep: a link to a crash does not count, and stays" link_to_crash

# A stranger's text and sizes
strange()
{
	local expected=0
	fresh && sed -i 's|OSRELEASE=7.3.0-test|OSRELEASE=/../../\x1b[m|' "$part" && collect &&
		stored_strange "20231114-221321-_.._..___m"
}
stored_strange()
{
	ls -A "$to" && crashes 1 && [ -d "$to/$1" ] && ! LC_ALL=C grep '[^ -~]' "$out/1"
}
check "the kernel's name does not lead anywhere" strange
hidden()
{
	local expected=0
	sed -i 's|OSRELEASE=[^\n]*|OSRELEASE=..........|' "$part" && rm -rf "$to" && collect &&
		stored_strange "20231114-221321-.........."
}
check "nor out of sight" hidden
stale()
{
	local expected=0
	fresh && mkdir -p "$to/.new/a/b" "$out/victim" &&
		touch "$to/.new/file" "$out/victim/file" &&
		ln -s "$out/victim" "$to/.new/link" && collect && stored $first && crashes 1 &&
		[ -e "$out/victim/file" ]
}
check "what a killed run has left goes" stale
does_link()
{
	local expected=1
	fresh && mkdir "$to" && ln -s "$out/victim" "$to/.new" && collect &&
		[ "$(ls "$out/victim")" = file ] && expected=0 && rm -f "$to/.new" && collect &&
		stored $first
}
check "nothing is written or removed through a link" does_link
large()
{
	local expected=0
	python3 - "$part" <<'END' && rm -rf "$to" || return 1
import struct
import sys
size = 40 << 20
zone = struct.pack("<3I", 0x43474244, size, size) + b"\xff" * size
section = "<3I4Q20s"
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<8s2IQ8sI2QI", b"Raw_Dmp!", 0x1000, 1, 0, b"", 0, 0, 0, 2))
    for n, name in enumerate((b"md_KCONSOLE.BIN", b"md_KPMSG.BIN")):
        file.write(struct.pack(section, 1, 0x1000, 1, 4096 + n * len(zone), len(zone), 0, 0, name))
    for n in range(2):
        file.seek(4096 + n * len(zone))
        file.write(zone)
END
	(ulimit -t 60 && "$plain" --to="$to" collect "$part") >"$out/1" 2>"$out/2" &&
		grep 'more than 64 MiB of records: pmsg-ramoops-0 and maybe others' "$out/2" &&
		[ "$(du -sm "$to" | cut -f 1)" -lt 66 ] && crashes 1
}
check "a dump does not fill the disk" large
bounded()
{
	local expected=0
	printf x | dd of="$part" bs=1 seek=$((30 << 20)) conv=notrunc status=none && collect &&
		silent
}
check "16 MiB of a section tell one dump from the next" bounded
overlap()
{
	local expected=0
	python3 - "$part" <<'END' && rm -rf "$to" || return 1
import struct
import sys
size = 16 << 20
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<8s2IQ8sI2QI", b"Raw_Dmp!", 0x1000, 1, 0, b"", 0, 0, 0, 2000))
    for n in range(2000):
        file.write(struct.pack("<3I4Q20s", 1, 0x1000, 1, 4096, size, 0, 0, b"md_X%d.BIN" % n))
    file.write(b"x" * size)
END
	(ulimit -t 5 && "$plain" --to="$to" collect "$part") >"$out/1" 2>"$out/2" && crashes 1
}
check "sections that overlap do not cost time" overlap
many()
{
	local expected=0
	python3 - "$part" <<'END' && rm -rf "$to" || return 1
import struct
import sys
text = b"====1700000001.000000-D\nx"
zone = struct.pack("<3I", 0x43474244, 0, len(text)) + text.ljust(52, b"\0")
zones = 20000 * zone
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<8s2IQ8sI2QI", b"Raw_Dmp!", 0x1000, 1, 0, b"", 0, 0, 0, 1))
    file.write(struct.pack("<3I4Q20s", 1, 0x1000, 1, 4096, len(zones), 0, 0, b"md_KDMESG.BIN"))
    file.seek(4096)
    file.write(zones)
END
	"$plain" --to="$to" collect "$part" >"$out/1" 2>"$out/2" &&
		[ "$(grep -c 'more than 64 MiB of records: dmesg' "$out/2")" = 1 ] &&
		[ "$(find "$to" -name 'dmesg*' | wc -l)" -le 16384 ]
}
check "nor a directory" many
# As many lines as there are could push all others out of the kernel's log
talkative()
{
	local expected=0
	python3 - "$part" <<'END' && rm -rf "$to" && collect || return 1
import struct
import sys
zone = struct.pack("<3I", 0x43474244, 4000, 4000) + bytes(52)
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<8s2IQ8sI2QI", b"Raw_Dmp!", 0x1000, 1, 0, b"", 0, 0, 0, 2000))
    for n in range(2000):
        file.write(struct.pack("<3I4Q20s", 1, 0x1000, 1, 200000 + n * len(zone), len(zone), 0, 0,
                               b"md_KDMESG%d.BIN" % n))
    file.seek(200000)
    file.write(2000 * zone)
END
	[ "$(wc -l <"$out/2")" -lt 20 ] && [ "$(grep -c ' ! ' "$to"/*/regions)" -gt 900 ] &&
		grep -F 'more problems are in the file regions' "$out/2"
}
check "nor the log" talkative
sparse()
{
	local expected=0
	fresh && python3 -c 'import struct, sys
with open(sys.argv[1], "r+b") as file:
    file.seek(56 + 28 - 8)
    file.write(struct.pack("<Q", 1 << 60))
    file.truncate(1 << 43)' "$part" && (ulimit -t 5 && collect) && crashes 1
}
check "nor do sizes cost time" sparse

# Usage
usage()
{
	local expected=2 message=$1
	shift
	run "$@" && grep -e "$message" "$out/2"
}
check "usage: two partitions" usage 'wrong number of arguments' collect a b
check "usage: options of other commands" usage 'collect takes' --json collect "$part"
check "usage: its options for others" usage 'are for collect' --clear "$part"
check "usage: a number" usage 'not a number' --keep=x collect "$part"

# As it is installed
does_install()
{
	(umask 077 && make -C reader OUT="$PWD/build/reader-plain" CFLAGS='-O2 -Werror' \
		PREFIX=/opt/m DESTDIR="$out/root" install) &&
		[ -x "$out/root/opt/m/bin/minidump-pstore" ] &&
		[ -z "$(find "$out/root" -type f ! -perm -444)" ]
}
check "make install" does_install
unit=$out/root/opt/m/lib/systemd/system/minidump-pstore.service
check "the unit has the program's place" grep -x \
	'ExecStart=/opt/m/bin/minidump-pstore collect' "$unit"
check "and so has the manual page" grep -x \
	'ExecStart=/opt/m/bin/minidump-pstore collect \\-\\-clear' \
	"$out/root/opt/m/share/man/man1/minidump-pstore.1"
script()
{
	fresh && mkdir -p "$out/target/var" && env -i PATH=/usr/bin:/bin "${1:-sh}" \
		"$out/root/opt/m/sbin/minidump-pstore-collect" --root="$out/target" "$part" \
		>"$out/1" 2>"$out/2" &&
		diff <(echo "${message/"$to"/$out/target/var/lib/minidump-pstore}") "$out/1" &&
		rm -r "$out/target"
}
check "the script" script
check "the script, without a place for it" eval \
	'! "$out/root/opt/m/sbin/minidump-pstore-collect" --root=/nowhere "$part"'
if command -v systemd-analyze >/dev/null; then
	# sed: the unit names a program and a manual that are not installed here
	verify()
	{
		sed "s|=/opt/m|=$out/root/opt/m|; /^Documentation/d" "$unit" \
			>"$out/minidump-pstore.service" &&
			systemd-analyze verify "$out/minidump-pstore.service" 2>&1 |
			tee "$out/1" && [ ! -s "$out/1" ]
	}
	check "the unit, as systemd sees it" verify
	check "its sandbox" systemd-analyze security --offline=yes --threshold=15 \
		"$out/minidump-pstore.service"
else
	skip "the unit, as systemd sees it" "no systemd-analyze here"
	skip "its sandbox" "no systemd-analyze here"
fi

done_testing
