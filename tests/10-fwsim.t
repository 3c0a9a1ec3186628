#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Tests fwsim, the firmware emulator: SMEM, the dump, and that each rule of verify can fail.
set -eu

cd "$(dirname "$0")/.."
bin=$PWD/build/fwsim-asan
dir=$PWD/build/10-fwsim
ram=$dir/ram
out=$dir/out
fwsim=$bin/fwsim
mkimage=$bin/mkimage
export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=exitcode=99

smem=$((0x0fe00000))		# file offsets
mutex=$((smem - 4096))
ptable=$((smem + 0x1ff000))

tests=0
ok() {		# name, status, what to show if it is not 0
	tests=$((tests + 1))
	if [ "$2" = 0 ]; then
		echo "ok $tests - $1"
	else
		echo "not ok $tests - $1"
		printf '%s\n' "${3:-}" | sed 's/^/# /' >&2
	fi
}
is() {		# name, got, want
	local status=0
	[ "$2" = "$3" ] || status=1
	ok "$1" $status "got:  $2
want: $3"
}
run() {		# command...: sets $status and $text
	status=0
	"$@" >"$out" 2>&1 || status=$?
	text=$(cat "$out")
}
num() {		# file, offset, bytes
	od -An -v -tu"$3" --endian=little -j "$2" -N "$3" "$1" | tr -d ' '
}
poke() {	# offset, bytes as for printf
	printf '%b' "$2" | dd of="$ram" bs=1 seek="$1" conv=notrunc status=none
}
nums() {	# file, offset:bytes...
	local file=$1 field
	shift
	for field; do
		num "$file" "$((${field%:*}))" "${field#*:}"
	done | xargs
}
string() {	# file, offset, room
	tail -c +$(($2 + 1)) "$1" | head -c "$3" | tr -d '\0'
}
zeros() {	# file, offset, bytes
	cmp -s -n "$3" -i "$2":0 "$1" /dev/zero && echo zero || echo "not zero"
}

rm -rf "$dir"
mkdir -p "$dir"
if ! make -C tests/firmware OUT="$bin" "$bin/fwsim" "$bin/mkimage" \
	CFLAGS='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all' >"$out" 2>&1; then
	sed 's/^/# /' "$out" >&2
	echo 'Bail out! fwsim does not build'
	exit 1
fi

# boot: SMEM, with offsets that do not come from fwsim's own sources

run "$fwsim" boot "$ram"
is 'boot: works' $status 0
is 'boot: RAM is 256 MiB' "$(stat -c %s "$ram")" $((256 << 20))
is 'boot: RAM is sparse' "$(($(stat -c %b "$ram") * 512 < 4 << 20))" 1

part=$((smem + $(num "$ram" $((ptable + 32)) 4)))
item=$((part + 32))
toc=$((item + 16))
info=$((ptable + 32 + 48))
while read -r what offset size want; do
	is "boot: $what" "$(num "$ram" "$offset" "$size")" $((want))
done <<END
SMEM-initialized $((smem + 192)) 4 1
SMEM-reserved $((smem + 204)) 4 0
SMEM-free $((smem + 196)) 4 8400
SMEM-available $((smem + 200)) 4 0x4000-8400
SMEM-version $((smem + 64 + 7 * 4)) 4 12<<16
ptable-magic $ptable 4 0x434f5424
ptable-version $((ptable + 4)) 4 1
ptable-entries $((ptable + 8)) 4 1
ptable-host0 $((ptable + 32 + 12)) 2 0xfffe
ptable-host1 $((ptable + 32 + 14)) 2 0xfffe
ptable-size $((ptable + 32 + 4)) 4 $ptable-$part
info-magic $info 4 0x49494953
partition-magic $part 4 0x54525024
partition-host0 $((part + 4)) 2 0xfffe
partition-host1 $((part + 6)) 2 0xfffe
partition-size $((part + 8)) 4 $ptable-$part
partition-used $((part + 12)) 4 32+16+336
partition-cached $((part + 16)) 4 $ptable-$part
item-canary $item 2 0xa5a5
item-number $((item + 2)) 2 602
item-size $((item + 4)) 4 336
item-padding $((item + 8)) 4 0
toc-status $toc 4 1
toc-enabled $((toc + 8)) 4 0x454e424c
END
is 'boot: item 602 is allowed' $(($(num "$ram" $((info + 16)) 2) > 602)) 1
is 'boot: the subsystems are zero' "$(zeros "$ram" $((toc + 16)) 320)" zero

