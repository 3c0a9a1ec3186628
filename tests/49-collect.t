#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Firmware stores the dump of a crash in a partition, and the next boot runs the script that
# collects it. RAM is kept here, so the collected files must equal those in /sys/fs/pstore then.
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=tests/lib/disk.sh
. "$(dirname "$0")/lib/disk.sh"

program=$("$top/scripts/boards/reader-for" arm64) || bail_out "the reader does not build for arm64"
mkdir "$work/root"
make -s -C "$top/reader" OUT="$build/reader" DESTDIR="$work/root" PREFIX=/usr install
cat >"$work/list" <<END
dir /etc 755 0 0
dir /var 755 0 0
dir /usr 755 0 0
dir /usr/bin 755 0 0
dir /usr/sbin 755 0 0
file /usr/bin/minidump-pstore $program 755 0 0
file /usr/sbin/minidump-pstore-collect $work/root/usr/sbin/minidump-pstore-collect 755 0 0
slink /bin/minidump-pstore-collect ../usr/sbin/minidump-pstore-collect 777 0 0
END
"$build/initramfs/gen_init_cpio" "$work/list" | gzip >"$work/add"

# next_boot NAME [PARAMETER]...: boots with the disk; what it shows becomes $work/NAME/DIRECTORY
next_boot() {
	local name=$1
	shift
	rm -rf "${work:?}/$name"
	mkdir "$work/$name"
	# Quiet, so that the kernel's messages do not get between the lines of a file
	boot collect --add "$work/add" --append "loglevel=1 $*" -- \
		-drive "file=$work/disk,if=none,id=disk,format=raw" \
		-device virtio-blk-device,drive=disk || return
	mv "$work/collect.log" "$work/$name.log"
	python3 - "$work/$name.log" "$work/$name" <<-'END'
		import base64, os, sys
		directory = name = None
		for line in open(sys.argv[1], encoding="ascii", errors="replace"):
		    words = line.split()
		    if words[:1] == ["DIRECTORY"]:
		        directory = os.path.join(sys.argv[2], os.path.basename(words[1]))
		        os.makedirs(directory, exist_ok=True)
		    elif words[:1] == ["BEGIN"]:
		        name, text = words[1], ""
		    elif words[:1] == ["END"]:
		        with open(os.path.join(directory, name), "wb") as file:
		            file.write(base64.b64decode(text))
		        name = None
		    elif name:
		        text += line
	END
}
collected() { printf '%s\n' "$work/$1"/*-*/; }
same() {
	local directory
	directory=$(collected "$1")
	[ -d "$directory" ] && diff -r -x summary -x regions "$work/$1/pstore" "$directory"
}
said() { grep -c "kernel .* has crashed: .*$2: /var/lib/minidump-pstore/" "$work/$1.log"; }
silent() { ! grep -E 'minidump-pstore: |has crashed' "$work/$1.log"; }
first_bytes() { tail -c +$((offset + 1)) "$work/disk" | head -c 8 | tr -d '\0'; }
# crashes DEATH: a boot that dies, and a disk on which firmware has stored its dump
crashes() {
	rm -rf "$work/ram" "$work/dump" "$work/disk"
	"$fwsim" boot "$work/ram" >/dev/null &&
		{ boot "$@" || [ $? -eq 124 ]; } && "$fwsim" dump "$work/ram" "$work/dump" &&
		cat "$work/dump/rawdump.bin" /dev/zero | head -c 8M >"$work/partition" &&
		disk boot=1 ftm=1 "rawdump=$work/partition" logdump=1 &&
		"$fwsim" boot "$work/ram" >/dev/null
}

marker=$RANDOM$RANDOM
ok "a panic, and its dump in a partition" crashes panic --append "marker=$marker"
ok "  the next boot" next_boot panic again=--verbose
ok "  has collected what it shows in /sys/fs/pstore" same panic
ok "  with the marker" grep -r "console marker $marker" "$(collected panic)console-ramoops-0"
ok "  the summary" grep '^crash .*Kernel panic - not syncing: sysrq triggered crash' \
	"$(collected panic)summary"
ok "  and the list of regions" grep '^KCONSOLE ' "$(collected panic)regions"
is "  has said so once" "$(said panic 'sysrq triggered crash')" 1
ok "  and that there is no more" grep "minidump-pstore: /dev/vda3: collected before" \
	"$work/panic.log"
is "  the partition is as it was" "$(first_bytes)" Raw_Dmp!
"$fwsim" boot "$work/ram" >/dev/null
ok "the boot after it, which is to mark the dump as read" next_boot marks options=--clear
ok "  has collected the same" diff -r "$(collected panic)" "$(collected marks)"
is "  and marked it" "$(first_bytes)" CopyDone
"$fwsim" boot "$work/ram" >/dev/null
ok "after that" next_boot after
ok "  there is nothing to collect" test ! -d "$(collected after)"
ok "  nor to say" silent after
ok "  and nothing is wrong" grep "collect: status 0" "$work/after.log"

ok "a hard reset while it logs" crashes busy --timeout 8
ok "  the next boot" next_boot reset
ok "  has collected what it shows in /sys/fs/pstore" same reset
is "  has said where" "$(said reset '')" 1
ok "  and what there is to say" grep 'no oops and no panic in its log, which ends with: ' \
	"$work/reset.log"
done_testing
