#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The scripts themselves, and what git has.
. "$(dirname "$0")/lib.sh"

cd "$top"
mapfile -t scripts < <(grep -lE '^#!/bin/(bash|busybox)' -r scripts tests reader .ci
	ls {scripts,tests,reader/tests}/lib.sh tests/guest/scenarios/* reader/completion.bash)
ok "shellcheck: ${#scripts[@]} scripts" shellcheck "${scripts[@]}"

# Those of patches/ are in 20-series.t; dtc takes the string of one file only in one piece.
mapfile -t texts < <(git_plain ls-files -- . ':!patches*' ':!*.tar.xz' ':!dts/sm8450-bootargs.dtso')
[ ${#texts[@]} -gt 0 ] || bail_out "git lists no files"
short_lines() {
	local file status=0
	for file in "${texts[@]}"; do
		! expand "$file" | grep -nHE --label="$file" '.{101}' || status=1
	done
	return $status
}
ok "100 columns at most: ${#texts[@]} files" short_lines
# 2 would be grep's own failure
ascii() {
	local status=0
	LC_ALL=C grep -nP '[^\x00-\x7f]' "${texts[@]}" || status=$?
	[ $status -eq 1 ]
}
ok "ASCII only" ascii
only_text() {
	local empty changes
	empty=$(git_plain hash-object -t tree /dev/null) || return
	changes=$(git_plain diff --numstat "$empty" -- . ':!reader/tests/golden/*.tar.xz') || return
	! grep '^-' <<<"$changes"
}
ok "all else is text" only_text
done_testing
