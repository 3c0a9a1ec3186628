#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The summary and the command log: which record is that of the crash, and its messages.
. "${0%/*}/lib.sh"
cases=$out/cases
python3 reader/tests/field.py summary "$cases" || bail "cannot make the dumps"

# shows CASE: standard input is the summary without the kernel and the commands to type next
shows()
{
	local expected=0
	cat >"$out/expect"
	run "$cases/$1/dump" || return 1
	grep -vE '^(kernel|records|next| +([^ ]*/minidump-pstore|[a-z]+-ramoops-[0-9]+,) ?)' \
		"$out/1" | diff "$out/expect" -
}

check "when and crash are of the newest record" shows stale <<'END'
when     2027-01-15 08:00:00 UTC
crash    [   99.000000] Kernel panic - not syncing: hung_task: blocked tasks
from     dmesg-ramoops-0
END
check "a record of an earlier boot is not this hang" shows earlier-boot <<'END'
console  no oops and no panic in this boot's console-ramoops-0, which ends with
         [  301.000000] last line before the reset
when     2023-11-14 22:13:20 UTC
crash    [   12.000000] Kernel panic - not syncing: Fatal exception
from     dmesg-ramoops-0, which may be of an earlier boot
END
check "a boot message is not the crash" shows boot-message <<'END'
when     2027-01-15 08:00:00 UTC
crash    [   30.000000] Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b
from     dmesg-ramoops-0
END
check "boot messages alone are no crash" shows boot-message-only <<'END'
crash    no oops and no panic in this boot's console-ramoops-0, which ends with
         [    8.000000] line 8 of the log
END
check "the newest of many oopses" shows more-oopses <<'END'
console  no oops and no panic in this boot's console-ramoops-0, which ends with
         [   29.000000] line 29 of the log
