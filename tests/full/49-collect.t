#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# collect on Debian for arm64 with systemd and its own kernel, after a crash of a kernel with the
# series: the stored files, the line in the journal, and the unit's sandbox. Then the power is cut
# at random times while a dump is collected.
. "$(dirname "$0")/../lib/common.sh"
# shellcheck source=tests/lib/disk.sh
. "$(dirname "$0")/../lib/disk.sh"

"$top/scripts/debian/deps" e2fsprogs || bail_out "no e2fsprogs"
program=$("$top/scripts/boards/reader-for" arm64) || bail_out "the reader does not build for arm64"
rootfs=$("$top/scripts/qemu/rootfs") || bail_out "no root file system"

root=$work/root
mkdir "$root"
tar -C "$rootfs" --exclude=./lib/modules --exclude=./usr/lib/modules -c . | tar -C "$root" -x
make -s -C "$top/reader" OUT="$build/reader" DESTDIR="$root" PREFIX=/usr install
cp "$program" "$root/usr/bin/minidump-pstore"
units=$root/etc/systemd/system
unit=/usr/lib/systemd/system/minidump-pstore.service
# As "systemctl enable" does it
sed -n "s/^WantedBy=//p" "$root$unit" | while IFS= read -r wants; do
	mkdir "$units/$wants.wants"
	ln -s $unit "$units/$wants.wants/"
done
mkdir "$units/multi-user.target.wants"
ln -s ../test.service "$units/multi-user.target.wants/"
ln -sf /usr/lib/systemd/system/multi-user.target "$units/default.target"
# What needs a terminal or D-Bus
for masked in getty@tty1 serial-getty@ttyAMA0 console-getty systemd-firstboot systemd-logind; do
	ln -s /dev/null "$units/$masked.service"
done
echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
# The same sandbox for a shell
sed 's|^ExecStart=.*|ExecStart=/usr/bin/probe|; /^\[Install\]/,$d' \
	"$root$unit" >"$units/probe.service"
cat >"$units/test.service" <<'END'
[Unit]
After=minidump-pstore.service systemd-udevd.service
[Service]
Type=oneshot
ExecStart=/usr/bin/test-guest
END
cat >"$root/usr/bin/test-guest" <<'END'
#!/bin/sh
rm -rf /result
mkdir /result
result() {
	journalctl -b -u "$1" -o cat -t "$2" >/result/$1
	systemctl show "$1" -p Result -p ExecMainStatus >/result/$1.state
}
# The partition starts it at any time.
for _ in 1 2 3 4 5 6 7 8 9; do
	systemctl show minidump-pstore -p ExecMainExitTimestamp | grep -q =. && break
	sleep 5
done
result minidump-pstore minidump-pstore
systemctl start probe
result probe probe
if grep do=clear /proc/cmdline; then
	mkdir -p /run/systemd/system/minidump-pstore.service.d
	cp /clear.conf /run/systemd/system/minidump-pstore.service.d/
	systemctl daemon-reload
	systemctl restart minidump-pstore
	result minidump-pstore minidump-pstore
