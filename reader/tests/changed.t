#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Dumps that something has changed: vendors' services, and QDL with a filter.
. "${0%/*}/lib.sh"
cases=$out/cases
python3 reader/tests/changed.py "$cases" || bail "cannot make the dumps"

for path in "$cases"/*; do
	check "extract ${path##*/}" extract_case "$path"
done

done_testing
