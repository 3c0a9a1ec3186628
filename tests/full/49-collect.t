#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# collect on Debian for arm64 with systemd: crash, reset, what the unit stores, the journal's line,
# its sandbox. Then power cuts at random times while a dump is collected.
. "$(dirname "$0")/../lib.sh"

"$top/scripts/deps" e2fsprogs || bail_out "no e2fsprogs"
"$top/scripts/build" systemd || bail_out "no kernel"
program=$("$top/scripts/reader-for" arm64) || bail_out "the reader does not build for arm64"
rootfs=$("$top/scripts/rootfs") || bail_out "no root file system"
obj=$build/obj-systemd

root=$work/root
cp -a "$rootfs" "$root"
make -s -C "$top/reader" OUT="$build/reader" DESTDIR="$root" PREFIX=/usr install
cp "$program" "$root/usr/bin/minidump-pstore"
units=$root/etc/systemd/system
wants=$units/multi-user.target.wants
mkdir -p "$wants" "$root/result"
ln -sf /usr/lib/systemd/system/multi-user.target "$units/default.target"
ln -s /usr/lib/systemd/system/minidump-pstore.service "$wants/"
# What needs a terminal, D-Bus, or takes the records away
for unit in getty@tty1 serial-getty@ttyAMA0 console-getty systemd-firstboot systemd-logind \
	systemd-pstore; do
	ln -s /dev/null "$units/$unit.service"
done
echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
# The same sandbox for a shell
sed 's|^ExecStart=.*|ExecStart=/usr/bin/probe|; /^\[Install\]/,$d' \
	"$root/usr/lib/systemd/system/minidump-pstore.service" >"$units/probe.service"
cat >"$units/test.service" <<'END'
[Unit]
After=minidump-pstore.service systemd-udevd.service
[Service]
Type=oneshot
ExecStart=/usr/bin/test-guest
END
ln -s ../test.service "$wants/"
cat >"$root/usr/bin/test-guest" <<'END'
#!/bin/sh
case $(cat /proc/cmdline) in
*do=crash*)
	echo "pmsg of a system with systemd" >/dev/pmsg0
	echo "console of a system with systemd" >/dev/kmsg
	sync
	echo c >/proc/sysrq-trigger
	;;
