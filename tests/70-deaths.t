#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# After each kind of panic, oops and hang, the table is correct. The dump has the kernel's last
# lines, the lines before, and the writes to pmsg.
. "$(dirname "$0")/lib/common.sh"

marker=$RANDOM$RANDOM
for module in crash regions; do
	ok "module $module" "$top/scripts/qemu/guest-module" $module demo
done
cat "$obj/crash.cpio.gz" "$obj/regions.cpio.gz" >"$work/modules"

# dies KIND [PARAMETER]...
dies() {
	local kind=$1
	shift
	rm -rf "$work"/{ram,dump,records}
	"$fwsim" boot "$work/ram"
	boot death --add "$work/modules" --append "death=$kind marker=$marker $*"
}

# What no interrupt reaches ends by a reset from outside.
hangs() {
	local boot
	rm -rf "$work"/{ram,dump,records,before,after,death.log}
	"$fwsim" boot "$work/ram"
	: >"$work/death.log"
	boot death --add "$work/modules" --append "death=hang marker=$marker" --pid "$work/pid" &
	boot=$!
	# The serial line's thread may be on the CPU that hangs first and tell no more.
	for _ in {1..500}; do
		! grep -q 'console marker' "$work/death.log" || break
		sleep 0.1
	done
	sleep 6
	"$fwsim" dump "$work/ram" "$work/before" >/dev/null
	sleep 2
	kill -9 "$(cat "$work/pid")"
	wait $boot
	[ $? -eq 137 ] && "$fwsim" dump "$work/ram" "$work/after" >/dev/null &&
		cmp "$work"/{before,after}/md_KCONSOLE.BIN
}

# saved RECORDS WORDS: so many records of crashes; the words are in the last one, if there is one,
# and on the console.
saved() {
	local count=$1 words=$2 record wanted=()
	for ((record = 0; record < count; record++)); do
		wanted+=("dmesg-ramoops-$record")
	done
	firmware_saves || return
	diff <(echo "pmsg marker $marker") "$work/records/pmsg-ramoops-0" || return
	(cd "$work/records" && find . -name 'dmesg*' -printf '%P\n' | sort) |
		diff - <(printf '%s\n' "${wanted[@]}" | sed '/^$/d') || return
	for record in console-ramoops-0 "${wanted[@]: -1}"; do
		grep -F "console marker $marker" "$work/records/$record" || return
		grep -F -- "$words" "$work/records/$record" || return
	done
}

# death NAME KIND RECORDS LAST-WORDS [PARAMETER]...
death() {
	ok "$1: the machine resets" dies "$2" "${@:5}"
	ok "  the dump has: $4" saved "$3" "$4"
}

death "sysrq-c" sysrq 1 "Kernel panic - not syncing: sysrq triggered crash"
death "BUG in a process" bug 2 "Kernel panic - not syncing: Oops - BUG: Fatal exception" oops=panic
death "BUG in an interrupt" interrupt 2 \
	"Kernel panic - not syncing: Oops - BUG: Fatal exception in interrupt"
death "NULL pointer" null 2 "Kernel panic - not syncing: Oops: Fatal exception" oops=panic
death "stack overflow" stack 1 "Kernel panic - not syncing: kernel stack overflow"
death "RCU stall" stall 1 "Kernel panic - not syncing: RCU Stall" rcupdate.rcu_cpu_stall_timeout=3
death "out of memory" memory 1 "Kernel panic - not syncing: Out of memory: system-wide panic_on_oom"
death "panic while the core publishes, in its lock" lock 1 \
	"Kernel panic - not syncing: crash in minidump_publish"
death "panic while the core allocates, in its lock" alloc 1 \
	"Kernel panic - not syncing: crash in dma_alloc_attrs"
death "panic during a reboot" reboot 1 "Kernel panic - not syncing: crash in migrate_to_reboot_cpu"

# The device lives on after the first: a record of each.
ok "oops, and a panic later: the machine resets" dies oops
ok "  the dump has both" saved 2 "Kernel panic - not syncing: sysrq triggered crash"
ok "  the first is the oops" grep -E '^Oops#1' "$work/records/dmesg-ramoops-0"
ok "  with its reason" grep -F "Unable to handle kernel NULL pointer dereference" \
	"$work/records/dmesg-ramoops-0"
ok "  the second is the panic" grep -E '^Panic#2' "$work/records/dmesg-ramoops-1"

ok "all CPUs hang with interrupts off: nothing moves any more" hangs
ok "  the dump has what was said until then" saved 0 "guest: one CPU hangs"

# From the first write of pstore to its last one, the areas are published.
for function in pstore_register pstore_unregister; do
	ok "panic in $function(): the machine resets" dies $function
	ok "  of that" grep -F "not syncing: crash in $function" "$work/death.log"
	ok "  all areas are published" "$fwsim" verify "$work/ram" KDMESG KCONSOLE KPMSG
done

# Another kernel may own the memory by now.
ok "panic in the last steps of a reboot: the machine resets" dies late
ok "  of that" grep -F "not syncing: crash in machine_restart" "$work/death.log"
ok "  the table was disabled before" "$fwsim" verify "$work/ram"
fails "  the firmware has nothing to save" "not enabled" "$fwsim" dump "$work/ram" "$work/dump"
done_testing
