#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# check reports what other programs cannot read, and nothing else.
. "${0%/*}/lib.sh"
cases=$out/cases
python3 reader/tests/check.py "$cases" || bail "cannot make the dumps"

flaws()
{
	local expected=0
	[ ! -s "$1/flaws" ] || expected=1
	run check "$1/dump" || { cat "$out/1"; return 1; }
	sed -n 's/^  ! //p' "$out/1" | diff "$1/flaws" -
}
for path in "$cases"/*; do
	check "check ${path##*/}" flaws "$path"
done

# Debian's package is for Debian's python3.
python=python3
"$python" -c 'import elftools' 2>/dev/null || python=/usr/bin/python3
mapping()
{
	"$python" reader/tests/mapping.py "$cases"/{regions,old,android}-*/dump/md_KELF_*
}
if "$python" -c 'import elftools' 2>/dev/null; then
	check "the model of pyelftools" mapping
else
	skip "the model of pyelftools" "no python3-pyelftools"
fi

done_testing