"$mkimage" "$ram" 4
poke 4096 'kept over a reset'
poke "$mutex" '\0001'
cp --sparse=always "$ram" "$dir/before"
run "$fwsim" boot "$ram"
is 'boot: a warm reset works' $status 0
is 'boot: it keeps the rest of RAM' "$(cmp -n "$mutex" "$ram" "$dir/before" && echo same)" same
is 'boot: it drops the entry of APSS' "$(zeros "$ram" $((toc + 16)) 320)" zero
is 'boot: it releases the mutexes' "$(zeros "$ram" "$mutex" 4096)" zero
rm "$dir/before"

run "$fwsim" boot "$dir/new" nonsense
is 'boot: an unknown variant is refused' "$status $(test -e "$dir/new" && echo file)" '1 '
for v in normal no-item short-item old-heap disabled garbage no-smem; do
	is "boot: it lists $v" "$(grep -c "^  $v " "$out")" 1
done
echo precious >"$dir/other"
run "$fwsim" boot "$dir/other"
is 'boot: a file of another size is refused' "$status $(cat "$dir/other")" '1 precious'

# variant, why there is no dump, exit status of verify, a place in RAM
while IFS='|' read -r v why checked offset size want; do
	says="ok: APSS entry is disabled"
	[ "$checked" = 0 ] || says="I1-toc: $why"
	"$fwsim" boot "$ram" "$v" >"$out"
	is "$v: SMEM is as intended" "$(num "$ram" "$((offset))" "$size")" "$((want))"
	run "$fwsim" dump "$ram" "$dir/dump"
	is "$v: nothing to dump" "$status $text" "1 fwsim: dump: nothing saved for APSS: $why"
	is "$v: the dump leaves no files" "$(test -e "$dir/dump" && echo files)" ''
	run "$fwsim" verify "$ram"
	is "$v: verify" "$status $text" "$checked verify: $says"
done <<END
normal|it is not enabled|0|toc|4|1
no-item|no item 602 in SMEM|1|part + 12|4|32
short-item|item 602 is too short for APSS|1|item + 4|4|48
short-item|item 602 is too short for APSS|1|item + 8|2|1
old-heap|no item 602: SMEM is not version 12|1|smem + 92|4|11<<16
old-heap|no item 602: SMEM is not version 12|1|smem + 200|4|0x200000 - 8400
old-heap|no item 602: SMEM is not version 12|1|ptable|4|0
disabled|the global ToC is not initialised|0|toc|4|0
garbage|it is not enabled|0|item + 4|4|336
no-smem|no SMEM: it is not initialised|1|smem + 192|4|0
END
is 'no-smem: SMEM is zero' "$(zeros "$ram" "$smem" $((2 << 20)))" zero
"$fwsim" boot "$ram" garbage >"$out"
is 'garbage: the status is not 0' "$(($(num "$ram" "$toc" 4) != 0))" 1
first=$(od -An -v -tx1 -j "$toc" -N 336 "$ram")
is 'garbage: there is some' "$(($(tr ' ' '\n' <<<"$first" | sort -u | wc -l) > 150))" 1
"$fwsim" boot "$ram" garbage >"$out"
is 'garbage: it is always the same' "$(od -An -v -tx1 -j "$toc" -N 336 "$ram")" "$first"

# SMEM that another processor has damaged
while IFS='|' read -r offset bytes why; do
	"$fwsim" boot "$ram" >"$out"
	"$mkimage" "$ram" 4
	poke "$((offset))" "$bytes"
	run "$fwsim" dump "$ram" "$dir/dump"
	is "SMEM: $why" "$status $text" "1 fwsim: dump: nothing saved for APSS: $why"
