#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The reader on other hosts: 64 and 32 bits, both endiannesses, under QEMU's emulation of user
# space, and with musl. Each dump of reader/tests/dumps.py gives the same files and messages there,
# and each one of check.py the same flaws.
. "$(dirname "$0")/../lib/common.sh"

{ python3 "$top/reader/tests/dumps.py" "$work/cases" &&
	python3 "$top/reader/tests/check.py" "$work/flawed"; } || bail_out "cannot make the dumps"
"$top/scripts/debian/deps" qemu-user-static

extracts_all() {
	local case bad=0
	local -a options
	for case in "$work"/cases/*/; do
		mapfile -t options <"${case}options"
		rm -rf "$work/made"
		(cd "$case" && "$@" "${options[@]}" extract dump "$work/made") 2>"$work/says"
		sed -i 's/^minidump-pstore[^:]*: //' "$work/says"
		mkdir -p "$work/made"
		diff -r "${case}expect" "$work/made" && diff "${case}says" "$work/says" && continue
		echo "$case"
		bad=1
	done
	return $bad
}
checks() {
	local flaws
	for flaws in "$work"/flawed/*/flaws; do
		"$@" check "${flaws%/flaws}/dump" | sed -n 's/^  ! //p' | diff "$flaws" - || return
	done
}
assembles() {
	rm -f "$work/elf"
	"$@" assemble "$work/cases/rawdump/dump" "$work/elf" &&
		cmp "$work/elf" "$work/cases/elf/dump"
}
for host in arm64:qemu-aarch64-static s390x:qemu-s390x-static armhf:qemu-arm-static \
	i386:qemu-i386-static musl:env; do
	arch=${host%:*} run=${host#*:}
	ok "static build for $arch" "$top/scripts/boards/reader-for" "$arch"
	program=$top/build/reader-$arch/minidump-pstore
	ok "  the same records of every dump" extracts_all "$run" "$program"
	ok "  the same flaws" checks "$run" "$program"
	ok "  the same ELF file" assembles "$run" "$program"
	[ "$arch" != i386 ] ||
		ok "  dumps that claim terabytes" \
			env READER="$program" "$top/reader/tests/hostile.t"
done
done_testing
