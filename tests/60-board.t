#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Tests what a host can test for real boards: configuration and devicetree of sm8450, and the steps
# of scripts/device. The device and qdl are fakes, but the dump is from a real kernel.
. "$(dirname "$0")/lib/common.sh"

doc=$top/Documentation/boards.md
dtbs=$build/obj-sm8450/arch/arm64/boot/dts/qcom

# The configuration, which scripts/build checks line by line, and the devicetrees.
ok "the fragment over arm64 defconfig keeps each of its options" \
	"$top/scripts/build" sm8450 qcom/sm8450-hdk.dtb qcom/sm8450-qrd.dtb

# Every node with an address on the SoC's bus or in RAM, as "start end path".
ranges() {
	local dtb=$1 parent node path start
	for parent in /reserved-memory /soc@0 /; do
		for node in $(fdtget -l "$dtb" "$parent" | grep @); do
			path=${parent%/}/$node
			# Two cells each for address and size, which may be the bootloader's to set.
			# shellcheck disable=SC2046 # numbers
			set -- $(fdtget -d '' -t x "$dtb" "$path" reg)
			while [ $# -ge 4 ]; do
				start=$((0x$1 << 32 | 0x$2))
				echo "$start $((start + (0x$3 << 32 | 0x$4))) $path"
				shift 4
			done
		done
	done
}

# The place for ramoops is where RAM is on this SoC, below 4 GiB, and nothing else is there.
free() {
	local start end
	start=$(awk '$3 ~ /ramoops@/ { print $1 }' "$work/after")
	end=$(awk '$3 ~ /ramoops@/ { print $2 }' "$work/after")
	printf 'ramoops is from %x to %x\n' "$start" "$end"
	[ "$(wc -l <"$work/before")" -gt 100 ] || { echo "few ranges found"; return 1; }
	[ "$start" -ge $((0x80000000)) ] && [ "$end" -le $((0x100000000)) ] || return
	awk -v start="$start" -v end="$end" '$1 < end && $2 > start { print; bad = 1 }
		END { exit bad }' "$work/before"
}

for overlay in bootargs ramoops; do
	ok "sm8450-$overlay.dtso compiles without a warning" dtc -I dts -O dtb -o "$work/$overlay" \
		"$top/dts/sm8450-$overlay.dtso"
	is "  really" "$(<"$work/.output")" ""
done
for board in hdk qrd; do
	dtb=$dtbs/sm8450-$board.dtb
	ok "sm8450-$board: the command line applies" \
		fdtoverlay -i "$dtb" -o "$work/bootargs.dtb" "$work/bootargs"
	ok "  the fixed place for ramoops, too" \
		fdtoverlay -i "$dtb" -o "$work/ramoops.dtb" "$work/ramoops"
	ranges "$dtb" >"$work/before"
	ranges "$work/ramoops.dtb" >"$work/after"
	ok "  where nothing else is" free
done
bootargs=$(fdtget "$work/bootargs.dtb" /chosen bootargs)
for zone in record console pmsg; do
	is "both have the same size for $zone" \
		"$(fdtget -t x "$work/ramoops.dtb" /reserved-memory/ramoops@ffc00000 $zone-size)" \
		"$(sed "s/.*ramoops.${zone}_size=0x//; s/ .*//" <<<"$bootargs")"
done
for word in $bootargs; do
	ok "the documentation has $word" grep -qF -- "$word" "$doc"
done

if [ "$BASE" = 7.3 ]; then
	"$top/scripts/boards/socs" >"$work/socs"
	ok "the list of SoCs has sm8450, with all it takes" \
		grep -E '^sm8450.dtsi +5 +qcom,sm8450-\w+-pas +yes +yes$' "$work/socs"
	ok "  and none whose firmware is too old" \
		sh -c "! grep -E 'msm8916|msm8996|sdm660' '$work/socs'"
else
	skip "the list of SoCs" "the sources of $BASE that it is read from look otherwise"
fi
fails "  a tree without the files is told" "make tree makes" "$top/scripts/boards/socs" "$work"

# The steps on a device. Its files are in $FAKE_DEVICE, commands for it run there.
export DUMPS=$work/dumps
export FAKE_DEVICE=$work/device FAKE_FILES=$work/dump FAKE_CUT='' FAKE_QDL=''
PATH=$top/tests/fake:$PATH
run() {
	local status=0
	"$top/scripts/device" "$@" >"$work/said" 2>&1 || status=$?
	cat "$work/said"
	return $status
}
rawdump=$FAKE_DEVICE/dev/disk/by-partlabel/rawdump
debug=$FAKE_DEVICE/sys/kernel/debug
core=$FAKE_DEVICE/sys/bus/platform/devices/qcom-minidump
client=$FAKE_DEVICE/sys/bus/auxiliary/devices/qcom_minidump.pstore.0
scm=$FAKE_DEVICE/sys/module/qcom_scm/parameters

fresh_device() {
	rm -rf "$FAKE_DEVICE"
	mkdir -p "$FAKE_DEVICE"/{proc/device-tree,dev/disk/by-partlabel} "$scm" \
		"$debug/provoke-crash" "$core/driver" "$client/driver"
	ln -s /dev/null "$FAKE_DEVICE/dev/watchdog"
	echo 0 >"$FAKE_DEVICE/id"
	printf '%-11s 0x80000000 4096\n' KELF_HEADER KDMESG KCONSOLE KPMSG >"$debug/qcom_minidump"
	: >"$debug/provoke-crash/DIRECT"
	echo mini >"$scm/download_mode"
	echo usb >"$scm/minidump_dest"
	printf 'SM8450 HDK\0' >"$FAKE_DEVICE/proc/device-tree/model"
	echo "Linux version 7.3.4-minidump" >"$FAKE_DEVICE/proc/version"
	echo "console=ttyMSM0 androidboot.serialno=0123abcd" >"$FAKE_DEVICE/proc/cmdline"
}

# refuses NAME WORDS ARGUMENT...: fails, and nothing has happened to the device.
refuses() {
	fails "$1" "$2" run "${@:3}"
	ok "  and nothing has happened" test ! -e "$FAKE_DEVICE/proc/sysrq-trigger"
}

fresh_device
ok "--dry-run shows the crash" run --dry-run --via adb trigger sysrq
ok "  in full" grep -F 'echo c >/proc/sysrq-trigger' "$work/said"
ok "  and asks the device nothing" test ! -e "$FAKE_DEVICE/asked"
for verb in "collect usb" "--via host collect storage" "--via adb report $work"; do
	# shellcheck disable=SC2086 # words
	ok "--dry-run $verb" run --dry-run $verb
done
ok "  has run and written nothing" test ! -e "$FAKE_DEVICE/asked" -a ! -e "$DUMPS"
fails "a verb that is none" "unknown verb 'crash'" run crash
fails "no way to the device" "needs a way to the device" run collect storage
fails "a host that is an option" "needs a way to the device" \
	run --via -oProxyCommand=x trigger sysrq

echo 2000 >"$FAKE_DEVICE/id"
refuses "trigger without root" "not root" --via adb trigger sysrq
# without_log NAME WORDS FILE...: without these files, a crash leaves no log.
without_log() {
	fresh_device
	rm -r "${@:3}"
	refuses "$1" "leave no log: $2" --via adb trigger sysrq
}
without_log "trigger with another kernel" "its kernel lacks the series or has no SMEM" \
	"$debug/qcom_minidump" "$core"
without_log "trigger without a table of firmware" "firmware has no minidump table" \
	"$debug/qcom_minidump" "$core/driver"
without_log "trigger without debugfs" "debugfs is not mounted" "$debug/qcom_minidump"
only_header() { sed -i '/KELF_HEADER/!d' "$debug/qcom_minidump"; }
fresh_device
only_header
refuses "trigger without ramoops" "leave no log: ramoops is not active" --via adb trigger sysrq
rm -r "$client/driver"
refuses "trigger without the client" "leave no log: the module qcom_pstore_minidump" \
	--via adb trigger sysrq
fresh_device
echo full >"$scm/download_mode"
refuses "trigger in another download mode" "download_mode is 'full'" --via adb trigger sysrq
rm "$debug/qcom_minidump"
refuses "  which is the first thing to check" "download_mode is 'full'" --via adb trigger sysrq
fresh_device
rm "$FAKE_DEVICE/dev/watchdog"
refuses "a hang without a watchdog" "cannot hang and be reset" --via adb trigger hang
mv "$FAKE_DEVICE" "$FAKE_DEVICE.off"
refuses "trigger without a device" "no answer from the device" --via adb trigger sysrq

fresh_device
ok "a hang, by ssh" run --via root@host trigger hang
is "  is one" "$(<"$debug/provoke-crash/DIRECT")" HARDLOCKUP
ok "sysrq, by adb" run --via adb trigger sysrq
is "  is a crash" "$(<"$FAKE_DEVICE/proc/sysrq-trigger")" c
fresh_device
rm "$scm/minidump_dest"
ok "sysrq, in Linux 6.12, where the destination cannot be chosen" run --via adb trigger sysrq
is "  is a crash" "$(<"$FAKE_DEVICE/proc/sysrq-trigger")" c

# What is to be typed is run by a kernel in QEMU.
"$top/scripts/device" trigger sysrq >"$work/typed" 2>/dev/null
ok "what to type has the mark" grep -F "minidump mark $(<"$DUMPS/mark")" "$work/typed"
echo "file /scenarios/typed $work/typed 644 0 0" >"$work/list"
"$build/initramfs/gen_init_cpio" "$work/list" | gzip >"$work/add"
"$fwsim" boot "$work/ram" >/dev/null
ok "a kernel crashes by it" boot typed --add "$work/add"
ok "the firmware saves the dump" "$fwsim" dump "$work/ram" "$work/dump"
mv "$work/dump/rawdump.bin" "$work/rawdump"

for id in 900e 9060 90db; do
	ok "the udev rule has USB id $id" grep -qE "idProduct\}==\"$id\"" \
		"$top/scripts/boards/51-minidump.rules"
done
FAKE_QDL=old fails "a qdl that is too old" "cannot fetch dumps" run collect usb
FAKE_QDL=fails fails "a qdl that fails" "qdl failed" run collect usb
is "  leaves nothing" "$(ls "$DUMPS")" mark
ok "collect, by qdl" run collect usb
ok "decode" run decode
ok "  finds the mark" grep "its mark is in the log" "$work/said"
ok "  shows the panic" grep "Kernel panic - not syncing: sysrq triggered crash" "$work/said"
ok "  again" run decode

# One board after the other
mkdir "$work/series"
wait_for_crashes() {
	local pid
	# A session of its own, so that qdl ends, too
	: >"$FAKE_DEVICE/crashes"
	DUMPS=$work/series FAKE_QDL=series setsid "$top/scripts/device" collect usb --wait \
		>"$work/said" 2>&1 &
	pid=$!
	for _ in {1..300}; do
		[ "$(wc -l <"$FAKE_DEVICE/crashes")" -lt 4 ] || break
		sleep 0.1
	done
	kill -- -$pid
	wait $pid
	# What it has started removes the unfinished directory.
	while kill -0 -- -$pid 2>/dev/null; do sleep 0.1; done
	cat "$work/said"
}
ok "collect each of several crashes" wait_for_crashes
is "  in a directory of its own" "$(find "$work/series" -mindepth 1 -maxdepth 1 | wc -l)" 2
for collected in "$work"/series/*; do
	ok "  with the dump" cmp "$collected/md_KCONSOLE.BIN" "$FAKE_FILES/md_KCONSOLE.BIN"
	ok "  its summary" grep '^crash .*sysrq triggered crash' "$collected/summary"
	ok "  and the records" grep 'sysrq triggered crash' "$collected/records/console-ramoops-0"
done
fails "there is no waiting for a partition" "collect storage does not take '--wait'" \
	run --via adb collect storage --wait

fails "collect without a partition" "no partition rawdump" \
	run --via adb collect storage
truncate -s 1M "$rawdump"
fails "a partition without a dump" "no dump in /dev/disk/by-partlabel/rawdump" \
	run --via adb collect storage
cat "$work/rawdump" /dev/zero | head -c 16M >"$rawdump"
FAKE_CUT=100000 fails "a connection that breaks" "got 100000 of" run --via adb collect storage
is "  leaves nothing more" \
	"$(find "$DUMPS" -mindepth 1 -maxdepth 1 -type d ! -name '*.records' | wc -l)" 1
ok "collect, from the partition" run --via root@host collect storage
collected=$(find "$DUMPS" -name rawdump.bin)
ok "  the dump and not more" cmp "$collected" "$work/rawdump"
ok "decode" run decode
ok "  gives the same records" diff -r "$(dirname "$collected").records" "$(dirname "$(
	find "$DUMPS" -name md_KCONSOLE.BIN)").records"
echo 0123456789abcdef >"$(dirname "$collected")/mark"
fails "a dump that is of another crash" "lacks 0123456789abcdef" run decode
printf '\377\377\377\377\377\377\377\377' |
	dd of="$rawdump" bs=1 seek=44 conv=notrunc status=none
fails "a header that lies" "claims a dump of" run --via adb collect storage
fails "decode of what is no dump" "no region in" run decode "$work/typed"

ok "report" run --via adb report
report=$(find "$DUMPS" -name 'report-*.tar.gz')
mkdir "$work/report"
ok "  is a tar file" tar -xf "$report" -C "$work/report" --strip-components=1
is "  with what it needs" "$(cd "$work/report" && echo *)" \
	"config console-ramoops-0 device-cmdline device-download-mode device-log device-model `
		`device-published device-version dmesg-ramoops-0 regions report.txt"
ok "  the kernel's version" grep -E "^Kernel: ${BASE/./\\.}" "$work/report/report.txt"
ok "  no serial number" sh -c "! grep -r 0123abcd '$work/report'"
ok "  but what it replaces" grep -r 'serialno=REDACTED root' "$work/report"
ok "  and no message of user space" sh -c "! ls '$work/report' | grep pmsg"
is "  nobody's name" "$(tar -tvf "$report" | awk '{ print $2 }' | sort -u)" "0/0"
ok "report of the dump alone" run report
ok "  without an error" sh -c "! grep FAILED '$work/said'"
is "  nothing half-written stays" \
	"$(find "$DUMPS" -name '*.part' -o -type d -name 'report-*')" ""
done_testing
