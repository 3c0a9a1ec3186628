#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Messages about wrong input, such as a compressed file or a kernel without the series, and the JSON
# output for programs.
. "${0%/*}/lib.sh"
cases=$out/cases
for set in summary memory names salvage; do
	python3 reader/tests/field.py $set "$cases/$set" || bail "cannot make the dumps"
done
python3 reader/tests/dumps.py "$cases/broken" || bail "cannot make the dumps"
dump=$cases/summary/stale/dump

# fails FILE MESSAGE
fails()
{
	local expected=1
	run "$1" && { grep -F -e "$2" "$out/2" || { cat "$out/2"; return 1; }; }
}
made()
{
	printf '%b' "$1" >"$out/$2" && fails "$out/$2" "$out/$2: $3"
}
one_region()
{
	fails "$dump/md_$1.BIN" 'one region of a dump: give the directory that it is in' &&
		[ "$(wc -l <"$out/2")" = 1 ]
}
check "one file of a dump" one_region KCONSOLE
check "the header of a dump" one_region KELF_HEADER
check "a file of gzip" made '\x1f\x8b\x08' dump.gz 'compressed by gzip: unpack it first'
check "a file of xz" made '\xfd7zXZ\0' dump.xz 'compressed by xz: unpack it first'
check "a zip archive" made 'PK\x03\x04' dump.zip 'a zip archive: unpack it first'
check "a sparse image" made '\x3a\xff\x26\xed' rawdump.img 'a sparse image of Android'
check "an empty file" made '' rawdump.empty 'empty'
check "zeros" made '\0\0\0\0\0\0\0\0\0' rawdump.zero 'only zeros at its beginning'
check "text" made 'hello' text 'neither a directory of md_*.BIN files, nor a rawdump image'
archive()
{
	tar -C "$dump" -cf "$out/dump.tar" md_KCONSOLE.BIN &&
		fails "$out/dump.tar" 'a tar archive: unpack it first'
}
check "a tar archive" archive

names()
{
	local expected=1
	run cat "$dump" console && diff - <(sed 's/^minidump-pstore: //' "$out/2") <<'END'
no record console in this dump. It has:
  console-ramoops-0
  dmesg-ramoops-0
  dmesg-ramoops-1
  pmsg-ramoops-0
END
}
check "cat tells the names" names
many_names()
{
	local expected=1
	run cat "$cases/summary/many/dump" dmesg &&
		grep -x 'minidump-pstore:   and 32 more' "$out/2"
}
check "cat tells the first of many names" many_names

no_series()
{
	local expected=1
	mkdir -p "$out/vendor" && head -c 999 /dev/zero | tr '\0' x >"$out/vendor/md_KLOGBUF.BIN" &&
		run "$out/vendor" && grep -F 'did not register ramoops for the minidump' "$out/1" &&
		grep -F 'KLOGBUF is the kernel' "$out/1" || return 1
	run extract "$out/vendor" "$out/none" && [ ! -e "$out/none" ] || return 1
	mkdir "$out/mine" && run extract "$out/vendor" "$out/mine" && [ -d "$out/mine" ]
}
check "a kernel without the series: why, and no empty directory" no_series
kernel()
{
	local expected=0
	run list "$cases/summary/kernel-unknown/dump" && grep -x 'kernel  6.6.1-vendor' "$out/1"
}
check "list takes the kernel's name from the log" kernel

# The same for programs
json()
{
	local expected=0
	run --json "$cases/$1/dump" && python3 - "$out/1"
}
check "JSON of the summary" json summary/stale <<'END'
import json, sys
dump = json.load(open(sys.argv[1], encoding="ascii"))
hung = "[   99.000000] Kernel panic - not syncing: hung_task: blocked tasks"
assert dump == {
    "kernel": {"release": "7.3.0-test",
               "version": "#1 SMP PREEMPT Sat Nov 21 08:00:00 UTC 2026"},
    "crash": {"line": hung, "panic": None, "function": None, "before": None,
              "record": "dmesg-ramoops-0", "seconds": 1800000000, "clock_is_set": True,
              "may_be_of_earlier_boot": False},
    "console": {"record": "console-ramoops-0", "last_line": hung, "last_warning": None,
                "lacks_end": False},
    "salvageable_zones": 0, "ecc": 0,
    "regions": [
        {"name": "KCONSOLE", "address": "0x90003000", "size": 8192, "kind": "pstore console",
         "records": [{"name": "console-ramoops-0", "bytes": 1078, "seconds": None}],
         "problems": []},
        {"name": "KDMESG", "address": "0x90000000", "size": 12288, "kind": "pstore dmesg",
         "records": [{"name": "dmesg-ramoops-0", "bytes": 1185, "seconds": 1800000000},
                     {"name": "dmesg-ramoops-1", "bytes": 1546, "seconds": 1700000000}],
         "problems": []},
        {"name": "KELF_HEADER", "address": None, "size": 744, "kind": "elf header",
         "records": [], "problems": []},
        {"name": "KPMSG", "address": "0x90005000", "size": 2048, "kind": "pstore pmsg",
         "records": [{"name": "pmsg-ramoops-0", "bytes": 2036, "seconds": None}],
         "problems": []}]}, dump
