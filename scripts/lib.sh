# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by every script: where things are, progress, failure, git without the user's settings.
set -Eeuo pipefail
# Nothing ends without a word; status 2 is that of fail, which has said it.
trap '[ $? -eq 2 ] || say "FAILED at ${BASH_SOURCE[0]##*/} line $LINENO: $BASH_COMMAND"' ERR
unset MAKEFLAGS MAKELEVEL MFLAGS GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE CDPATH
export LC_ALL=C
# Users have no sbin in theirs on Debian: ldconfig, of which coccinelle learns where Python is.
PATH=$PATH:/usr/sbin

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$top/build
BASE=${BASE:-7.3}
# shellcheck disable=SC2034 # for those who source this
tree=$build/linux-$BASE
# Each base has objects, tools and results of its own.
[ "${BASE%-mainline}" = 7.3 ] || build=$build/${BASE%-mainline}
stage=${0##*/}

# Scripts that call each other count from the start of the first one.
export MINIDUMP_START=${MINIDUMP_START:-$EPOCHSECONDS}

say() {
	printf '[%3ds] %s: %s\n' $((EPOCHSECONDS - MINIDUMP_START)) "$stage" "$*" >&2
}

# fail WHAT [WHAT TO DO NEXT]...
fail() {
	say "FAILED: $1"
	shift
	[ $# -eq 0 ] || printf '        %s\n' "$@" >&2
	exit 2
}

# Nothing a developer has configured may change what is applied or exported.
git_plain() {
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 \
	GIT_COMMITTER_NAME='minidump developers' \
	GIT_COMMITTER_EMAIL='developers@minidump.example' \
		git -c safe.directory='*' -c gc.auto=0 -c maintenance.auto=false \
		-c core.autocrlf=false -c core.hooksPath=/dev/null -c commit.gpgSign=false "$@"
}

# watch SHOW COMMAND...: calls SHOW every 5 seconds while COMMAND runs, and lets no part of COMMAND
# outlive the script: it has a process group of its own.
watch() {
	local show=$1 shown=$EPOCHSECONDS
	shift
	set -m
	"$@" </dev/null &
	watched=$!
	set +m
	trap 'kill -- -$watched 2>/dev/null' EXIT
	trap 'exit 130' INT TERM HUP
	while sleep 0.2; kill -0 $watched 2>/dev/null; do
		[ $((EPOCHSECONDS - shown)) -ge 5 ] || continue
		shown=$EPOCHSECONDS
		"$show"
	done
	trap - EXIT INT TERM HUP
	wait $watched
}

# One run at a time per lock; the lock ends with the process.
lock() {
	mkdir -p "$build"
	exec 9>"$top/build/.lock-$1"
	flock -n 9 || { say "waiting for another run to finish"; flock 9; }
}

# The patches that series names, in order.
series_patches() {
	sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$top/series"
}

# The same with their paths: patches-BASE/ has those that are not as in patches/ on that base.
series_files() {
	local patch dir
	for patch in $(series_patches); do
		for dir in "$top/patches-$BASE" "$top/patches"; do
			[ ! -e "$dir/$patch" ] || break
		done
		echo "$dir/$patch"
	done
}

# Names the state of series and the patches.
patches_hash() {
	local patch
	{
		cat "$top/series"
		for patch in $(series_files); do
			cat "$patch" || fail "series names ${patch##*/}, which is not in patches/"
		done
	} | sha256sum | cut -d ' ' -f 1
}

# The devicetree and the boot must be those of the same machine.
# shellcheck disable=SC2034 # for those who source this
qemu_machine=(-M "virt,dtb-randomness=off" -cpu cortex-a57 -smp "${CPUS:-2}" -m 256M)