done <<END
ptable|x|SMEM has no partition table
ptable + 8|\xff\xff\xff\xff|SMEM's partition table is too long
ptable + 8|\0|SMEM has no global partition
ptable + 44|\0|SMEM has no global partition
info|x|SMEM does not allow item 602
info + 16|\x5a\x02|SMEM does not allow item 602
ptable + 32|\xff\xff\xff\xff|SMEM's global partition is damaged
part + 4|\0|SMEM's global partition is damaged
part + 8|\x1|SMEM's global partition is damaged
part + 12|\xff\xff\xff\xff|SMEM's global partition is damaged
item|\0|SMEM's list of items is damaged
item + 2|\0|no item 602 in SMEM
item + 5|\x2|item 602 is damaged
item + 4|\xff\xff\xff\xff|item 602 is damaged
item + 8|\xff\xff|item 602 is damaged
item + 10|\xff\xff|item 602 is damaged
END

for size in 48 112; do
	"$fwsim" boot "$ram" >"$out"
	"$mkimage" "$ram" 0
	is "SMEM: the modem is subsystem 3 (item $size)" "$(nums "$ram" toc+16+3*32+16:4)" 2
	poke $((item + 4)) "$(printf '\\x%x\\0' $size)"
	run "$fwsim" dump "$ram" "$dir/dump"
	is "SMEM: no room for the modem in $size bytes" "$status $text" \
		"0 KELF_HEADER 0x44000050 $(num "$ram" $((0x4000020)) 8) md_KELF_HEADER.BIN"
	rm -r "$dir/dump"
done

# verify

"$fwsim" boot "$ram" >"$out"
for n in 0 1 4 200; do
	"$mkimage" "$ram" $n
	run "$fwsim" verify "$ram"
	is "verify: $n regions" "$status ${text%%,*}" "0 verify: ok: $((n + 1)) entries"
done
run "$fwsim" verify "$ram" NOSUCH
is "verify: a region that must be there" "$status $text" \
	"1 verify: I3-kept: there is no region NOSUCH"
"$mkimage" "$ram" 0 && run "$fwsim" verify "$ram" KELF_HEADER
is "verify: a region that is there" "$status ${text%%,*}" "0 verify: ok: 1 entries"
"$fwsim" boot "$ram" >"$out"
run "$fwsim" verify "$ram" KELF_HEADER
is "verify: none is there while disabled" "$status $text" \
	"1 verify: I3-kept: there is no region KELF_HEADER"
"$mkimage" list >"$dir/mutations"
mkdir "$dir/hostile"
while read -r mutation rules; do
	"$mkimage" "$ram" 4 "$mutation"
	run "$fwsim" verify "$ram"
	got=$(sed -n 's/^verify: \([A-Z0-9]*-[a-z]*\): [^ ].*/\1/p' "$out" | sort -u | xargs)
	is "verify: $mutation: ${rules:-no violation}" "$status $got" "$((${#rules} > 0)) $rules"
	[ "$mutation" != name-control ] || is 'verify: no control characters' \
		"$(LC_ALL=C grep -c '[^[:print:]]' "$out" || :)" 0
	run "$fwsim" dump "$ram" "$dir/hostile/dump"
	ok "dump: $mutation: no crash" $((status > 1)) "$text"
	[ "$mutation" != name-control ] || is 'dump: no control characters' \
		"$(LC_ALL=C grep -c '[^[:print:]]' "$out" || :)" 0
done <"$dir/mutations"
"$fwsim" help | sed -n 's/^  \([A-Z0-9]*-[a-z]*\) .*/\1/p' >"$dir/rules"
while read -r rule; do
	is "verify: an image breaks $rule" "$(grep -cw -m 1 -e "$rule" "$dir/mutations")" 1
done < <(grep -vx I3-kept "$dir/rules")
ok 'verify: there are rules' "$((! $(wc -l <"$dir/rules")))"

