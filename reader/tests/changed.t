#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Dumps that vendors' services, or QDL with a filter, have changed.
. "${0%/*}/lib.sh"
cases=$out/cases
python3 reader/tests/changed.py "$cases" || bail "cannot make the dumps"

for path in "$cases"/*; do
	check "extract ${path##*/}" extract_case "$path"
done

# What cannot be read is not called empty.
lacks="         The dump lacks the zones of ramoops, or has them in other places."
reason()
{
	local expected=1
	run "$1" && grep -Fx "$lacks" "$out/1"
}
check "the summary of regions that are shifted" reason "$cases/less-dmesg/dump"
head -c 600 "$cases/collected-copydone/dump" >"$out/cut" || bail "cannot cut a dump"
check "the summary of regions that are not there" reason "$out/cut"

done_testing
