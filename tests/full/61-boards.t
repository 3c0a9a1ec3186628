#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The long tests of boards: the overlays against the kernel's schemas, ramoops as a module in memory
# that the devicetree reserves, and the kernel and boot image of make board.
. "$(dirname "$0")/../lib/common.sh"

dtbs=$build/obj-sm8450/arch/arm64/boot/dts/qcom
marker=$RANDOM$RANDOM

# saved DIRECTORY: what firmware saves and the reader decodes has the marker.
saved() {
	firmware_saves && grep -F "console marker $marker" "$work/records/console-ramoops-0"
}

# Modules, with the memory of sm8450-ramoops.dtso, at an address that QEMU's machine has.
ok "a kernel with ramoops and minidump as modules" "$top/scripts/build" modules
ok "  its modules" "$top/scripts/qemu/modules" modules
sed 's/ffc00000/4f000000/g' "$top/dts/sm8450-ramoops.dtso" |
	dtc -q -I dts -O dtb -o "$work/ramoops.dtbo" -
ok "the overlay for modules applies to QEMU's machine" \
	fdtoverlay -i "$build/virt.dtb" -o "$work/virt.dtb" "$work/ramoops.dtbo"
"$fwsim" boot "$work/ram" >/dev/null
# ramoops is not to use the memory of reserve_mem=, which scripts/qemu/boot asks for.
ok "  the modules are loaded for what it describes, and the kernel panics" \
	boot board --kernel "$build/obj-modules" --add "$build/obj-modules/modules.cpio.gz" \
	--dtb "$work/virt.dtb" --append "marker=$marker ramoops.mem_name="
ok "  the firmware saves the log" saved
ok "  from that memory" sh -c "'$reader' list '$work/dump' | grep -E '^KCONSOLE +0x4f1'"

# The same memory as without modules: ramoops comes with its client.
"$fwsim" boot "$work/ram" >/dev/null
ok "the modules are loaded for reserve_mem=, too, and the kernel panics" \
	boot board --kernel "$build/obj-modules" --add "$build/obj-modules/modules.cpio.gz" \
	--append "marker=$marker"
ok "  the firmware saves the log" saved

# dt-validate complains of much that is mainline's: only what the overlays add counts.
complaints() {
	"$top/scripts/debian/newer" dt-validate -s "$work/schema" "$1" 2>&1 |
		sed "s|$1||g" | sort -u
}
nothing_new() {
	complaints "$2" >"$work/after"
	comm -13 "$1" "$work/after" >"$work/new"
	cat "$work/new"
	[ ! -s "$work/new" ]
}
ok "devicetrees of the boards" \
	"$top/scripts/build" sm8450 qcom/sm8450-hdk.dtb qcom/sm8450-qrd.dtb
if [ "$EUID" -ne 0 ]; then
	skip "dt-validate" "scripts/debian/newer needs root"
elif ok "a schema of what the overlays have and of the boards" "$top/scripts/debian/newer" sh -c "
	cd '$tree/Documentation/devicetree/bindings' &&
	dt-mk-schema -j reserved-memory/*.yaml arm/qcom*.yaml >'$work/schema'" &&
	[ -s "$work/schema" ]; then
	for board in hdk qrd; do
		complaints "$dtbs/sm8450-$board.dtb" >"$work/before"
		for overlay in bootargs ramoops bad; do
			sed 's/no-map;/no-such-thing = <1>;/' "$top/dts/sm8450-ramoops.dtso" \
				>"$work/bad.dtso"
			dts=$top/dts/sm8450-$overlay.dtso
			[ -e "$dts" ] || dts=$work/bad.dtso
			dtc -q -I dts -O dtb -o "$work/overlay" "$dts"
			fdtoverlay -i "$dtbs/sm8450-$board.dtb" -o "$work/board.dtb" "$work/overlay"
			if [ $overlay = bad ]; then
				fails "sm8450-$board: dt-validate finds a mistake" no-such-thing \
					nothing_new "$work/before" "$work/board.dtb"
			else
				ok "sm8450-$board with $overlay: nothing to complain of" \
					nothing_new "$work/before" "$work/board.dtb"
			fi
		done
	done
fi

if [ "$EUID" -ne 0 ]; then
	skip "udevadm verify" "scripts/debian/newer needs root"
else
	ok "the udev rule for a host, as udev sees it" "$top/scripts/debian/newer" udevadm verify \
		--resolve-names=never "$top/scripts/boards/51-minidump.rules"
fi

# make board, and its kernel in QEMU.
out=$build/board/sm8450-hdk
ok "make board" "$top/scripts/boards/board" sm8450-hdk
mkdir "$work/boot"
ok "the boot image" unpack_bootimg --boot_img "$out/boot.img" --out "$work/boot"
cp "$work/.output" "$work/bootimg"
ok "  has the kernel" cmp "$work/boot/kernel" "$out/Image.gz"
ok "  the devicetree" cmp "$work/boot/dtb" "$dtbs/sm8450-hdk.dtb"
ok "  the ramdisk" cmp "$work/boot/ramdisk" "$out/ramdisk.cpio.gz"
ok "  and the command line" \
	grep -F "$(fdtget "$out/sm8450-hdk-bootargs.dtb" /chosen bootargs)" "$work/bootimg"
"$fwsim" boot "$work/ram" >/dev/null
ok "the board's kernel panics in QEMU" \
	boot panic --kernel "$build/obj-sm8450" --append "marker=$marker" --timeout 300
ok "  the firmware saves the log" saved

# What is to be typed for a hang: QEMU is ended by the timeout, and the log has the mark.
DUMPS=$work/dumps "$top/scripts/device" trigger hang >"$work/typed" 2>/dev/null
echo "file /scenarios/typed $work/typed 644 0 0" >"$work/list"
"$build/initramfs/gen_init_cpio" "$work/list" | gzip >"$work/add"
"$fwsim" boot "$work/ram" >/dev/null
hangs() {
	boot typed --kernel "$build/obj-sm8450" --add "$work/add" --timeout 60
	[ $? -eq 124 ]
}
ok "it hangs by what trigger hang prints" hangs
ok "  the firmware saves the dump" firmware_saves
ok "  the log has the mark" \
	grep -F "minidump mark $(<"$work/dumps/mark")" "$work/records/console-ramoops-0"
ok "  and no panic" sh -c "! grep 'Kernel panic' '$work/records/console-ramoops-0'"
done_testing