# dump: the bytes

same_bytes() {	# name, file, physical address, size
	local got=different
	cmp -s -n "$4" -i 0:$(($3 - 0x40000000)) "$2" "$ram" && [ "$(stat -c %s "$2")" = "$4" ] &&
		got=same
	is "$1" $got same
}
expected="KELF_HEADER 0x440000f0 844 md_KELF_HEADER.BIN
KDMESG 0x48000000 65536 md_KDMESG.BIN
KCONSOLE 0x48010000 16384 md_KCONSOLE.BIN
KPMSG 0x48014000 16384 md_KPMSG.BIN
KFTRACE 0x48018000 8192 md_KFTRACE.BIN
MODEM 0x47000000 4096 md_MODEM2.BIN"
files=$(awk '{ print $4 }' <<<"$expected")
d=$dir/dump

"$mkimage" "$ram" 4
mkdir "$d"
echo old >"$d/md_KPMSG.BIN"
ln -s ../other "$d/md_KDMESG.BIN"
run "$fwsim" dump "$ram" "$d"
is 'dump: it works' $status 0
is 'dump: it says what it saves, and what not' "$(sort <<<"$text")" "$(sort <<<"$expected
fwsim: dump: subsystem 3 entry 1: skipped: not VALI but 0x494e5641")"
is 'dump: it replaces a link' "$(cat "$dir/other")" precious
is 'dump: it leaves these files and no other' "$(find "$d" -type f -printf '%f\n' | sort)" \
	"$(printf '%s\nrawdump.bin\n' "$files" | sort)"

raw=$d/rawdump.bin
end=$((56 + 7 * 64))
is 'rawdump: signature' "$(string "$raw" 0 8)" 'Raw_Dmp!'
is 'rawdump: version, valid, context, reset_trigger, sections' \
	"$(nums "$raw" 8:4 12:4 24:8 32:4 52:4)" '4096 1 0 0 7'
is 'rawdump: dump_size and total_size' "$(nums "$raw" 36:8 44:8)" "$(stat -c '%s %s' "$raw")"
at=56
while read -r _ address size file; do
	same_bytes "dump: $file" "$d/$file" "$address" "$size"
	is "rawdump: $file: valid, version, DDR, info" \
		"$(nums "$raw" $at:4 $at+4:4 $at+8:4 $at+36:8)" '1 4096 1 0'
	is "rawdump: $file: offset, size, address" \
		"$(nums "$raw" $at+12:8 $at+20:8 $at+28:8)" "$end $size $((address))"
	is "rawdump: $file: name" "$(string "$raw" $((at + 44)) 20)" "$file"
	is "rawdump: $file: bytes" \
		"$(cmp -n "$size" -i $end:0 "$raw" "$d/$file" 2>&1 && echo same)" same
	end=$((end + size))
	at=$((at + 64))
done <<<"$expected"
is 'rawdump: load.cmm: type, offset, size' "$(nums "$raw" $at+8:4 $at+12:8 $at+20:8)" \
	"3 $end $(($(stat -c %s "$raw") - end))"
is 'rawdump: load.cmm: name' "$(string "$raw" $((at + 44)) 20)" load.cmm
is 'rawdump: load.cmm: text' "$(string "$raw" $end 1000)" \
	"$(awk '{ print "data.load.binary " $4 " " $2 " /noclear" }' <<<"$expected")"

# dump: tables that are moving, broken or hostile

rm -r "$d" "$dir/hostile"
"$mkimage" "$ram" 4 shrinking
run "$fwsim" dump "$ram" "$d"
is 'dump: a repeat is saved again' "$status $(grep -c '^KDMESG ' "$out")" '0 2'
same_bytes 'dump: a repeat overwrites its file' "$d/md_KDMESG.BIN" 0x48000000 65536
rm -r "$d"

