#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# For each geometry of ramoops and each kind of crash, the reader writes the same files, byte for
# byte, as the next boot shows in /sys/fs/pstore of the same RAM. GOLDEN=DIRECTORY keeps each case
# there. reader/tests/golden was made in this way.
. "$(dirname "$0")/lib/common.sh"

marker=$RANDOM$RANDOM
params='' qemu=() damage=true
# As common.sh has it, but every boot of a case has the case's parameters.
boot() {
	"$top/scripts/qemu/boot" --ram "$work/ram" --kernel "$obj" --scenario "$1" \
		--log "$work/$1.log" --append "$params ${3:-}" "${qemu[@]}"
}

# crashes PARAMETER...: a boot that ends in a crash, and the dump of it
crashes() {
	params="marker=$marker lines=20 $*"
	rm -rf "$work"/{ram,dump,pstore,records*,*.log}
	"$fwsim" boot "$work/ram" >/dev/null
	# Where a zone is damaged, the firmware and the next boot must see the same.
	boot crash && $damage && "$fwsim" dump "$work/ram" "$work/dump"
}

# same SOURCE [OPTION]...: records of the dump, and of the next boot
same() {
	local source=$1
	shift
	rm -rf "$work/records"
	"$reader" "$@" extract "$source" "$work/records" && diff -r "$work/pstore" "$work/records"
}

# keep NAME [OPTION]...: dump, records, and the options that lead from one to the other
keep() {
	local name=$1 dir=$work/keep
	shift
	[ -n "${GOLDEN:-}" ] || return 0
	rm -rf "$dir"
	mkdir -p "$dir" "$GOLDEN"
	cp -r "$work/dump" "$dir/dump"
	rm "$dir/dump/rawdump.bin"
	cp -r "$work/pstore" "$dir/expect"
	printf '%s\n' "$@" >"$dir/options"
	# Of the symbols, those in the record, and the next ones, which tell their sizes
	[ ! -e "$dir/expect/ftrace-ramoops-0" ] ||
		grep -A 3 -wFf <(grep -oE '[a-z_]\w+( <-|\+0x)' "$dir/expect/ftrace-ramoops-0" |
			sed -E 's/( <-|\+0x)//' | sort -u) "$obj/System.map" |
			grep -v '^--' >"$dir/System.map"
	tar -C "$dir" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -c . |
		xz -9 >"$GOLDEN/$name.tar.xz"
}

has() {
	local record
	for record; do
		ls "$work/pstore/$record" || return
	done
}
wrapped() { [ "$(stat -c %s "$work/pstore/$1")" = "$2" ] && ! grep "line 1 of" "$work/pstore/$1"; }

# One oops and one panic, compressed
ok "oops and panic" crashes fault=1
ok "  next boot" next_boot_records
ok "  has both" has dmesg-ramoops-{0,1} console-ramoops-0 pmsg-ramoops-0
ok "  the directory gives the same" same "$work/dump"
ok "  the image gives the same" same "$work/dump/rawdump.bin"
ok "  assembled" "$reader" assemble "$work/dump" "$work/minidump.elf"
ok "  which is as it should be" "$reader" check "$work/minidump.elf"
ok "  and gives the same" same "$work/minidump.elf"
keep oops-panic
rm -f "$work/minidump.elf" "$work"/dump/md_KELF_HEADER.BIN
ok "  so does the directory without KELF_HEADER" same "$work/dump"

# Rings that have wrapped, sizes that are no powers of two, no compression
ok "small zones" crashes lines=100 ramoops.console_size=0x1fff ramoops.pmsg_size=0x801 \
	ramoops.record_size=0x3000 pstore.compress=none
