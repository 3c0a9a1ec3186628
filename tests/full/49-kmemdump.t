#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The kernel log in the dump of a crash, and in debugfs before it. The reader, and drgn, crash and
# vmcore-dmesg as Debian has them, print every message of any level. The ring buffer is in the
# kernel image, or with log_buf_len= in the linear map, each with and without random addresses.
# GOLDEN=DIRECTORY keeps a dump in DIRECTORY/log.
. "$(dirname "$0")/../lib/common.sh"
# shellcheck source=tests/lib/kmemdump.sh
. "$(dirname "$0")/../lib/kmemdump.sh"

obj=$build/obj-kmemdump
ok "the kernel builds" "$top/scripts/build" kmemdump

header=$work/dump/md_KELF_HEADER.BIN
regions() { readelf -SW "$header" | sed 's/^.*\]//' | awk '$2 == "NOBITS" { print $1 }' | xargs; }
notes() {
	readelf -nW "$header" 2>/dev/null |
		awk '$1 ~ /^(MINIDUMP|VMCOREINFO)$/ { print $1 }' | xargs
}

drgn_prints() {
	"$top/scripts/debian/dump-tools" /usr/bin/python3 /usr/bin/drgn -q -c "$1" \
		-s "$obj/vmlinux" -e "print_dmesg()"
}
# The kernel is for virtual addresses of 52 bits, the CPU has 48. crash then needs to know where RAM
# begins, if it has to find the linear map, where the ring buffer of log_buf_len= is.
crash_prints() {
	printf '%s\n' log exit >"$work/commands"
	"$top/scripts/debian/dump-tools" /usr/bin/crash --minimal -s \
		${parameters:+-m phys_offset=0x40000000} -i "$work/commands" "$obj/vmlinux" "$1"
}
vmcore_dmesg_prints() { "$top/scripts/debian/dump-tools" /usr/sbin/vmcore-dmesg "$1"; }
prints() { "$1_prints" "$2" >"$work/printed" </dev/null; }
# tools_print FILE LINES: each tool prints these lines of this file. They are slow, so they see the
# first and the last turn only.
tools_print() {
	local tool
	[[ $turn =~ ^(kaslr|log_buf_len=1M)$ ]] && return
	for tool in drgn crash vmcore_dmesg; do
		if [ "$EUID" -ne 0 ]; then
			skip "  $tool" "scripts/debian/dump-tools needs root"
			continue
		fi
		if [ "$tool-$BASE-$turn" = "crash-6.12-kaslr log_buf_len=1M" ]; then
			skip "  crash" "6.12 has the linear map at random addresses, too"
			continue
		fi
		ok "  $tool reads it" prints $tool "$1"
		ok "    and prints each of these lines" all_in "$work/printed" "$2"
	done
}

keep() {
	(cd "$work" && tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 \
		-c console dump/md_{KELF_HEADER,KLOGBUF,LOG_*}.BIN) |
		xz -9 >"$GOLDEN/log/$BASE.tar.xz"
}

# Without the options of kmemdump, the compiler makes the same object of this file of printk.
mkdir -p "$work/off/generated"
grep -vE ' CONFIG_\w*(KMEMDUMP|PMEM|UACCESS_FLUSHCACHE)\w* ' "$obj/include/generated/autoconf.h" \
	>"$work/off/generated/autoconf.h"
same_object() {
	local file=$1/$2.o command
	command=$(sed -n 's/^savedcmd_[^ ]* := //p' "$obj/$1/.$2.o.cmd")
	command=${command/-Wp,-MMD,*.d -nostdinc/-nostdinc -I$work/off}
	command=${command/ -o $file / -o $work/$2.o }
	(cd "$obj" && eval "$command") && cmp "$obj/$file" "$work/$2.o"
}
ok "printk.o is the same without kmemdump" same_object kernel/printk printk
ok "  and so is printk_ringbuffer.o" same_object kernel/printk printk_ringbuffer
fails "  but flush.o, which has code for it, is not" differ same_object arch/arm64/mm flush

