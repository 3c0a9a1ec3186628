# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by each test: builds the reader under ASan and UBSan as $reader, and gives a directory
# $out of the test's own. The working directory is the top of the repository.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
export LC_ALL=C ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=print_stacktrace=1
unset MAKEFLAGS MAKELEVEL MFLAGS

count=0

bail()
{
	echo "Bail out! $1"
	exit 1
}

# Runs the rest of the arguments; shows their output where they fail.
check()
{
	local name=$1 log
	shift
	count=$((count + 1))
	if log=$("$@" 2>&1); then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		# prove shows what goes to stderr
		printf '%s\n' "$name:" "$log" | sed 's/^/# /' >&2
	fi
}

skip()
{
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

done_testing()
{
	echo "1..$count"
}

# Runs the reader, which has to exit with $expected: status, stdout and stderr go to $status,
# $out/1 and $out/2.
run()
{
	timeout 10 "$reader" "$@" >"$out/1" 2>"$out/2" </dev/null
	status=$?
	[ $status = "$expected" ] && return
	echo "exit status $status, expected $expected: $*"
	cat "$out/2"
	return 1
}

# extract_case DIRECTORY: extracts DIRECTORY/dump, with DIRECTORY/options. The result must equal
# DIRECTORY/expect, and the messages DIRECTORY/says.
extract_case()
{
	local expected=0 made=$out/extract/${1##*/}
	mkdir -p "$out/extract" && cd "$1" || return 1
	[ "$(ls expect)" ] || expected=1

	mapfile -t options <options
	run "${options[@]}" extract dump "$made" || return 1
	sed -i 's/^minidump-pstore: //' "$out/2"
	mkdir -p "$made"
	diff -r expect "$made" && diff says "$out/2"
}

# build DIRECTORY [VARIABLE=VALUE]...: the reader in build/DIRECTORY; tests run at the same time.
build()
{
	local log directory=$PWD/build/$1
	shift
	mkdir -p "$directory"
	log=$(flock "$directory" make -C reader OUT="$directory" "$@" 2>&1) ||
		{ echo "$log"; bail "the reader does not build"; }
}

build reader-asan CFLAGS='-g -O1 -Werror -fsanitize=address,undefined -fno-sanitize-recover=all'
reader=$PWD/build/reader-asan/minidump-pstore
out=$PWD/build/reader-tests/$(basename "$0" .t)
rm -rf "$out"
mkdir -p "$out" || bail "cannot create $out"