fi
sync
systemctl poweroff -f -f
END
cat >"$root/usr/bin/probe" <<'END'
#!/bin/sh
try() {
	# a subshell tells nothing about a signal
	if ("$@"; exit) >/dev/null 2>&1; then echo "can $*"; else echo "cannot $*"; fi
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
# What the unit says that one can add
sed -n '/^# To mark/,/^\[Unit\]/s/^#\t//p' "$root/usr/lib/systemd/system/minidump-pstore.service" \
	>"$root/clear.conf"
truncate -s 128M "$work/ext4"
mke2fs -q -t ext4 -d "$root" "$work/ext4" || bail_out "mke2fs fails"
rm -rf "$root"

# What starts it: the modules of the disk
{
	printf 'dir /%s 755 0 0\n' dev root
	echo "nod /dev/console 600 0 0 c 5 1"
	echo "file /busybox $build/initramfs/busybox 755 0 0"
	echo "file /init $work/init 755 0 0"
	for module in virtio virtio_ring virtio_mmio virtio_blk; do
		echo "file /$module.ko $(find "$rootfs/lib/modules/" -name $module.ko) 644 0 0"
	done
} >"$work/list"
cat >"$work/init" <<'END'
#!/busybox sh
for module in virtio virtio_ring virtio_mmio virtio_blk; do
	/busybox insmod /$module.ko
done
/busybox mount -t devtmpfs dev /dev
/busybox mount -t ext4 /dev/vda1 /root
exec /busybox switch_root /root /sbin/init
END
"$build/initramfs/gen_init_cpio" "$work/list" | gzip >"$work/initrd"

# debian WHAT: starts it, and takes its files to $work/files
debian() {
	timeout 1200 qemu-system-aarch64 "${qemu_machine[@]}" -kernel "$rootfs/vmlinuz" \
		-initrd "$work/initrd" -append "console=ttyAMA0 panic=-1 do=$1" \
		-drive "file=$work/disk,if=none,id=disk,format=raw" \
		-device virtio-blk-device,drive=disk -display none -monitor none -nic none \
		-no-reboot -serial "file:$work/$1.log" </dev/null || return
	rm -rf "$work/files"
	mkdir "$work/files"
	tail -c +$((1048576 + 1)) "$work/disk" | head -c 128M >"$work/ext4" &&
		debugfs -R "rdump /result $work/files" "$work/ext4" &&
		debugfs -R "rdump /var/lib/minidump-pstore $work/files" "$work/ext4"
}
state() { sort "$work/files/result/$1.state" | xargs; }

marker=$RANDOM$RANDOM
printf '%s\n' 'date -s "2026-11-21 12:37:27"' '. /scenarios/panic' >"$work/dated"
echo "file /scenarios/dated $work/dated 644 0 0" >"$work/list"
"$build/initramfs/gen_init_cpio" "$work/list" | gzip >"$work/add"
"$fwsim" boot "$work/ram" >/dev/null
ok "a kernel crashes" boot dated --add "$work/add" --append "marker=$marker"
ok "firmware stores the dump" "$fwsim" dump "$work/ram" "$work/dump"
"$reader" extract "$work/dump" "$work/expect" 2>/dev/null
cat "$work/dump/rawdump.bin" /dev/zero 2>/dev/null | head -c 4M >"$work/partition"
disk "root=$work/ext4" "rawdump=$work/partition" || bail_out "no disk"

ok "Debian starts" debian look
crash=$(find "$work/files/minidump-pstore" -mindepth 1 -maxdepth 1 -type d)
named() { grep -E "^20261121-1237[0-9]{2}-${BASE/./\\.}[^/]*\$" <<<"${crash##*/}"; }
ok "  has a directory, named after the time and the kernel" named
ok "  with the records" diff -r -x summary -x regions -x .id "$work/expect" "$crash"
ok "  and the summary" grep 'Kernel panic - not syncing: sysrq triggered crash' "$crash/summary"
said=$work/files/result/minidump-pstore
ok "  the journal says what and where" grep -x \
	"kernel .* has crashed: .*sysrq triggered crash: /var/lib/minidump-pstore/${crash##*/}" \
	"$said"
is "  and nothing else" "$(wc -l <"$said")" 1
is "  the unit is content" "$(state minidump-pstore)" "ExecMainStatus=0 Result=success"
first_bytes() { tail -c +$((offset + 1)) "$work/disk" | head -c 8; }
is "  the partition is as it was" "$(first_bytes)" "Raw_Dmp!"
is "  the unit's sandbox" "$(cat "$work/files/result/probe")" "can head -c 8 /dev/vda2
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
ok "the next start, and then the unit with --clear" debian clear
is "  the same directory and no other" \
	"$(find "$work/files/minidump-pstore" -mindepth 1 -maxdepth 1 -type d)" "$crash"
is "  the journal has nothing" "$(<"$said")" ""
is "  the unit is content" "$(state minidump-pstore)" "ExecMainStatus=0 Result=success"
is "  the partition is marked" "$(first_bytes)" CopyDone

# Power cuts: CUTS= is another number of runs. The demo's kernel starts faster.
rm -rf "$work"/{disk,ext4,files}
truncate -s 16M "$work/ext4"
mke2fs -q -t ext4 "$work/ext4"
disk "rawdump=$work/partition" "var=$work/ext4" || bail_out "no disk"
echo "file /minidump-pstore $program 755 0 0" >"$work/list"
"$build/initramfs/gen_init_cpio" "$work/list" | gzip >"$work/add"
"$fwsim" boot "$work/ram" >/dev/null
ok "power cuts in ${CUTS:-200} runs" python3 "$top/tests/lib/powercuts.py" "$work" "${CUTS:-200}" \
	"$work/expect" "$top/scripts/qemu/boot" --ram "$work/ram" --kernel "$obj" \
	--scenario powercut --log "$work/powercut.log" --add "$work/add" --timeout 600
grep '^#' "$work/.output"
done_testing
