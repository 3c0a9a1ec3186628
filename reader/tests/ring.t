#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The command log on dumps with printk's ring buffer: all messages, and no others.
. "${0%/*}/lib.sh"
cases=$out/cases
python3 reader/tests/ring.py "$cases" || bail "cannot make the dumps"

prints()
{
	local expected=0 options=("${@:3}")
	(cd "$cases/$1" && run "${options[@]}" log dump) || return 1
	diff "$cases/$1/$2" "$out/1" &&
		diff "$cases/$1/says" <(sed 's/^minidump-pstore: //' "$out/2")
}
for path in "$cases"/*; do
	check "log of ${path##*/}" prints "${path##*/}" expect
done

# Dumps of real kernels: all lines that the console had, and one that it had not
golden()
{
	local expected=0 dir=$out/golden/${1##*/}
	mkdir -p "$dir" && tar -C "$dir" -xf "$1" && run log "$dir/dump" &&
		[ ! -s "$out/2" ] && [ "$(wc -l <"$dir/console")" -gt 50 ] &&
		! grep -vxFf "$out/1" "$dir/console"
}
for path in reader/tests/golden/log/*.tar.xz; do
	check "log of ${path#reader/tests/}" golden "$PWD/$path"
done

check "log -x" prints texts expect-decode -x
check "log --caller" prints texts expect-caller --caller
check "both" prints texts expect-both --decode --caller

refuses()
{
	local expected=2
	run "$@" && grep -F "are for log" "$out/2"
}
check "no -x without log" refuses -x "$cases/texts/dump"
check "no --caller with list" refuses --caller list "$cases/texts/dump"

# The sanitizers take most of the time of the other build.
build reader CFLAGS='-O2 -g -Werror'
summary()
{
	local expected=0
	run "$cases/$1/dump" || return 1
	cat "$out/1"
	grep -Fx "$2" "$out/1" && grep -E "^next +$reader log " "$out/1"
}
check "summary of a panic" summary panic \
	"crash    [    1.000000] Kernel panic - not syncing: sysrq triggered crash"
check "  its record" summary panic "from     ring buffer of printk"
check "summary of a hang" summary directory "         [    9.000000] message 9"

# Processor time: other tests run at the same time.
fast()
{
	local TIMEFORMAT='%U %S' best=1000000 user system
	for _ in 1 2 3 4 5; do
		read -r user system < <({ time build/reader/minidump-pstore log \
			"$cases/large/dump" >"$out/1"; } 2>&1 | tail -n 1)
		user=$((10#${user/./} + 10#${system/./}))
		[ $user -ge $best ] || best=$user
	done
	echo "$best milliseconds"
	[ "$(wc -l <"$out/1")" -gt 5000 ] && [ $best -lt 50 ]
}
check "1 MiB of text in less than 50 ms" fast
done_testing
