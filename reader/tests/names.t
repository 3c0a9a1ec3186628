#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Regions with other names than those of the series: an index, another case, the number of a
# browser's copy, and any name if the region begins with a zone.
. "${0%/*}/lib.sh"
cases=$out/cases
python3 reader/tests/field.py names "$cases" || bail "cannot make the dumps"

# lists CASE: standard input are the names of regions, their kinds, and the records
lists()
{
	local expected=0
	cat >"$out/expect"
	run list "$cases/$1/dump" || return 1
	sed '1,/^region/d; s/^\([^ ]\+\) .*[0-9]  /\1: /' "$out/1" | diff "$out/expect" -
}

check "a region for each zone" lists each-zone <<'END'
KCONSOLE: pstore console
    console-ramoops-0, 735 bytes
KDMSG0: pstore dmesg
    dmesg-ramoops-0, 812 bytes
KDMSG1: pstore dmesg
KDMSG10: pstore dmesg
    dmesg-ramoops-10, 812 bytes
KDMSG2: pstore dmesg
    dmesg-ramoops-2, 812 bytes
KFTRACE0: pstore ftrace
    ftrace-ramoops-0, 3 function calls
KFTRACE1: pstore ftrace
    ftrace-ramoops-1, 4 function calls
KPMSG: pstore pmsg
    pmsg-ramoops-0, 10 bytes
END
check "the first zones are not in the dump" lists no-zero <<'END'
KDMESG2: pstore dmesg
    dmesg-ramoops-2, 812 bytes
KDMESG3: pstore dmesg
    dmesg-ramoops-3, 812 bytes
END
check "a region behind one with several zones" lists second <<'END'
KCONSOLE: pstore console
    console-ramoops-0, 735 bytes
KDMESG: pstore dmesg
    ! read as zones of 4096 bytes, judging by their headers
    dmesg-ramoops-0, 812 bytes
KDMESG1: pstore dmesg
    dmesg-ramoops-3, 812 bytes
END
check "upper case" lists upper-case <<'END'
KCONSOLE: pstore console
    console-ramoops-0, 735 bytes
KDMESG: pstore dmesg
    dmesg-ramoops-0, 812 bytes
END
check "a browser's copies" lists browser <<'END'
KCONSOLE: pstore console
    console-ramoops-0, 735 bytes
KDMESG: pstore dmesg
    dmesg-ramoops-0, 812 bytes
END
check "a browser's copy beside the file" lists browser-both <<'END'
KPMSG: pstore pmsg
    pmsg-ramoops-0, 10 bytes
KPMSG: pstore pmsg
    ! ignored: there is an earlier region of this name
END
check "any name" lists unknown <<'END'
BLACKBOX: pstore console
    console-ramoops-0, 735 bytes
CALLS: pstore ftrace
    ftrace-ramoops-0, 4 function calls
EMPTY: pstore pmsg
KDMESG99999: pstore dmesg
    dmesg-ramoops-0, 812 bytes
KDMESGX: pstore dmesg
    dmesg-ramoops-1, 812 bytes
MODEM: other
OOPS: pstore dmesg
    dmesg-ramoops-2, 812 bytes
SHORT: other
USER: pstore pmsg
    pmsg-ramoops-1, 10 bytes
END
check "any name, and a ring that has wrapped" lists wrapped <<'END'
BLACKBOX: pstore console
    console-ramoops-0, 4084 bytes
END

extracts()
{
	local expected=0
	run extract "$cases/each-zone/dump" "$out/records" &&
		diff <(ls "$out/records") - <<'END'
console-ramoops-0
dmesg-ramoops-0
dmesg-ramoops-10
dmesg-ramoops-2
ftrace-ramoops-0
ftrace-ramoops-1
pmsg-ramoops-0
END
}
check "no record overwrites another" extracts
sums_up()
{
	local expected=0
	run "$cases/each-zone/dump" || return 1
	grep -xF 'from     dmesg-ramoops-2' "$out/1" || { cat "$out/1"; return 1; }
}
check "the summary finds the crash" sums_up

done_testing
