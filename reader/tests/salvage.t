#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Zones whose text has reached memory, but not their header.
. "${0%/*}/lib.sh"
cases=$out/cases
python3 reader/tests/field.py salvage "$cases" || bail "cannot make the dumps"

hint='lost     1 zone with text, but no valid header: see --salvage'
# sums_up CASE STATUS [OPTION]: standard input is the crash, and what is lost
sums_up()
{
	local expected=$2
	cat >"$out/expect"
	run "${@:3}" "$cases/$1/dump" || return 1
	grep -E '^(lost|crash|from|problems)' "$out/1" | diff "$out/expect" -
}
panic='crash    [   90.000000] Kernel panic - not syncing: sysrq triggered crash'
doubt='from     dmesg-ramoops-0, which may be of an earlier boot: there is no console'

for name in console console-corrupt console-signature; do
	problems=$([ "$name" = console ] && echo 1 || echo 2)
	check "$name: the summary says so" sums_up $name 0 <<END
$panic
$doubt
$hint
problems $problems; "list" shows them
END
done
check "console: its text bears the record out" sums_up console 0 --salvage <<END
$panic
from     dmesg-ramoops-0
END
check "a record that was removed is no loss" sums_up dmesg 0 <<END
$panic
from     console-ramoops-0
END
check "a record that is corrupt is" sums_up dmesg-corrupt 0 <<END
$panic
from     console-ramoops-0
$hint
problems 1; "list" shows them
END
check "all is lost" sums_up all 1 <<END
lost     3 zones with text, but no valid header: see --salvage
problems 1; "list" shows them
END
check "all is salvaged" sums_up all 0 --salvage <<END
$panic
from     dmesg-ramoops-0.salvaged
END
check "only pmsg is left" sums_up pmsg-only 1 <<END
$hint
END
check "what is no text is not salvaged" sums_up no-text 0 <<END
$panic
$doubt
END
check "24 characters in a row are text" sums_up least-text 0 <<END
$panic
$doubt
$hint
problems 1; "list" shows them
END
check "nothing is lost" sums_up whole 0 <<END
$panic
from     dmesg-ramoops-0
END

extracts()
{
	local expected=0
	rm -rf "$out/made" "$out/whole"
	run --salvage extract "$cases/$1/dump" "$out/made" &&
		run extract "$cases/whole/dump" "$out/whole" || return 1
	shift
	for name; do
		cmp "$out/made/$name.salvaged" "$out/whole/$name" || return 1
	done
	[ "$(find "$out/made" -name '*.salvaged' | wc -l)" = $# ]
}
check "console: the same text" extracts console console-ramoops-0
check "dmesg: the same text, inflated" extracts dmesg dmesg-ramoops-0
check "all: the same texts" extracts all console-ramoops-0 dmesg-ramoops-0 pmsg-ramoops-0
check "nothing to salvage" extracts whole

unasked()
{
	local expected=0
	rm -rf "$out/made"
	run extract "$cases/console/dump" "$out/made" && [ ! -e "$out/made/console-ramoops-0" ] &&
		[ ! -e "$out/made/console-ramoops-0.salvaged" ] &&
		grep -F 'KCONSOLE: zone 0: no valid header, but text: --salvage shows it' "$out/2"
}
check "not unasked" unasked
log_of_full()
{
	local expected=0
	run --salvage log "$cases/full/dump" &&
		grep -F 'console-ramoops-0.salvaged, whose end is not known' "$out/2"
}
check "a full ring has no known end" log_of_full
next()
{
	local expected=1
	run "$cases/all/dump"
	grep -xF "next     $reader --salvage log $cases/all/dump" "$out/1"
}
check "what to type next" next

done_testing
