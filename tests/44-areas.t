#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every shape that ramoops takes: for each, a boot and a panic, and what firmware saves must be the
# bytes of RAM where the zones are. Where those are is calculated from the parameters, not asked.
#
# OBJ=build/obj-debug runs the same with a kernel of modules that finds mistakes at run time.
# shellcheck disable=SC2154 # geometry's parameters are words of the form name=value
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

obj=${OBJ:-$obj}
boot=(boot areas --append)
[ ! -e "$obj/modules.cpio.gz" ] ||
	boot=(boot areas --add "$obj/modules.cpio.gz" --timeout 240 --append)
marker=$RANDOM$RANDOM
log=$work/areas.log
ram_base=0x40000000

# The signature of a zone, in hexadecimal
dbgc=43474244
IFS=.- read -r major minor patch _ <"$obj/include/config/kernel.release"
ftrace_sig=$(printf %08x $((0x$dbgc ^ (major << 16 | minor << 8 | patch))))

# Rounded down to a power of two, as ramoops does with all sizes but the whole
pow2() {
	local n=$(($1)) p=1
	while [ $((p * 2)) -le $n ]; do p=$((p * 2)); done
	echo $((n ? p : 0))
}

# The areas that the parameters amount to, from address $1: name, address, size, size of a zone
areas() {
	local at=$1 c p f r rest
	c=$(pow2 "$console") p=$(pow2 "$pmsg") f=$(pow2 "$ftrace") r=$(pow2 "$record")
	rest=$((size - c - p - f))
	area() {
		local zone=$(($2 / $3 & ~3)) least=13
		# A header of 12 bytes and data; of ftrace an entry, and the parity of both
		[ "$1" != KFTRACE ] || least=$((12 + 24 + 2 * (ecc == 1 ? 16 : ecc)))
		[ $zone -lt $least ] || printf '%s %x %x %x\n' "$1" "$at" $((zone * $3)) $zone
		at=$((at + zone * $3))
	}
	[ $((r * rest)) -eq 0 ] || area KDMESG $rest $((rest / r))
	area KCONSOLE "$c" 1
	area KPMSG "$p" 1
	area KFTRACE "$f" "$zones"
}

saved_are_the_areas() {
	saved_areas | diff - "$work/areas" || return
	diff <(cd "$work/dump" && ls) <({
		sed 's/\([^ ]*\).*/md_\1.BIN/' "$work/areas"
		printf '%s\n' md_KELF_HEADER.BIN rawdump.bin
	} | sort)
}

saved_is_ram() {
	local name address bytes zone at sig
	while read -r name address bytes zone; do
		address=$((0x$address - ram_base)) bytes=$((0x$bytes)) zone=$((0x$zone))
		cmp -i $((address % 4)):$address -n $bytes "$work/dump/md_$name.BIN" "$work/ram" ||
			return
		sig=$dbgc
		[ "$name" != KFTRACE ] || sig=$ftrace_sig
		for ((at = address; at < address + bytes; at += zone)); do
			[ "$(od -An -tx4 -j $at -N 4 "$work/ram")" = " $sig" ] || {
				echo "$name: no zone at $at"
				return 1
			}
		done
	done <"$work/areas"
}

# What was written is in the file. A small zone does not hold it.
saved_has_the_log() {
	local name address bytes zone at file
	while read -r name address bytes zone; do
		[ $((0x$zone)) -ge 1024 ] || continue
		file=$work/dump/md_$name.BIN
		address=$((0x$address)) bytes=$((0x$bytes)) zone=$((0x$zone))
		case $name in
		KCONSOLE) grep -a "console marker $marker" "$file" ;;
		KPMSG) grep -a "pmsg marker $marker" "$file" ;;
		KDMESG) dd status=none bs=1 skip=$((address % 4 + 12)) count=4 \
			if="$file" | grep -x ==== ;;
		KFTRACE)
			for ((at = address % 4; at < bytes; at += zone)); do
				[ "$(od -An -td4 -j $((at + 8)) -N 4 "$file")" -gt 0 ] || return
			done ;;
		esac >"$work/found" || { echo "nothing in $name"; return 1; }
	done <"$work/areas"
}

died_of_the_panic() {
	grep 'Kernel panic - not syncing: sysrq triggered crash' "$log" &&
		! grep -E 'WARNING:|BUG:|KASAN:|possible .* detected|Unable to handle' "$log"
}

# The devicetree of so many CPUs, with memory for ramoops in it where that is not from reserve_mem=
devicetree() {
	local node=/reserved-memory/ramoops@4f000000 property
	CPUS=$cpus "$top/scripts/dtb" "$work/dtb" || return
	[ "$where$second" != reserve_mem ] || return 0
	fdtput -c "$work/dtb" $node
	fdtput -tx "$work/dtb" $node reg 0 4f000000 0 200000
	[ "$where" != dt-no-map ] || fdtput "$work/dtb" $node no-map
	[ "$where" != params ] || return 0
	fdtput -ts "$work/dtb" $node compatible ramoops
	for property in "record-size $record" "console-size $console" "pmsg-size $pmsg" \
		"ftrace-size $ftrace" "ecc-size $ecc" "mem-type $type" "flags $((zones > 1))"; do
		# shellcheck disable=SC2086 # a name and a number
		fdtput -tx "$work/dtb" $node $property
	done
}

parameters() {
	echo "marker=$marker kasan_multi_shot"
	case $where in
	dt*) echo ramoops.mem_name=; return ;;
	params) echo "ramoops.mem_name= ramoops.mem_address=$address ramoops.mem_size=$size" ;;
	esac
	echo "ramoops.record_size=$record ramoops.console_size=$console" \
		"ramoops.pmsg_size=$pmsg ramoops.ftrace_size=$ftrace ramoops.ecc=$ecc" \
		"ramoops.mem_type=$type"
}

