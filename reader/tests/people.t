#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What the reader says to people who have something else than it expects, and to programs.
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
check "one file of a dump" fails "$dump/md_KCONSOLE.BIN" \
	'one region of a dump: give the directory that it is in'
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
	run --json "$dump" && python3 - "$out/1" <<'END'
import json, sys
dump = json.load(open(sys.argv[1], encoding="ascii"))
assert dump["kernel"] == {"release": "7.3.0-test",
                          "version": "#1 SMP PREEMPT Sat Nov 21 08:00:00 UTC 2026"}
crash = dump["crash"]
assert crash["record"] == "dmesg-ramoops-0" and crash["seconds"] == 1800000000, crash
assert crash["line"].endswith("Kernel panic - not syncing: hung_task: blocked tasks"), crash
assert crash["clock_is_set"] and not crash["may_be_of_earlier_boot"], crash
assert dump["console"]["last_line"] == crash["line"], dump["console"]
regions = {region["name"]: region for region in dump["regions"]}
assert [r["name"] for r in regions["KDMESG"]["records"]] == [f"dmesg-ramoops-{n}" for n in (0, 1)]
assert regions["KCONSOLE"]["address"] == "0x90003000", regions["KCONSOLE"]
END
}
check "JSON of the summary" json
doubtful()
{
	local expected=0
	run --json "$cases/summary/earlier-boot/dump" &&
		grep -F '"may_be_of_earlier_boot": true' "$out/1"
}
check "JSON of a record that may be old" doubtful
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
