#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Dumps that claim terabytes: the reader takes at most 64 MiB of memory and 5 seconds of processor
# time. READER= selects another build, for 32 bits.
. "${0%/*}/lib.sh"

dumps=$out/dumps
PYTHONDONTWRITEBYTECODE=1 python3 reader/tests/hostile.py "$dumps" || bail "cannot make the dumps"
plain=${READER:-}
[ -n "$plain" ] || {
	build reader-plain CFLAGS='-O2 -Werror'
	plain=$PWD/build/reader-plain/minidump-pstore
}

# limited KIB ARGUMENT...: status, stdout and stderr go to $status, $out/1 and $out/2
limited()
{
	(
		ulimit -t 5 -v "$1"
		shift
		exec timeout 60 "$plain" "$@"
	) >"$out/1" 2>"$out/2" </dev/null
	status=$?
	[ $status -le 1 ] && ! grep -i 'memory' "$out"/[12] && return
	echo "exit status $status: $*"
	tail "$out/1" "$out/2"
	return 1
}
says()
{
	cat "$out/1" "$out/2" | grep -q "$1" || { head "$out/1" "$out/2"; return 1; }
}

all_commands()
{
	local dump=$1 written
	limited 65536 "$dump" && limited 65536 log "$dump" && limited 65536 check "$dump" &&
		limited 65536 cat "$dump" ftrace-ramoops-0 &&
		limited 65536 cat "$dump" console-ramoops-0 || return
	rm -rf "$out/made" "$out/elf"
	limited 65536 assemble "$dump" "$out/elf" && limited 65536 extract "$dump" "$out/made" ||
		return
	written=$(du -sck "$out/made" "$out/elf" 2>/dev/null | tail -n 1 | cut -f 1)
	[ "$written" -le $((400 * 1024)) ] || { echo "$written KiB written"; return 1; }
	limited 65536 list "$dump"
}
stands()
{
	all_commands "$1" && says "$2"
}
while IFS=: read -r name message; do
	check "$name" stands "$dumps/$name" "$message"
done <<'END'
parity:zone 0: not read: at least 42949[0-9]* of its 4294967295 bytes are a hole
directory:zone 0: not read: at least 42949[0-9]* of its 4294967295 bytes are a hole
sections/dump:KPMSG  *0x1000 *1099511627776
overlap/dump:KDMESG
segments/dump:KELF_HEADER
edge/dump:cut short
elf/dump:pmsg-ramoops-0, 4 bytes
ftrace/dump:ftrace-ramoops-0, 163840 function calls
ftrace-holes/dump:zone 0: not read: at least 5368[0-9]* of its 536870900 bytes are a hole
bombs/dump:left compressed
links:ignored: a link to an earlier region's file
text:console-ramoops-0, 15728640 bytes
ring-holes:LOG_DESC
ring-jumps:LOG_DESC
END
log_skips_holes()
{
	local TIMEFORMAT='%U %S' user system
	limited 65536 log "$dumps/ring-holes" && says '2097150 messages of the ring buffer' ||
		return
	read -r user system < <({ time "$plain" log "$dumps/ring-holes" >"$out/1"; } 2>&1 |
		tail -n 1)
	user=$((10#${user/./} + 10#${system/./}))
	echo "$user milliseconds"
	[ $user -lt 100 ]
}
check "two messages in a ring buffer of 1 GiB: less than 100 ms" log_skips_holes

# Fewer than scandir() would need for them all
crowd()
{
	limited 8192 list "$dumps/crowd" && says 'more than 2048 regions'
}
check "16384 files" crowd

# Symbols are a stranger's, too.
symbols()
{
	limited 65536 --symbols="$dumps/maps/$1" list "$dumps/text" && says "$2"
}
check "a line without end in System.map" symbols line 'cannot read symbols'
check "a vmlinux of 200 million sections" symbols sections 'File too large'
check "a vmlinux of 65279 sections" symbols crowd 'File too large'
check "a vmlinux with a table of 1 TiB" symbols table 'File too large'
check "a vmlinux with names of 1 TiB" symbols strings 'File too large'
check "a System.map of 393,217 symbols" symbols lines 'File too large'
calls()
{
	limited 65536 --symbols="$dumps/maps/full" cat "$dumps/ftrace/dump" ftrace-ramoops-0 &&
		grep -q ' a <- a+0x0/0x1000$' "$out/1"
}
check "a vmlinux of 400,000 symbols and a string without end" calls

# Looking for holes takes longer there than on other file systems.
on_tmpfs()
{
	cp "$dumps/zones/md_KDMESG.BIN" "$tmpfs" && limited 65536 list "$tmpfs" &&
		says 'dmesg-ramoops-65535, 485 bytes'
}
if tmpfs=$(mktemp -d -p /dev/shm 2>/dev/null); then
	check "65536 zones on a tmpfs" on_tmpfs
	rm -r "$tmpfs"
else
	skip "65536 zones on a tmpfs" "no /dev/shm"
fi

# The same under ASan, where the commands differ in what they read
if [ -z "${READER:-}" ]; then
	sane()
	{
		local command status
		for command in list check; do
			timeout 60 "$reader" $command "$1" >"$out/1" 2>"$out/2"
			status=$?
			[ $status -le 1 ] || { tail "$out/2"; return 1; }
		done
		rm -rf "$out/made"
		timeout 60 "$reader" extract "$1" "$out/made" >"$out/1" 2>"$out/2"
		status=$?
		[ $status -le 1 ] || { tail "$out/2"; return 1; }
	}
	for name in parity directory sections/dump edge/dump text; do
		check "$name under ASan" sane "$dumps/$name"
	done
fi
rm -rf "$dumps" "$out/made" "$out/elf"
done_testing
