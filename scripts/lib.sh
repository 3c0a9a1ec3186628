# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by every script: where things are, progress, failure, git without the user's settings.
set -Eeuo pipefail
# No failure without a message. Status 2 is from fail, which has printed one.
trap '[ $? -eq 2 ] || say "FAILED at ${BASH_SOURCE[0]##*/} line $LINENO: $BASH_COMMAND"' ERR
unset MAKEFLAGS MAKELEVEL MFLAGS GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE CDPATH
export LC_ALL=C
# On Debian, users have no sbin in PATH, and coccinelle runs ldconfig to find Python.
PATH=$PATH:/usr/sbin

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
stage=${0##*/}

# Every script's head says how to use it.
if [ "${1:-}" = --help ]; then
	sed -n '3,${/^#/!q; s/^# \?//p}' "$0"
	exit
fi

supported_bases() { sed '/^#/d; s/[[:space:]].*//' "$top/kernel-config/bases"; }

# Each base has a kernel tree, objects, tools and results of its own.
set_paths() {
	tree=$top/build/linux-$BASE
	build=$top/build
	[ "${BASE%-mainline}" = 7.3 ] || build=$build/${BASE%-mainline}
}

# Without BASE=, the first base that has a kernel tree here.
base_given=${BASE:-}
for BASE in $base_given $(supported_bases) 7.3; do
	set_paths
	[ -z "$base_given" ] || break
	[ ! -d "$tree" ] || break
done

# Scripts that call each other count from the start of the first one.
export MINIDUMP_START=${MINIDUMP_START:-$EPOCHSECONDS}

say() {
	printf '[%3ds] %s: %s\n' $((EPOCHSECONDS - MINIDUMP_START)) "$stage" "$*" >&2
}

# fail WHAT [WHAT TO DO NEXT]...
fail() {
	say "FAILED: $1"
	shift
	printf '%s\n' "$@" | sed '/^$/d; s/^/        /' >&2
	exit 2
}

# Ignores the user's git configuration, so that it cannot change patches.
git_plain() {
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 \
	GIT_COMMITTER_NAME='minidump developers' \
	GIT_COMMITTER_EMAIL='developers@minidump.example' \
		git -c safe.directory='*' -c gc.auto=0 -c maintenance.auto=false \
		-c core.autocrlf=false -c core.hooksPath=/dev/null -c commit.gpgSign=false "$@"
}

# watch SHOW COMMAND...: calls SHOW while COMMAND runs, and lets no part of COMMAND outlive the
# script: it has a process group of its own. SHOW says a line, on a terminal every 5 seconds, in
# place of the one before, and in a file every 30 seconds.
watch() {
	local show=$1 shown=$EPOCHSECONDS every=30 before=''
	shift
	[ ! -t 2 ] || every=5
	set -m
	"$@" </dev/null &
	watched=$!
	set +m
	trap 'kill -- -$watched 2>/dev/null' EXIT
	trap 'exit 130' INT TERM HUP
	while sleep 0.2; kill -0 $watched 2>/dev/null; do
		[ $((EPOCHSECONDS - shown)) -ge $every ] || continue
		shown=$EPOCHSECONDS
		printf '%s' "$before" >&2
		"$show"
		[ ! -t 2 ] || before=$'\e[A\e[K'
	done
	trap - EXIT INT TERM HUP
	wait $watched
}

# For fail, on machines that are not Debian
# shellcheck disable=SC2016,SC2034 # typed by the user; for those who source this
in_container='In a container: docker run --rm -it -v "$PWD:$PWD" -w "$PWD" debian:12 '\
'sh -c "apt-get update && apt-get install -y git make && make demo"'

# linux_source PACKAGES [SUITE]...: the newest linux-source-VERSION of the distribution, as a file.
linux_source() {
	"$top/scripts/debian/fetch" "$1" all trixie-backports trixie forky sid "${@:2}"
}

# For scripts that make a kernel tree: without BASE= and KERNEL=, takes the first supported base,
# or when the distribution has dropped that, the next one.
choose_base() {
	local bases
	mapfile -t bases < <(supported_bases)
	if [ -z "$base_given${KERNEL:-}" ] && [ ! -d "$top/build/linux-${bases[0]}" ]; then
		BASE=$(linux_source "${bases[*]/#/linux-source-}")
		BASE=$(sed 's/.*linux-source-//; s/_.*//' <<<"$BASE")
	elif [ -z "$base_given" ]; then
		BASE=${bases[0]}
	fi
	export BASE
	set_paths
}

# Prints the point release of a kernel source.
point_release() {
	sed -n 's/^VERSION = //p; s/^PATCHLEVEL = /./p; s/^SUBLEVEL = /./p' "$1/Makefile" |
		tr -d '\n'
}

# Prints the point release that the patches for BASE were made on.
made_on() {
	awk -v base="${BASE%-mainline}" '$1 == base { sub(/-.*/, "", $2); print $2 }' \
		"$top/kernel-config/bases"
}

# For fail: says what to do if the kernel source is another point release than the patches'.
other_release() {
	[ "$(point_release "$tree")" != "$(made_on)" ] || return 0
	echo "The patches were made on Linux $(made_on), and this is $(point_release "$tree")."
	echo "Use a source of $(made_on) with KERNEL=, or change the branch minidump in $tree"
	echo "and run make export BASE=${BASE%-mainline}."
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

# Their paths: those that differ for this base are in patches-BASE/.
series_files() {
	local patch dir
	for patch in $(series_patches); do
		for dir in "$top/patches-$BASE" "$top/patches"; do
			[ ! -e "$dir/$patch" ] || break
		done
		echo "$dir/$patch"
	done
}

# stale BASE: prints the patches that have changed since patches-BASE/ was made from them.
stale() {
	local id patch
	while read -r id patch; do
		[ "$id" = "$({ git_plain patch-id --stable <"$top/patches/$patch"; } 2>/dev/null |
			cut -d ' ' -f 1)" ] || echo "$patch"
	done <"$top/patches-$1/made-from"
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