# mutation, exit status, one line of the message, files with the modem's and rawdump.bin
rest='md_KELF_HEADER.BIN md_KDMESG.BIN md_KPMSG.BIN md_KFTRACE.BIN'
two='subsystem 0 entry 2'
apss='nothing saved for APSS:'
full='its table has more entries than firmware keeps room for'
while IFS='|' read -r mutation want message saved; do
	"$mkimage" "$ram" 4 "$mutation"
	read -ra kept <<<"$saved"
	mkdir "$dir/hostile"
	run "$fwsim" dump "$ram" "$dir/hostile/dump"
	is "dump: $mutation: status" "$status" "$want"
	is "dump: $mutation: message" "$(grep -cxF "fwsim: dump: $message" "$out")" 1
	is "dump: $mutation: files" "$(cd "$dir/hostile" && find . -type f | sort | xargs)" \
		"$(printf './dump/%s\n' "${kept[@]}" md_MODEM2.BIN rawdump.bin | sort | xargs)"
	rm -r "$dir/hostile"
done <<END
disabled|1|$apss it is not enabled|
status|1|$apss it is enabled, but its status is not 1|
count-zero|1|$apss its table has no region that can be saved|
count-huge|1|$apss $full|
table-null|1|$apss its table is not in RAM|
table-end|1|$apss its table is not in RAM|
table-wrap|1|$apss its table is not in RAM|
outside|0|$two (KCONSOLE): refused: 0x4000 bytes at 0x3ffffffc are not in RAM|$rest
wrap|0|$two (KCONSOLE): refused: 0x4000 bytes at 0xfffffffffffff000 are not in RAM|$rest
size-huge|0|$two (KCONSOLE): refused: 0xfffffffffffffffc bytes at 0x48010000 are not in RAM|$rest
size-zero|0|$two (KCONSOLE): refused: 0x0 bytes at 0x48010000 are not in RAM|$rest
all-of-ram|0|$two (KCONSOLE): refused: the rawdump partition is full|$rest
name-nonul|0|$two: refused: its name does not make a file name|$rest
name-escape|0|$two: refused: its name does not make a file name|$rest
name-empty|0|$two: refused: its name does not make a file name|$rest
invalid|0|$two: skipped: not VALI but 0x494e5641|$rest
count-298|0|subsystem 3 entry 1: skipped: not VALI but 0x494e5641|$rest md_KCONSOLE.BIN
END

"$mkimage" "$ram" 4 all-of-ram
"$fwsim" dump "$ram" "$d" >"$out" 2>&1
is 'rawdump: too small' "$(nums "$raw" 12:4 36:8 44:8)" \
	"2 $(stat -c %s "$raw") $(($(stat -c %s "$raw") + (256 << 20)))"
rm -r "$d"

"$mkimage" "$ram" 4 count-299
run "$fwsim" dump "$ram" "$d"
is 'dump: 301 entries are too many' "$status $(grep 'subsystem 3' "$out")" \
	"0 fwsim: dump: nothing saved for subsystem 3: $full"
rm -r "$d"

"$mkimage" "$ram" 4
run bash -c "trap '' XFSZ; ulimit -f 32; exec '$fwsim' dump '$ram' '$d'"
is 'dump: a write that fails' "$status $(grep KDMESG "$out")" \
	'1 fwsim: dump: md_KDMESG.BIN: File too large'
is 'dump: no half file is left' "$(find "$d" -type f -printf '%f\n')" md_KELF_HEADER.BIN
run "$fwsim" dump "$ram" "$out"
is 'dump: to a file' "$status $(tail -n 1 <<<"$text")" "1 fwsim: dump: $out: Not a directory"
run "$fwsim" dump "$dir/none" "$d"
is 'dump: no RAM file' "$status $text" "1 fwsim: $dir/none: No such file or directory"
truncate -s $((0x0fffffff)) "$dir/small"
run "$fwsim" dump "$dir/small" "$dir/out-small"
is 'dump: a RAM file that is too small' "$status $text" \
	"1 fwsim: $dir/small: not a RAM file: must be a regular file of at least 268435456 bytes"
run "$fwsim" dump "$ram"
is 'usage' "$status ${text%% fwsim*}" '2 usage:'

echo "1..$tests"
