#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# tests/46-elf-tools.t with the programs of the newest suite
# shellcheck source=tests/lib/common.sh
. "$(dirname "$0")/../lib/common.sh"
if [ "$EUID" -ne 0 ]; then
	skip "the programs of the newest suite" "scripts/debian/newer needs root"
	done_testing
	exit
fi
for program in readelf eu-readelf llvm-readelf gdb-multiarch file; do
	echo "# $("$top/scripts/debian/newer" "$program" --version | grep -m 1 -E '[0-9]+\.[0-9]')"
done
rm -r "$work"
SUITE=newest exec "$top/tests/46-elf-tools.t"
