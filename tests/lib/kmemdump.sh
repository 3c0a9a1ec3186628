# shellcheck shell=bash disable=SC2154 # common.sh sets work
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the tests of the kernel log in the dump, after common.sh. $work/kmemdump.log is the
# output of the guest with the scenario kmemdump.

# What the serial line shows from the first to the last complete line of the kernel
console() {
	tr -d '\r' <"$work/kmemdump.log" | grep -E '^\[ *[0-9]+\.[0-9]{6}\] '
}
debugfs_core() {
	tr -d '\r' <"$work/kmemdump.log" | sed -n '/^BEGIN core$/,/^END core$/p' | sed '1d;$d' |
		base64 -d | gunzip
}
all_in() { [ -s "$2" ] && ! grep -vxFf "$1" "$2"; }
