#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The patches have the right names and apply in order, and the branch exports to the same files.
. "$(dirname "$0")/lib/common.sh"

mapfile -t names < <(series_patches)
mapfile -t patches < <(series_files)
[ ${#names[@]} -gt 0 ] || bail_out "series names no patch"
[ -d "$tree" ] || bail_out "there is no kernel tree: run scripts/tree"

is "series and patches/ name the same files" "$(cd "$top/patches" && ls)" \
	"$(printf '%s\n' "${names[@]}" | sort)"
ok "the branch exports to them" "$top/scripts/export" --check

# Those that differ on another base
own=$top/patches-$BASE
differences_have_reasons() { ! grep -LF "[$BASE: " "$own"/*.patch | grep .; }
if [ -d "$own" ]; then
	is "${own##*/} replaces patches of the series" "$(cd "$own" && ls ./*.patch)" \
		"$(cd "$own" && find "${names[@]/#/./}" 2>/dev/null | sort)"
	ok "  each for a reason that it tells" differences_have_reasons
	is "  each made from the one in patches/" "$(stale "$BASE")" ""
fi

# One directory with the patches for 6.12, made by README.md's command
copied() {
	local name
	mkdir "$work/copied" && cp -r "$top"/patches* "$work/copied" && cd "$work/copied" &&
		bash -ec "$(sed -n 's/^    \(mkdir both .*\)/\1/p' "$top/README.md")" || return
	for name in "${names[@]}"; do
		cmp "both/$name" "patches-6.12/$name" 2>"$work/cmp" ||
			{ [ ! -e "patches-6.12/$name" ] && cmp "both/$name" "patches/$name"; } ||
			return
	done
}
ok "README.md's command copies the patches for 6.12" eval '(copied)'

# A clone with only the files that the patches touch: 90000 others take half a minute.
clone=$work/linux
try() { git_plain -C "$clone" -c user.name=tester -c user.email=tester@minidump.example "$@"; }
git_plain clone -q --shared --no-checkout "$tree" "$clone"
sed -n 's|^+++ b/|/|p; s|^--- a/|/|p' "${patches[@]}" | sort -u |
	try sparse-checkout set --no-cone --stdin
try checkout -q --detach base

by_hand() { try am -q "${patches[@]}"; }
ok "git am patches/*.patch on the base" by_hand
try rev-parse 'HEAD^{tree}' >"$work/am"
is "  adds one commit for each" "$(try rev-list --count base..HEAD)" "${#names[@]}"
is "  gives the branch's files" "$(cat "$work/am")" "$(try rev-parse 'origin/minidump^{tree}')"
try am --abort 2>/dev/null || true
try checkout -q --force --detach base

quilt_import() {
	mkdir "$work/patches" && cp "${patches[@]}" "$work/patches/" &&
		try quiltimport --series "$top/series" --patches "$work/patches"
}
ok "git quiltimport" quilt_import
is "  gives the same files" "$(try rev-parse 'HEAD^{tree}')" "$(cat "$work/am")"

no_offset() {
	local patch
	try checkout -q --force --detach base
	for patch in "${patches[@]}"; do
		try apply --index --verbose "$patch" 2>&1 | tee -a "$work/offsets"
	done
	! grep -nE 'offset|fuzz|error' "$work/offsets"
}
exported_on=$(awk -v base="$BASE" '$1 == base { print $2 }' "$top/kernel-config/bases")
if [ -d "$own" ]; then
	skip "they apply at the very lines they name" "those of patches/ are not of $BASE"
elif [ "$(cut -d ' ' -f 2- "$tree/.git/minidump-origin")" = "$exported_on" ]; then
	ok "they apply at the very lines they name" no_offset
else
	skip "they apply at the very lines they name" "exported on $exported_on"
fi

# 2 would be grep's own failure
none() { local status=0; grep -nP "$@" || status=$?; [ $status -eq 1 ]; }
ok "ASCII only" none '[^\x00-\x7f]' "${patches[@]}"
long_lines() { ! sed -n 's/^+//p' "${patches[@]}" | expand | grep -nE '.{101}'; }
ok "added lines have 100 columns at most" long_lines
ok "no sign-off: only who posts can certify" none -i '^(signed-off-by|acked-by|reviewed-by):' \
	"${patches[@]}"
# The first From: is the author; the message may quote others.
strangers() { ! awk '/^From: / { print FILENAME ": " $0; nextfile }' "$@" | grep -v '\.example>$'; }
ok "every author has an address under a reserved domain" strangers "${patches[@]}"
done_testing
