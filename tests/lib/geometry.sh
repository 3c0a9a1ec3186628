# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the tests of ramoops' geometries, after common.sh. For each geometry, a guest boots and
# panics, and the dump must have the bytes of the zones in RAM. The addresses of the zones are
# calculated from the parameters.
#
# OBJ=build/obj-debug runs the same with a kernel that has modules, KASAN and lockdep.
# shellcheck disable=SC2154 # what common.sh sets, and parameters: words of the form name=value

obj=${OBJ:-$obj}
boot=(boot areas --append)
has_modules() { grep -qx CONFIG_QCOM_MINIDUMP=m "$obj/.config"; }
! has_modules ||
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
			for ((at = address % 4; at < traced * zone; at += zone)); do
				[ "$(od -An -td4 -j $((at + 8)) -N 4 "$file")" -gt 0 ] || return
			done ;;
		esac >"$work/found" || { echo "nothing in $name"; return 1; }
	done <"$work/areas"
}

programs_read_it() {
	"$reader" assemble -f "$work/dump" "$work/minidump.elf" && programs_read "$work"
}

died_of_the_panic() {
	grep 'Kernel panic - not syncing: sysrq triggered crash' "$log" &&
		! grep -E 'WARNING:|BUG[: ]|KASAN:|possible .* detected|Unable to handle' "$log"
}

# memory_node NODE ADDRESS SIZE
memory_node() {
	fdtput -c "$work/dtb" "$1" &&
		fdtput -tx "$work/dtb" "$1" reg "$(printf %x $(($2 >> 32)))" \
			"$(printf %x $(($2 & 0xffffffff)))" 0 "$(printf %x $(($3)))"
}

# The devicetree of so many CPUs, with memory for ramoops in it where that is not from reserve_mem=
devicetree() {
	local node=/reserved-memory/ramoops@4f000000 property
	CPUS=$cpus "$top/scripts/qemu/dtb" "$work/dtb" || return
	grep -qx CONFIG_ARM64_4K_PAGES=y "$obj/.config" || large_pages "$work/dtb"
	case $where$second in
	reserve_mem | beyond) return 0 ;;
	params) memory_node $node $((address & ~0xffff)) 0x200000; return ;;
	dt-root)
		memory_node /reserved-memory/memory@4f000000 "$address" "$size"
		memory_node /ramoops@4f000000 "$address" "$size"
		fdtput -ts "$work/dtb" /ramoops@4f000000 compatible ramoops
		fdtput -tx "$work/dtb" /ramoops@4f000000 record-size "$record"
		return ;;
	esac
	memory_node $node "$address" "$size"
	[ "$where" != dt-no-map ] || fdtput "$work/dtb" $node no-map
	[ -z "$reason" ] || fdtput -tx "$work/dtb" $node max-reason "$reason"
	fdtput -ts "$work/dtb" $node compatible ramoops
	for property in "record-size $record" "console-size $console" "pmsg-size $pmsg" \
		"ftrace-size $ftrace" "ecc-size $ecc" "mem-type $type" "flags $((zones > 1))"; do
		# shellcheck disable=SC2086 # a name and a number
		fdtput -tx "$work/dtb" $node $property
	done
}

parameters() {
	# The regions of the kernel log are no areas of ramoops.
	echo "marker=$marker kasan_multi_shot module_blacklist=qcom_kmemdump_minidump $more"
	case $where in
	dt*) echo ramoops.mem_name=; return ;;
	params | beyond)
		echo "ramoops.mem_name= ramoops.mem_address=$address ramoops.mem_size=$size" ;;
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

# geometry NAME [PARAMETER=VALUE]...
#
# where= is reserve_mem, params (an address on the command line), beyond (the same, where Linux has
# no memory), dt, dt-no-map or dt-root (a node where Chromebooks have it). With says=, ramoops is to
# say these words, with none=1, to announce nothing, with second=1, there is another device for it
# in the devicetree, and with more=, another word on the command line. traced= is the number of CPUs
# whose calls are recorded.
geometry() {
	local name=$1 where=reserve_mem address=0x4f000000 size=0x200000 record=0x10000
	local console=0x40000 pmsg=0x10000 ftrace=0x1000 ecc=0 type=0 cpus=2 zones=''
	local says='' none='' second='' more='' reason='' traced=''
	shift
	[ $# -eq 0 ] || local "$@"
	zones=${zones:-$cpus} traced=${traced:-$zones}

	ok "$name: boots and panics" boots
	ok "  of nothing else" died_of_the_panic
	[ $where != reserve_mem ] ||
		address=$(sed -n 's/.*ramoops: using .*@\(0x[0-9a-f]*\),.*/\1/p' "$log")
	[ -z "$says" ] || ok "  ramoops says: $says" grep -F "$says" "$log"
	: >"$work/areas"
	[ -n "$none" ] || areas "$((address))" >"$work/areas"
	# shellcheck disable=SC2046 # names
	ok "  the firmware finds a correct table" \
		"$fwsim" verify "$work/ram" $(sed 's/ .*//' "$work/areas")
	ok "  and saves it" "$fwsim" dump "$work/ram" "$work/dump"
	ok "  ${none:+nothing}$(sed 's/ .*//' "$work/areas" | xargs): exact bounds and zones" \
		saved_are_the_areas
	ok "  byte for byte what RAM has there, every zone signed" saved_is_ram
	ok "  ${programs[*]} read it" programs_read_it
	ok "  with what was written" saved_has_the_log
	ok "  and nothing of what was in RAM before" \
		"$top/tests/lib/leaves.py" "$work/areas" "$work/dump" "$ecc" "$left_behind"
	if [ "$BASE" = 6.12 ] && [ $((ecc)) -ne 0 ] && [ $((ftrace)) -ne 0 ]; then
		skip "  what the next boot shows" "6.12 takes the notice of ECC for traces"
		return
	fi
	[ -z "$none" ] || return 0
	if has_modules; then
		skip "  what the next boot shows" "that boot loads no modules"
		return
	fi
	ok "  the reader makes of it what the next boot shows" records_are_the_same
}