# All of ramoops' memory, as a debugger would save it
memory() {
	local start
	start=$("$reader" list "$work/dump" 2>/dev/null | awk '$1 == "KDMESG" { print $2 }')
	dd if="$work/ram" of="$work/memory" bs=64K skip=$(((start - 0x40000000) / 65536)) count=32 \
		status=none
}
memory
ok "  next boot" next_boot_records
ok "  console has wrapped" wrapped console-ramoops-0 $((0x1000 - 12))
ok "  pmsg has wrapped" wrapped pmsg-ramoops-0 $((0x800 - 12))
ok "  the dump gives the same" same "$work/dump"
keep wrapped
ok "  so does its memory" same "$work/memory" --console-size=0x1fff --pmsg-size=0x801 \
	--record-size=0x3000 --ftrace-size=4096 --cpus=2
rm -f "$work/memory"

# ECC: bytes in a header, in data and in parity that can be corrected, and a block that cannot
# shellcheck disable=SC2317 # called by crashes
flip_bytes() {
	local console
	"$fwsim" dump "$work/ram" "$work/dump" &&
		console=$("$reader" list "$work/dump/rawdump.bin" |
			awk '$1 == "KCONSOLE" { print $2 }') &&
		python3 - "$work/ram" "$console" <<-END
		import sys
		base = int(sys.argv[2], 16) - 0x40000000
		with open(sys.argv[1], "r+b") as ram:
		    for offset in [1, 20, 21, 22, *range(400, 412), 0x1fff, 0x1ff0]:
		        ram.seek(base + offset)
		        byte = ram.read(1)[0]
		        ram.seek(base + offset)
		        ram.write(bytes([byte ^ 0xa5]))
	END
}
damage=flip_bytes
ok "ECC of 16 bytes, damaged" crashes ramoops.ecc=1 ramoops.console_size=0x2000 lines=200
damage=true
ok "  next boot" next_boot_records
ok "  the kernel has corrected" grep -x 'ECC: 6 Corrected bytes, 1 unrecoverable blocks' \
	"$work/pstore/console-ramoops-0"
ok "  the dump gives the same" same "$work/dump"
keep ecc-damaged
ok "ECC of 5 bytes" crashes ramoops.ecc=5 fault=1
ok "  next boot" next_boot_records
ok "  the dump gives the same" same "$work/dump"

# Calls of functions, at random addresses; another kernel than the one that crashed shows them
calls=vfs_read,vfs_write,ksys_read,ksys_write
seed() {
	cp "$build/virt.dtb" "$work/$1.dtb" &&
		fdtput -t x "$work/$1.dtb" /chosen kaslr-seed "$1" "$1" &&
		qemu=(-- -dtb "$work/$1.dtb")
}
ok "ftrace" crashes trace=$calls ramoops.ftrace_size=0x4000
ok "  next boot" next_boot_records
ok "  has calls of both CPUs" grep -q '^CPU:1 ' "$work/pstore/ftrace-ramoops-0"
ok "  the dump gives the same" same "$work/dump" --symbols="$obj/System.map"
ok "  by vmlinux, too" same "$work/dump" --symbols="$obj/vmlinux"

if ! grep -q kaslr_offset "$tree/fs/pstore/ftrace.c"; then
	skip "ftrace that has wrapped, with KASLR and ECC" \
		"Linux $BASE has addresses as KASLR has moved them, and shows ECC's notice as calls"
	done_testing
	exit
fi
seed 1234abcd
ok "ftrace that has wrapped, with KASLR and ECC" crashes trace=$calls ramoops.ftrace_size=0x1000 \
	ramoops.ecc=1
seed 98765432
ok "  next boot" next_boot_records
# The addresses are those of the next boot: it alone knows by how much it has moved.
"$reader" --symbols="$obj/System.map" cat "$work/dump" ftrace-ramoops-0 >"$work/linked"
offset=$(paste -d ' ' "$work/pstore/ftrace-ramoops-0" "$work/linked" | head -n 1 |
	awk '{ print "0x" $3, "0x" $10 }' | { read -r shown linked; echo $((shown - linked)); })
ok "  has moved" test "$offset" -gt 0
ok "  the dump gives the same" same "$work/dump" --symbols="$obj/System.map" \
	--kaslr-offset="$offset"
keep ftrace-kaslr --symbols=System.map --kaslr-offset="$offset"
done_testing