*do=look*)
	rm -rf /result
	mkdir -p /result/pstore
	mount -t pstore pstore /sys/fs/pstore 2>/dev/null
	cp /sys/fs/pstore/* /result/pstore/
	journalctl -b -u minidump-pstore -o cat -t minidump-pstore >/result/journal
	systemctl show minidump-pstore -p Result -p ExecMainStatus >/result/state
	systemctl start probe
	journalctl -b -u probe -o cat -t probe >/result/probe
	sync
	;;
esac
systemctl poweroff -f -f
END
cat >"$root/usr/bin/probe" <<'END'
#!/bin/sh
try() {
	if ("$@") >/dev/null 2>&1; then echo "can $*"; else echo "cannot $*"; fi
}
write() { echo >"$1"; }
try head -c 8 /dev/vda2
try head -c 8 /dev/vda1
try write /dev/vda2
try write /dev/kmsg
try write /etc/file
try write /var/lib/file
try write /var/lib/minidump-pstore/file
try rm /var/lib/minidump-pstore/file
try ls /root
try mount -t tmpfs none /tmp
try unshare -n true
try dmesg
END
chmod +x "$root"/usr/bin/{probe,test-guest}
truncate -s 192M "$work/ext4"
mke2fs -q -t ext4 -d "$root" "$work/ext4" || bail_out "mke2fs fails"
offset=$(python3 "$top/tests/disk.py" "$work/disk" root="$work/ext4" rawdump=8 |
	awk '$1 == "rawdump" { print $2 }')
rm -rf "$root"

# system DO: boots Debian.
system() {
	boot debian --append "do=$1 loglevel=4" --timeout 900 -- \
		-drive "file=$work/disk,if=none,id=disk,format=raw" \
		-device virtio-blk-device,drive=disk && mv "$work/debian.log" "$work/$1.log"
}
# files: what the system has on its disk, in $work/files
files() {
	rm -rf "$work/files"
	mkdir "$work/files"
	tail -c +$((1048576 + 1)) "$work/disk" | head -c 192M >"$work/ext4" &&
		debugfs -R "rdump /result $work/files" "$work/ext4" &&
		debugfs -R "rdump /var/lib/minidump-pstore $work/files" "$work/ext4"
}
store() {
	"$fwsim" dump "$work/ram" "$work/dump" &&
		dd if="$work/dump/rawdump.bin" of="$work/disk" bs=1M oflag=seek_bytes \
			seek="$offset" conv=notrunc status=none && "$fwsim" boot "$work/ram"
}
same() { diff -r -x summary -x regions -x .id "$work/files/result/pstore" "$crash"; }

"$fwsim" boot "$work/ram" >/dev/null
ok "a system with systemd crashes" system crash
ok "firmware stores the dump in a partition" store
ok "the system starts again" system look
ok "  and has files" files
crash=$(find "$work/files/minidump-pstore" -mindepth 1 -maxdepth 1 -type d)
ok "  a directory, named after the time and the kernel" \
	grep -qE "/$(date -u +%Y)[0-9]{4}-[0-9]{6}-${BASE/./\\.}[^/]*$" <<<"$crash"
ok "  with what /sys/fs/pstore shows" same
ok "  the log of the crash" grep 'console of a system with systemd' "$crash/console-ramoops-0"
ok "  and a summary" grep 'Kernel panic - not syncing: sysrq triggered crash' "$crash/summary"
ok "  the journal says what and where" grep -x \
	"kernel .* has crashed: .*sysrq triggered crash: /var/lib/minidump-pstore/${crash##*/}" \
	"$work/files/result/journal"
is "  once" "$(wc -l <"$work/files/result/journal")" 1
is "  the unit is content" "$(sort "$work/files/result/state" | xargs)" \
	"ExecMainStatus=0 Result=success"
is "  its sandbox" "$(cat "$work/files/result/probe")" "can head -c 8 /dev/vda2
cannot head -c 8 /dev/vda1
cannot write /dev/vda2
cannot write /dev/kmsg
cannot write /etc/file
cannot write /var/lib/file
can write /var/lib/minidump-pstore/file
can rm /var/lib/minidump-pstore/file
cannot ls /root
cannot mount -t tmpfs none /tmp
cannot unshare -n true
cannot dmesg"
"$fwsim" boot "$work/ram" >/dev/null
ok "the next start" system look
ok "  has files" files
is "  the same directory and no other" \
	"$(find "$work/files/minidump-pstore" -mindepth 1 -maxdepth 1 -type d)" "$crash"
is "  the journal has nothing" "$(cat "$work/files/result/journal")" ""
is "  the unit is content" "$(sort "$work/files/result/state" | xargs)" \
	"ExecMainStatus=0 Result=success"

# Power cuts: CUTS= is another number of them.
"$reader" extract "$work/dump/rawdump.bin" "$work/expect" 2>/dev/null
rm -rf "$work"/{disk,ext4,files}
truncate -s 16M "$work/ext4"
mke2fs -q -t ext4 "$work/ext4"
cat "$work/dump/rawdump.bin" /dev/zero | head -c 4M >"$work/partition"
python3 "$top/tests/disk.py" "$work/disk" rawdump="$work/partition" var="$work/ext4"
echo "file /minidump-pstore $program 755 0 0" >"$work/list"
"$build/initramfs/gen_init_cpio" "$work/list" | gzip >"$work/add"
"$fwsim" boot "$work/ram" >/dev/null
ok "${CUTS:-200} power cuts" python3 "$top/tests/powercuts.py" "$work" "${CUTS:-200}" \
	"$work/expect" "$top/scripts/boot" --ram "$work/ram" --kernel "$build/obj-demo" \
	--scenario powercut --log "$work/powercut.log" --add "$work/add" --timeout 200
grep '^#' "$work/.output"
done_testing