boots() {
	rm -rf "$work/dump"
	fill_ram && devicetree && "$fwsim" boot "$work/ram" >/dev/null &&
		CPUS=$cpus "${boot[@]}" "$(parameters | xargs)" --dtb "$work/dtb"
}

records_are_the_same() {
	rm -rf "$work/pstore" "$work/records"
	CPUS=$cpus next_boot_records normal "$(parameters | xargs)" --dtb "$work/dtb" &&
		find "$work/pstore" -type f | grep -q . &&
		"$reader" --symbols="$obj/System.map" extract "$work/dump" "$work/records" &&
		diff -r "$work/pstore" "$work/records"
}

# geometry NAME [PARAMETER=VALUE]...; with says=, ramoops is to say these words, with none=1,
# to announce nothing, and with second=1, there is another device for it in the devicetree
geometry() {
	local name=$1 where=reserve_mem address=0x4f000000 size=0x200000 record=0x10000
	local console=0x40000 pmsg=0x10000 ftrace=0x1000 ecc=0 type=0 cpus=2 zones=''
	local says='' none='' second=''
	shift
	[ $# -eq 0 ] || local "$@"
	zones=${zones:-$cpus}

	ok "$name: boots and panics" boots
	ok "  of nothing else" died_of_the_panic
	[ $where != reserve_mem ] ||
		address=$(sed -n 's/.*ramoops: using .*@\(0x[0-9a-f]*\),.*/\1/p' "$log")
	[ -z "$says" ] || ok "  ramoops says: $says" grep -F "$says" "$log"
	: >"$work/areas"
	[ -n "$none" ] || areas "$((address))" >"$work/areas"
	# shellcheck disable=SC2046 # names
	ok "  the firmware finds a correct table" \
		"$fwsim" check "$work/ram" $(sed 's/ .*//' "$work/areas")
	ok "  and saves it" "$fwsim" dump "$work/ram" "$work/dump"
	ok "  ${none:+nothing}$(sed 's/ .*//' "$work/areas" | xargs): exact bounds and zones" \
		saved_are_the_areas
	ok "  byte for byte what RAM has there, every zone signed" saved_is_ram
	ok "  with what was written" saved_has_the_log
	ok "  and nothing of what was in RAM before" \
		"$top/tests/leaves.py" "$work/areas" "$work/dump" "$ecc" "$left_behind"
	if [ "$BASE" = 6.12 ] && [ $((ecc)) -ne 0 ] && [ $((ftrace)) -ne 0 ]; then
		skip "  what the next boot shows" "6.12 takes the notice of ECC for traces"
		return
	fi
	# Modules are not loaded by the boot that only shows the records.
	[ -n "$none" ] || [ -e "$obj/modules.cpio.gz" ] ||
		ok "  the reader makes of it what the next boot shows" records_are_the_same
}

geometry "all kinds"
geometry "dmesg alone" console=0 pmsg=0 ftrace=0
geometry "console alone" record=0 pmsg=0 ftrace=0
geometry "pmsg alone" record=0 console=0 ftrace=0
geometry "ftrace alone" record=0 console=0 pmsg=0 ftrace=0x10000
geometry "console and pmsg, as nothing is left for dmesg" where=params size=0x80000 pmsg=0x40000 \
	ftrace=0
geometry "dmesg and ftrace" console=0 pmsg=0
geometry "one dmesg zone" record=0x100000
geometry "hundreds of dmesg zones" record=0x1000
geometry "sizes that are no powers of two" record=0x5555 console=0x30001 pmsg=0x9999 ftrace=0x3000
geometry "three CPUs, zone sizes rounded down to 4 bytes" cpus=3 ftrace=0x2000
geometry "three CPUs, sizes rounded down to 4 bytes, ECC" cpus=3 ftrace=0x8000 ecc=1 record=0x3000
geometry "one CPU, much ECC" cpus=1 ecc=32
geometry "unbuffered" type=1
geometry "cached" type=2
geometry "memory at an address of the command line" where=params
geometry "memory at no page's start, of an odd size" where=params address=0x4f000004 size=0xffffb
geometry "memory at an odd address" where=params address=0x4f000002 size=0xffffe none=1 \
	says="mem_address must be a multiple of 4"
geometry "zones of 4 bytes of data, of one entry" cpus=3 console=16 pmsg=16 ftrace=128
geometry "with ECC, they have no room for an entry" cpus=3 ftrace=128 ecc=1 \
	says="no ftrace: 128 bytes are too few for 3 zones"
geometry "devicetree" where=dt zones=1 record=0x8000
geometry "devicetree, no-map, a zone per CPU, ECC" where=dt-no-map zones=2 ecc=0x10
geometry "devicetree, no-map, three CPUs, cached" where=dt-no-map cpus=3 zones=3 type=2 \
	ftrace=0x2000
geometry "no such memory type" record=0 type=3 none=1 says="invalid mem_type=3"
geometry "a zone smaller than its header" console=8 none=1 \
	says="no room for data in ramoops:console"
geometry "ftrace alone has too little for each CPU" ftrace=64 \
	says="no ftrace: 64 bytes are too few for 2 zones"
geometry "the smallest records" where=params size=0x10000 record=256 console=0 pmsg=0
for record in 16 32 128; do
	geometry "records of $record bytes" where=params size=0x10000 record=$record console=0 \
		pmsg=0 none=1 says="bytes for a record, less than 128"
done
geometry "more than there is" record=0 console=0x400000 none=1 \
	says="no room for console"
geometry "ECC without room for data" record=0 console=0x100 ecc=200 none=1 \
	says="invalid ecc_size"
geometry "two devices, the first without dmesg" record=0 second=1 says="already initialized"
done_testing