for turn in "" kaslr "log_buf_len=1M" "kaslr log_buf_len=1M"; do
	parameters=${turn#kaslr} name=${turn:-no parameter} offset=disabled
	marker=$RANDOM$RANDOM
	rm -f "$work/ram"
	"$fwsim" boot "$work/ram" >/dev/null
	"$top/scripts/qemu/dtb" "$work/dtb"
	if [[ $turn = kaslr* ]]; then
		offset='0x[1-9a-f]'
		fdtput -t x "$work/dtb" /chosen kaslr-seed 12345678 9abcdef0
	fi
	ok "$name: the kernel boots and panics" \
		boot kmemdump --append "marker=$marker $parameters" --dtb "$work/dtb"
	ok "  at such addresses" grep "Kernel Offset: $offset" "$work/kmemdump.log"
	ok "  firmware finds a correct table and saves it" firmware_saves
	is "  the log follows the areas of ramoops" "$(regions)" \
		"KDMESG KCONSOLE KPMSG KFTRACE LOG_PRB LOG_RING LOG_DESC LOG_INFO KLOGBUF"
	is "  VMCOREINFO follows MINIDUMP" "$(notes)" "MINIDUMP VMCOREINFO"
	"$reader" log "$work/dump" >"$work/log" 2>"$work/log.said"
	is "  the reader says nothing" "$(cat "$work/log.said")" ""
	ok "  what no console has seen is in the log" grep -F "quiet marker $marker" "$work/log"
	is "  really none" "$(console | grep -c 'quiet marker')" 0
	console >"$work/console"
	ok "  each line of the console is, too" all_in "$work/log" "$work/console"
	"$reader" -x --caller log "$work/dump" >"$work/decoded"
	ok "  with its level and caller" grep -E \
		"^user  :debug : \[ *[0-9.]+\]\[ +T[0-9]+\] quiet marker $marker" "$work/decoded"

	ok "  assembled, it is an ELF file" "$reader" assemble -f "$work/dump" "$work/minidump.elf"
	ok "  QDL and linux-ramdump-parser read it" \
		"$top/tests/lib/programs.py" "$work/dump" "$work/minidump.elf" readelf file
	grep -F "quiet marker" "$work/log" >>"$work/console"
	[ -z "${GOLDEN:-}" ] || [ -n "$turn" ] || keep
	tools_print "$work/minidump.elf" "$work/console"

	debugfs_core >"$work/core"
	"$reader" log "$work/core" >"$work/core.log"
	ok "  debugfs had the same messages before the crash" grep -F "quiet marker $marker" \
		"$work/core.log"
	lines=$(wc -l <"$work/core.log")
	ok "  line by line" diff <(head -n "$((lines - 1))" "$work/log") \
		<(head -n "$((lines - 1))" "$work/core.log")
	eu-readelf -n "$work/core" >"$work/notes" 2>"$work/notes.said"
	is "    elfutils accept its note" "$(cat "$work/notes.said")" ""
	ok "      and list it" grep -E '^ +VMCOREINFO +[0-9]+ ' "$work/notes"
	tools_print "$work/core" "$work/core.log"
done

# The machine has no caches, so gdb keeps what is cleaned: in $work/cleaned, by virtual address.
cat >"$work/gdb.commands" <<-END
	set pagination off
	target remote $work/gdb
	break *arch_wb_cache_pmem
	commands
	silent
	eval "dump binary memory $work/cleaned/%lx %#lx %#lx", \$x0, \$x0, \$x0 + \$x1
	continue
	end
	continue
END
mkdir "$work/cleaned"
boot_with_gdb() {
	local boot
	boot kmemdump --timeout 300 --append "marker=$marker panic=1" -- \
		-gdb "unix:$work/gdb,server=on,wait=off" -S &
	boot=$!
	for _ in {1..600}; do
		[ ! -S "$work/gdb" ] || break
		sleep 0.1
	done
	gdb-multiarch -q -batch -nx -x "$work/gdb.commands" "$obj/vmlinux"
	wait $boot
}
rm -f "$work/ram"
"$fwsim" boot "$work/ram" >/dev/null
ok "gdb looks on while caches are cleaned" boot_with_gdb
ok "  firmware saves the log" firmware_saves
for name in LOG_PRB LOG_RING LOG_DESC LOG_INFO KLOGBUF; do
	address=$(readelf -SW "$header" | sed 's/^.*\]//' |
		awk -v name=$name '$1 == name { print $3 }')
	ok "    $name as it was when its caches were cleaned" \
		cmp "$work/cleaned/$address" "$work/dump/md_$name.BIN"
done
"$reader" log "$work/dump" >"$work/log"
ok "  to the last message" grep 'Rebooting in 1 seconds' <(tail -n 1 "$work/log")

new_ram >/dev/null
ok "debugfs obeys lockdown" boot lockdown
ok "  the file is for root" grep 'mode: 400' "$work/lockdown.log"
ok "  for integrity, it shows the regions" grep 'integrity: ELF' "$work/lockdown.log"
ok "  for confidentiality, the open fails" \
	grep 'confidentiality: .*Operation not permitted' "$work/lockdown.log"
done_testing
