#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The memory of ramoops: areas in either order, sizes that are not given, or do not fit.
. "${0%/*}/lib.sh"
cases=$out/cases
python3 reader/tests/field.py memory "$cases" || bail "cannot make the dumps"
sizes=(--record-size=4K --console-size=8K --pmsg-size=0x1000)

# lists FILE OPTION...: standard input are records and problems
lists()
{
	local expected=0
	cat >"$out/expect"
	run "${@:2}" list "$cases/$1" || return 1
	sed 's/^minidump-pstore: //' "$out/2" >>"$out/1"
	grep -E '^ |^/' "$out/1" | sed "s|^$cases/||" | diff "$out/expect" -
}

records='    dmesg-ramoops-0, 2030 bytes
    console-ramoops-0, 3050 bytes
    pmsg-ramoops-0, 3554 bytes'
calls='    ftrace-ramoops-0, 5 function calls'
check "order of today's kernels" lists new "${sizes[@]}" --ftrace-size=4096 <<END
$records
$calls
END
check "order of older kernels" lists old "${sizes[@]}" --ftrace-size=4096 <<END
$records
$calls
END
check "text is no function calls" lists old-text --record-size=0x1000 --console-size=0x1000 \
	--pmsg-size=0x800 --ftrace-size=0x800 <<'END'
    dmesg-ramoops-0, 2030 bytes
    console-ramoops-0, 1010 bytes
    pmsg-ramoops-0, 2036 bytes
END
check "size of ftrace not given, and 4096" lists new "${sizes[@]}" <<END
$records
$calls
END
check "size of ftrace not given, and 0" lists no-ftrace "${sizes[@]}" <<END
$records
END
check "number of ftrace zones not given" lists cpus "${sizes[@]}" <<END
$records
$calls
END
check "number of ftrace zones not given, in the order of older kernels" lists cpus-old \
	"${sizes[@]}" <<END
$records
$calls
END
check "sizes that 6 CPUs do not divide, in the order of older kernels" lists cpus-old-six \
	"${sizes[@]}" --ftrace-size=4096 <<END
$records
$calls
END
for align in 1 2 4; do
	check "zones aligned to $align" lists align-$align "${sizes[@]}" --ftrace-size=4K <<END
$records
$calls
END
	check "zones aligned to $align, CPUs given" lists align-$align "${sizes[@]}" \
		--ftrace-size=4K --cpus=6 <<END
$records
$calls
END
done
check "number of ftrace zones given" lists cpus "${sizes[@]}" --cpus=6 <<END
$records
$calls
END
check "memory inside a larger image" lists inside "${sizes[@]}" --offset=0xa000 --mem-size=32K <<END
$records
$calls
END
check "memory at the end of a larger image" lists inside "${sizes[@]}" --offset=40K \
	--mem-size=0x8000 --ftrace-size=4K <<END
$records
$calls
END
where='zones of ramoops begin at 0 0x1000 0x2000 0x3000 0x4000 0x6000 and maybe elsewhere'
says()
{
	local expected=$1 file=$2
	shift 2
	cat >"$out/expect"
	run "$@" list "$cases/$file" || return 1
	sed "s|^minidump-pstore: $cases/||" "$out/2" | diff "$out/expect" -
}
check "sizes that leave another zone in the console" says 0 new "${sizes[@]}" \
	--console-size=16K <<END
new: the sizes do not fit: in KCONSOLE, another zone begins at 0x3000
new: $where
END
check "sizes that do not fit: where" says 0 new "${sizes[@]}" --ftrace-size=0 <<END
new: the sizes do not fit: no zone of KDMESG at 0x4000
new: $where
END
check "no sizes" says 1 new <<END
new: looks like memory of ramoops: give sizes, such as --console-size=256K
new: $where
END
check "memory that is elsewhere" says 0 inside "${sizes[@]}" --ftrace-size=4K <<END
inside: the sizes do not fit: no zone of KDMESG at 0
inside: zones of ramoops begin at 0xa000 0xb000 0xc000 0xd000 0xe000 0x10000 and maybe elsewhere
END
check "memory that is not in the file" says 1 new "${sizes[@]}" --offset=4K --mem-size=32K <<END
new: 32768 bytes are too few for this offset and size
END
check "a version that no kernel had" says 0 no-kernel "${sizes[@]}" --ftrace-size=4K <<END
no-kernel: the sizes do not fit: no zone of KFTRACE at 0x7000
no-kernel: $where
END

ecc=(--record-size=4K --console-size=8K --pmsg-size=2K)
for option in --ecc=1 --ecc=16 -k1; do
	check "ECC with $option" lists ecc "${ecc[@]}" $option <<'END'
    dmesg-ramoops-0, 2055 bytes
    console-ramoops-0, 7277 bytes
    pmsg-ramoops-0, 1805 bytes
END
done

fails()
{
	local expected=$1 message=$2
	shift 2
	run "$@" && { grep -F -e "$message" "$out/2" || { cat "$out/2"; return 1; }; }
}
check "sizes and a directory" fails 1 'a directory, but the sizes of ramoops are for a file' \
	--console-size=8K list "$cases"
for size in 16Q 16KB -1 K '' 2000000G 0x 18446744073709551615K; do
	check "usage: size '$size'" fails 2 "$size is not a size" --mem-size="$size" list \
		"$cases/new"
done

done_testing