when     2023-11-14 22:13:25 UTC
crash    [    5.000000] Internal error: Oops: number 5 [#5]
from     dmesg-ramoops-1, which may be of an earlier boot
END
check "the newest of many oopses, known to the console" shows more-oopses-known <<'END'
when     2023-11-14 22:13:25 UTC
crash    [    5.000000] Internal error: Oops: number 5 [#5]
from     dmesg-ramoops-1
END
check "an oops and its panic" shows oops-panic <<'END'
when     2023-11-14 22:13:41 UTC
crash    [   20.000000] Unable to handle kernel paging request at virtual address 0
         [   21.000000] Kernel panic - not syncing: Oops: Fatal exception
at       bad_driver_write+0x8/0x18
from     dmesg-ramoops-1
END
check "a panic long after an oops" shows oops-then-panic <<'END'
crash    [   90.000000] Kernel panic - not syncing: sysrq triggered crash
at       stop_here+0x3c/0x48
before   [   30.000000] Unable to handle kernel paging request at virtual address 0
from     console-ramoops-0
END
check "a panic that has no record" shows oops-lost-panic <<'END'
crash    [   90.000000] Kernel panic - not syncing: sysrq triggered crash
at       stop_here+0x3c/0x48
before   [   20.000000] Unable to handle kernel paging request at virtual address 0
from     console-ramoops-0
END
check "a warning and its panic" shows panic-on-warn <<'END'
crash    [   40.000000] WARNING: drivers/a.c:9 at careless+0x8/0x10, CPU#1: init/1
         [   41.000000] Kernel panic - not syncing: kernel: panic_on_warn set ...
at       bad_driver_write+0x8/0x18
from     console-ramoops-0
END
check "a lockup" shows soft-lockup <<'END'
crash    [   50.000000] watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [init:1]
at       bad_driver_write+0x8/0x18
from     console-ramoops-0
END
cause()
{
	shows "$1" <<END
crash    [   20.000000] $2
         [   21.000000] Kernel panic - not syncing: $3
at       bad_driver_write+0x8/0x18
from     console-ramoops-0
END
}
check "no room on the stack" cause overflow "Insufficient stack space to handle exception!" \
	"kernel stack overflow"
check "an exception that the kernel does not handle" cause unhandled \
	"Unhandled 64-bit el1h sync exception on CPU1, ESR 0x0000000034000003 -- BTI" \
	"Unhandled exception"
check "KASAN" cause kasan "BUG: KASAN: slab-out-of-bounds in careless+0x8/0x10" \
	"kasan.fault=panic set ..."
check "UBSAN" cause ubsan "UBSAN: shift-out-of-bounds in drivers/a.c:9:8" \
	"UBSAN: panic_on_warn set ..."
check "a hang after a warning" shows hang-warned <<'END'
crash    no oops and no panic in this boot's console-ramoops-0, which ends with
         [   61.000000] the end
warning  [   60.000000] rcu: INFO: rcu_preempt self-detected stall on CPU
END
check "an oops of 32-bit ARM" shows arm32 <<'END'
crash    [   20.000000] Internal error: Oops: 17 [#1] SMP ARM
at       bad_write+0x10/0x20
from     console-ramoops-0
END
check "a call trace of 32-bit ARM" shows arm32-stack <<'END'
crash    [   20.000000] Kernel panic - not syncing: sysrq triggered crash
at       stop_here+0x10/0x14
from     console-ramoops-0
END

for prefix in '[   30.000000][    T1] caller' '[   30.000000] -(3)[1:swapper/0]mediatek' \
	'[   30.000000][  T123]  (3)[1:swapper/0]mediatek-caller' \
	'[   30.000000]  [3:    kworker/3:1:  123] samsung' \
	'[   30.000000] I[3:    kworker/3:1:  123] samsung-level' \
	'[   30.000000][pid:1,cpu2,swapper/0]huawei' no-time; do
	name=${prefix##*[] ]}
	check "prefix of $name" shows "prefix-$name" <<END
crash    ${prefix%"$name"}Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b
from     console-ramoops-0
END
done
check "no prefix, but a driver" shows prefix-driver <<'END'
crash    no oops and no panic in this boot's console-ramoops-0, which ends with
         [   30.000000] [drm] Kernel panic - not syncing: no
END

nothing="console  no oops and no panic in this boot's console-ramoops-0, which ends with
         [    8.000000] line 8 of the log"
unset="UTC, but the clock was not set"
check "no clock: the later record of a boot" shows clock <<END
$nothing
when     1970-01-01 00:01:20 $unset
crash    [   80.000000] Kernel panic - not syncing: later
from     dmesg-ramoops-1, which may be of an earlier boot
END
older()
{
	shows "$1" <<END
$nothing
when     1970-01-01 00:00:15 $unset
crash    [   15.000000] Kernel panic - not syncing: mine
from     dmesg-ramoops-$2, which may be of an earlier boot
END
}
check "no clock: behind a panic are older records" older clock-panic 0
check "  even if the clock was set then" older clock-panic-set 0
check "  and by the number of the zone" older clock-each-zone 2
check "the clock was set between an oops and a panic" shows clock-oops-set <<END
$nothing
when     2023-11-14 22:13:20 UTC
crash    [   90.000000] Kernel panic - not syncing: of another boot
from     dmesg-ramoops-1, which may be of an earlier boot
END
check "no clock: the one of this boot" shows clock-confirmed <<END
when     1970-01-01 00:00:15 $unset
crash    [   15.000000] Unable to handle kernel paging request at virtual address 0
at       bad_driver_write+0x8/0x18
from     dmesg-ramoops-0
END
check "newer than a record of this boot" shows clock-jump <<'END'
when     2023-11-14 22:13:29 UTC
crash    [   16.000000] Kernel panic - not syncing: x
from     dmesg-ramoops-1
END
check "a long line in record and console" shows long-panic <<END
when     2023-11-14 22:13:20 UTC
crash    [   15.000000] Kernel panic - not syncing: $(printf 'x%.0s' {1..156})
from     dmesg-ramoops-0
END
check "the clock was set back: the panic of this boot" shows clock-back <<'END'
when     2023-11-14 22:13:20 UTC
crash    [   15.000000] Kernel panic - not syncing: sysrq triggered crash
from     dmesg-ramoops-0
END
check "no console" shows no-console <<'END'
when     2023-11-14 22:13:20 UTC
crash    [   12.000000] Kernel panic - not syncing: Fatal exception
from     dmesg-ramoops-0, which may be of an earlier boot: there is no console
         to compare it with
END
check "a shutdown is not the crash" shows shutdown <<'END'
crash    no oops and no panic in this boot's console-ramoops-0, which ends with
         [    8.000000] line 8 of the log
END
check "a panic whose lines are lost" shows lines-lost <<'END'
console  no oops and no panic in this boot's console-ramoops-0, which ends with
         [   30.000000] the end
when     2023-11-14 22:13:20 UTC
crash    Panic, but its first line is not in the dump
from     dmesg-ramoops-0, which may be of an earlier boot
END
check "a record that cannot be inflated" shows corrupt <<'END'
console  no oops and no panic in this boot's console-ramoops-0, which ends with
         [    8.000000] line 8 of the log
when     2023-11-14 22:13:20 UTC
crash    in dmesg-ramoops-0.enc.z, which cannot be decompressed
from     dmesg-ramoops-0.enc.z, which may be of an earlier boot
problems 1; "list" shows them
END
check "a log whose end is missing" shows cut <<'END'
crash    no oops and no panic in this boot's console-ramoops-0, whose end is
         missing. The last line in the dump is
         [   73.000000] l
problems 2; "list" shows them
END
check "a full ring whose end is missing" shows cut-wrapped-once <<'END'
crash    no oops and no panic in this boot's console-ramoops-0, whose end is
         missing. The last line in the dump is
         [  394.000000] lin
problems 2; "list" shows them
END
check "a ring of which the middle is missing" shows cut-wrapped <<'END'
crash    no oops and no panic in this boot's console-ramoops-0, which ends with
         [  219.000000] line 219 of the log
problems 2; "list" shows them
END
check "the kernel's notice about ECC is not the log" shows ecc-hang <<'END'
crash    no oops and no panic in this boot's console-ramoops-0, which ends with
         [   19.000000] line 19 of the log
END

prints()
{
	local expected=0
	run "$cases/$1/dump" || return 1
	shift
	for line; do
		grep -qxF -e "$line" "$out/1" || { echo "no line: $line"; cat "$out/1"; return 1; }
	done
}
check "the kernel is in the console" prints kernel-unknown \
	'kernel   6.6.1-vendor #7 SMP PREEMPT Tue Jan  6 08:00:00 UTC 2026'
many()
{
	prints many '         and 36 more of dmesg' && [ "$(wc -l <"$out/1")" -le 24 ]
}
check "many records fit a screen" many
check "what to type next" prints stale "next     $reader log $cases/stale/dump" \
	"         $reader cat $cases/stale/dump dmesg-ramoops-0"
check "what to type next, for a shell" prints "it's here" \
	"next     $reader log '${cases}/it'\\''s here/dump'"
with_options()
{
	local expected=0
	run -k 1 --ecc 0 "$cases/stale/dump" &&
		grep -xF "next     $reader -k 1 --ecc 0 log $cases/stale/dump" "$out/1"
}
check "what to type next, with the same options" with_options

# prints_log CASE RECORD: standard input is the end of the log
prints_log()
{
	local expected=0
	cat >"$out/expect"
	run log "$cases/$1/dump" && grep -xF "minidump-pstore: this is $2" "$out/2" &&
		tail -n "$(wc -l <"$out/expect")" "$out/1" | diff "$out/expect" -
}
check "log is the console" prints_log stale console-ramoops-0 <<'END'
[   29.000000] line 29 of the log
[   99.000000] Kernel panic - not syncing: hung_task: blocked tasks
END
check "log without a console, and without levels" prints_log no-console dmesg-ramoops-0 <<'END'
[   39.000000] line 39 of the log
[   12.000000] Kernel panic - not syncing: Fatal exception
END
check "log says that the end is missing" prints_log cut \
	'console-ramoops-0, whose end is missing' <<'END'
[   73.000000] l
END
check "log has no control characters, and long lines whole" prints_log long console-ramoops-0 <<END
[    8.000000] a	b
[    9.000000] $(printf '%3000s' '' | tr ' ' x)?[31m
END
no_log()
{
	local expected=1
	run log "$cases/corrupt/../nothing"
	rm -rf "$out/no-log" && mkdir "$out/no-log" &&
		cp "$cases/stale/dump/md_KPMSG.BIN" "$out/no-log" &&
		run log "$out/no-log" && grep -F 'no log in this dump' "$out/2" && [ ! -s "$out/1" ]
}
check "log of a dump without one" no_log
log_to_full()
{
	"$reader" log "$cases/stale/dump" >/dev/full 2>"$out/2"
	[ $? = 1 ] && grep 'No space left on device' "$out/2"
}
check "log to a full device" log_to_full

done_testing