END
# json_has CASE EXPRESSION...: each is true of the dump, whose members are c(rash), l(og), r(egions)
json_has()
{
	local expected=0 dump=$cases/$1/dump
	shift
	run --json list "$dump" && python3 - "$out/1" "$@" <<'END'
import json, sys
d = json.load(open(sys.argv[1], encoding="ascii"))
c, l, r = d["crash"], d["console"], {region["name"]: region for region in d["regions"]}
for expression in sys.argv[2:]:
    if not eval(expression):
        sys.exit(f"{expression}: {d}")
END
}
check "JSON of a record that may be old" json_has summary/earlier-boot \
	'c["may_be_of_earlier_boot"] and c["record"] == "dmesg-ramoops-0"'
check "JSON of another crash than the one that may be old" json_has summary/other-crash \
	'c["record"] == "console-ramoops-0" and not c["may_be_of_earlier_boot"]'
check "JSON of an oops and its panic" json_has summary/oops-panic \
	'c["line"].endswith("Unable to handle kernel paging request at virtual address 0")' \
	'c["panic"].endswith("Kernel panic - not syncing: Oops: Fatal exception")' \
	'c["function"] == "bad_driver_write+0x8/0x18"' 'c["before"] is None'
check "JSON of a panic after an oops" json_has summary/oops-then-panic 'c["panic"] is None' \
	'c["before"].startswith("[   30.000000] Unable")' 'c["seconds"] is None'
check "JSON of a clock that was not set" json_has summary/clock-confirmed \
	'c["seconds"] == 15 and c["clock_is_set"] is False'
check "JSON of a hang" json_has summary/hang-warned 'c is None' \
	'l["last_warning"].endswith("rcu: INFO: rcu_preempt self-detected stall on CPU")'
check "JSON of a log without its end" json_has summary/cut 'l["lacks_end"]' \
	'r["KCONSOLE"]["size"] == 2500' 'r["KCONSOLE"]["problems"] == \
	["KELF_HEADER says 8192 bytes", "zone 0: cut short: 2488 of 3050 bytes are there"]'
check "JSON of any characters" json_has summary/quotes \
	'l["last_line"] == "[    9.000000] a \"b\\c\"\td"'
check "JSON of parity" json_has summary/ecc-hang 'd["ecc"] == 16'
check "JSON of ftrace" json_has broken/ftrace \
	'r["KFTRACE"]["records"] == [{"name": "ftrace-ramoops-0", "calls": 120, "seconds": None}]'
check "JSON of an image that is cut" json_has broken/partial 'r["KPMSG"]["size"] == 2048'
check "JSON of lost headers" json_has salvage/all 'd["salvageable_zones"] == 3' 'l is None'
no_record()
{
	local expected=1
	run --json "$out/vendor" || return 1
	expected=0
	run --json list "$out/vendor"
}
check "JSON of a dump without records fails, but not that of its list" no_record
all_valid()
{
	local path status count=0
	mkdir "$out/json"
	for path in "$cases"/*/*/dump "$cases/summary/it's here/dump" "$out/vendor"; do
		timeout 10 "$reader" --json list "$path" >"$out/json/$count" 2>"$out/2"
		status=$?
		[ $status -le 1 ] || { echo "$path: $status"; cat "$out/2"; return 1; }
		# nothing is written of what cannot be opened
		[ -s "$out/json/$count" ] || continue
		echo "$count: $path"
		count=$((count + 1))
	done
	rm -f "$out/json/$count"
	[ $count -gt 120 ] && python3 - "$out"/json/* <<'END'
import json, sys
for path in sys.argv[1:]:
    try:
        json.load(open(path, encoding="ascii"))
    except ValueError as error:
        sys.exit(f"{path}: {error}")
END
}
check "JSON is valid, whatever the dump" all_valid
usage()
{
	local expected=2
	run --json check "$dump" && grep -F -e '--json is for the summary and list' "$out/2"
}
check "usage: --json" usage
json_to_full()
{
	"$reader" --json "$dump" >/dev/full 2>"$out/2"
	[ $? = 1 ] && grep 'No space left on device' "$out/2"
}
check "JSON to a full device" json_to_full

done_testing
