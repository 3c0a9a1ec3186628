#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Checks the scripts with shellcheck, and all text files for line length and ASCII.
. "$(dirname "$0")/lib/common.sh"

cd "$top"
mapfile -t scripts < <(grep -lE '^#!/bin/(bash|busybox)' -r scripts tests reader .ci
	ls {scripts,reader/tests}/lib.sh scripts/gate/{compile.sh,checks/*} tests/lib/*.sh \
		tests/guest/scenarios/* reader/completion.bash)
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

# A script that does not know --help would start to work.
mapfile -t scripts < <(grep -rlE '^\. .*lib\.sh"$' scripts)
usage() {
	local script status=0
	for script in "${scripts[@]}"; do
		timeout 5 "$script" --help </dev/null 2>&1 | head -n 1 |
			grep -q "^usage: .*$script" || { echo "$script"; status=1; }
	done
	return $status
}
ok "--help prints the usage: ${#scripts[@]} scripts" usage
ok "  and that of the one in Python" grep '^usage: scripts/boards/socs' \
	<(scripts/boards/socs --help)

# A machine with the packages for a kernel tree, and one without dpkg
mkdir "$work/bin" "$work/none"
printf '%s\n' '#!/bin/sh' 'printf "installed %s\n" git xz-utils patch' >"$work/bin/dpkg-query"
printf '%s\n' '#!/bin/sh' 'exit 100' | tee "$work/bin/apt-get" >"$work/bin/sudo"
chmod +x "$work/bin"/*
ok "a kernel tree takes three packages" env PATH="$work/bin:$PATH" scripts/debian/deps --tree
fails "  all the rest takes more" qemu-system-arm env PATH="$work/bin:$PATH" scripts/debian/deps
for name in dirname sed; do
	ln -s "$(command -v $name)" "$work/none/"
done
ok "  and without dpkg, it takes what there is" env PATH="$work/none" scripts/debian/deps --tree
fails "  all the rest takes Debian, or a container" 'In a container: docker run' \
	env PATH="$work/none" scripts/debian/deps
done_testing
