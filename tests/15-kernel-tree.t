#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# scripts/tree and scripts/export never lose a developer's work, even if they are killed. If the
# distribution no longer has a base or a point release, they say so. The test uses a project of its
# own, whose kernel has three files.
. "$(dirname "$0")/lib/common.sh"

project=$work/project
source=$work/source
tree=$project/build/linux-$BASE
mkdir -p "$project/kernel-config" "$project/patches" "$source/dir"
cp -r "$top/scripts" "$project/"
echo "$BASE  $BASE.4-1" >"$project/kernel-config/bases"
printf '# section\n' >"$project/series"

git() { command git -c user.name=developer -c user.email=developer@minidump.example "$@"; }
kernel() { KERNEL=$source "$project/scripts/tree"; }
export_patches() { "$project/scripts/export" "$@"; }
head_of() { git -C "$tree" rev-parse HEAD; }
commit() {
	echo "$1" >>"$tree/dir/file"
	git -C "$tree" commit -qam "$1"
}
says() {
	local words=$1
	shift
	"$@" >"$work/said" 2>&1 || { cat "$work/said"; return 1; }
	grep -F "$words" "$work/said" || { cat "$work/said"; return 1; }
}

makefile() {
	printf 'VERSION = %s\nPATCHLEVEL = %s\nSUBLEVEL = %s\n' "${1%.*}" "${1#*.}" "$2"
}
makefile "$BASE" 4 >"$source/Makefile"
seq 100 >"$source/dir/file"
echo other >"$source/other"
# As in Debian's package, which thereby hides every file at top level.
printf '%s\n' '*.o' '# Debian packaging: ignore everything' '/*' >"$source/.gitignore"
tar -C "$work" -cJf "$work/source.tar.xz" source
echo '*.o' >"$source/.gitignore"
git -C "$source" init -q -b any
git -C "$source" add .
git -C "$source" commit -qm start

ok "a tree from a git tree" kernel
ok "  again: the same" says "0 patches on it" kernel
is "  no word of another point release" "$(grep -c 'made on' "$work/said")" 0
commit first
commit second
ok "commits of a developer stay" says "using it as it is" kernel
fails "export wants series to name them" "series does not name" export_patches
printf '%s\n' '# section' 0001-first.patch '# other' 0002-second.patch >"$project/series"
ok "export" says "wrote 2 patches" export_patches
ok "  again: the same" export_patches --check
ok "  and the kernel tree needs nothing" says "2 patches on it" kernel
is "  really nothing" "$(grep -c apply "$work/said")" 0

before=$(head_of)
mtime=$(stat -c %y "$tree/dir/file")
sed -i 's/PATCH\] second/PATCH] again/' "$project/patches/0002-second.patch"
fails "export --check sees a changed patch" "the branch differs" export_patches --check
ok "a changed patch is applied" says "applying 2 patches" kernel
ok "  it is in the tree" says again git -C "$tree" log -1
is "  the file's content did not change, nor its time" "$(stat -c %y "$tree/dir/file")" "$mtime"

commit mine
before=$(head_of)
sed -i 's/PATCH\] again/PATCH] second/' "$project/patches/0002-second.patch"
fails "patches and branch both changed: refused" "has commits of its own" kernel
is "  and nothing is lost" "$(head_of)" "$before"
git -C "$tree" reset -q --hard HEAD~1
echo dirty >>"$tree/other"
fails "  so with uncommitted changes" "has uncommitted changes" kernel
fails "export wants them committed" "has uncommitted changes" export_patches
is "  and nothing is lost" "$(tail -n 1 "$tree/other")" dirty
git -C "$tree" checkout -q -f -B minidump base
ok "after the way out that the message names" kernel
before=$(head_of)

sed -i 's/^ 99$/ x/' "$project/patches/0001-first.patch"
fails "a patch that does not apply" "does not apply" kernel
is "  leaves the branch as it was" "$(head_of)" "$before"
sed -i 's/^ x$/ 99/' "$project/patches/0001-first.patch"
ok "  and the next run works" kernel

# Killed at any moment: the next run must end with exactly what the patches say.
survives() {
	local delay
	for delay in "$@"; do
		sed -i "s/^Subject: .*/Subject: [PATCH] killed after $delay/" \
			"$project/patches/0002-second.patch"
		# setsid: what the script has started must die with it.
		setsid "$project/scripts/tree" >/dev/null 2>&1 &
		sleep "$delay"
		kill -9 -- -$! 2>/dev/null
		wait $! 2>/dev/null
		kernel || return
		[ "$(git -C "$tree" log -1 --format=%s)" = "killed after $delay" ] || return
		[ -z "$(git -C "$tree" status --porcelain)" ] || return
	done
}
ok "killed while applying, 20 times" survives 0.0{2..9} 0.{10..32..2}

killed_unpacking() {
	local delay
	for delay in "$@"; do
		rm -rf "$tree"
		setsid "$project/scripts/tree" >/dev/null 2>&1 &
		sleep "$delay"
		kill -9 -- -$! 2>/dev/null
		wait $! 2>/dev/null
		"$project/scripts/tree" || return
		[ "$(git -C "$tree" rev-list --count base..minidump)" = 2 ] || return
	done
}
git -C "$source" commit -q --allow-empty -m moved
fails "a git tree that has moved on is not taken for the old one" "something else" kernel
export KERNEL=$work/source.tar.xz
ok "killed while unpacking a tarball, 10 times" killed_unpacking 0.0{5..9} 0.{10..30..5}
ok "the same commit from tarball and git tree" git -C "$tree" diff --exit-code base HEAD~2
head -c 300 "$work/source.tar.xz" >"$work/damaged.tar.xz"
rm -rf "$tree"
KERNEL=$work/damaged.tar.xz fails "a damaged tarball" "could not unpack" "$project/scripts/tree"
KERNEL=/nowhere fails "no such tree" "neither a git tree nor a tarball" "$project/scripts/tree"
ok "  and the next run works" "$project/scripts/tree"
KERNEL=$source fails "a tree from elsewhere is not replaced" "something else" \
	"$project/scripts/tree"

at_once() {
	local pids=() pid
	rm -rf "$tree"
	for _ in 1 2 3; do
		"$project/scripts/tree" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || return
	done
}
ok "three runs at once" at_once

# A second base, where the patches first apply, and then one of them has to be another.
sed -i 's/^Subject: .*/Subject: [PATCH] second/' "$project/patches/0002-second.patch"
"$project/scripts/tree" >/dev/null
echo "9.9  9.9.1-1" >>"$project/kernel-config/bases"
own=$project/patches-9.9
on_other() {
	local script=$1
	shift
	BASE=9.9 KERNEL=$work/other "$project/scripts/$script" "$@"
}
other_tree() { git -C "$project/build/linux-9.9" "$@"; }
other_kernel() {
	rm -rf "$project/build/linux-9.9"
	on_other tree
}
mkdir -p "$work/other/dir"
makefile 9.9 2 >"$work/other/Makefile"
seq 0 100 >"$work/other/dir/file"
git -C "$work/other" init -q -b any
git -C "$work/other" add .
git -C "$work/other" commit -qm start
ok "another base takes the same patches" says "made on Linux 9.9.1, and this is 9.9.2" \
	on_other tree
for name in demo base-arm64; do
	echo CONFIG_64BIT=y >"$project/kernel-config/$name.config"
done
ok "  where it does not build, the same is told" fails_saying \
	"The patches were made on Linux 9.9.1, and this is 9.9.2." on_other build demo
ok "  whose line numbers alone are no difference" says "matches the branch" \
	on_other export
is "  so that none is copied" "$(ls "$own")" ""
ok "  and the point release is noted" grep -x "9.9  9.9.2" "$project/kernel-config/bases"
seq 0 99 >"$work/other/dir/file"
git -C "$work/other" add .
git -C "$work/other" commit -qm "another context"
sed -i 's/9.9.2/9.9.1-1/' "$project/kernel-config/bases"
fails "where they do not apply, it is told" "does not apply" other_kernel
fails "  with the difference" "The patches were made on Linux 9.9.1, and this is 9.9.2." \
	on_other tree
{ seq 0 99; echo first; } >"$project/build/linux-9.9/dir/file"
other_tree add .
other_tree commit -qm first -m '[9.9: no 100.]'
echo second >>"$project/build/linux-9.9/dir/file"
other_tree commit -qam second
ok "  export again" says "wrote 2 patches" on_other export
before=$(other_tree rev-parse 'HEAD^{tree}')
is "  needs nothing else" "$(cd "$own" && echo *)" "0001-first.patch 0002-second.patch made-from"
ok "  a new tree takes them" other_kernel
is "  with the same result" "$(other_tree rev-parse 'HEAD^{tree}')" "$before"
ok "  which exports to the same" on_other export --check
ok "  and the first base stays as it was" says "2 patches on it" "$project/scripts/tree"
is "  really" "$(grep -c apply "$work/said")" 0
touch "$work/other/MAINTAINERS"
rebase_check() { "$project/scripts/rebase-check" "$@"; }
fails "rebase-check takes the patches of the first base" "do not apply" rebase_check "$work/other"
ok "  or of the one that BASE= names" says "all 2 patches apply" \
	env BASE=9.9 "$project/scripts/rebase-check" "$work/other"
commit "more of the second"
git -C "$tree" reset -q --soft HEAD~2
git -C "$tree" commit -qm second
ok "export names the patches of another base that must follow" \
	says "since patches-9.9/ was made from them" export_patches
is "  by name" "$(grep -c '^  *000' "$work/said") $(grep -c '^  *0002-second.patch' \
	"$work/said")" "1 1"

# KERNEL= of a tree that the series does not apply to, or that has it
git clone -q "$source" "$work/conflict"
seq 50 >"$work/conflict/dir/file"
git -C "$work/conflict" commit -qam conflict
rm -rf "$tree"
KERNEL=$work/conflict fails "KERNEL= that they do not apply to" "does not apply" \
	"$project/scripts/tree"
ok "  leaves nothing behind that stops the next run" says "2 patches on it" \
	env KERNEL="$source" "$project/scripts/tree"
before=$(git -C "$tree" rev-parse 'HEAD^{tree}')
git clone -q "$tree" "$work/applied"
tar -C "$work" --exclude=.git -cf "$work/applied.tar" applied
for applied in applied applied.tar; do
	rm -rf "$tree"
	ok "KERNEL=$applied, which has the series" says "this source has the series already" \
		env KERNEL="$work/$applied" "$project/scripts/tree"
	is "  gives the same files" "$(git -C "$tree" rev-parse 'HEAD^{tree}')" "$before"
	is "  and the same patches" "$(export_patches --check 2>&1 | grep -c 'matches the')" 1
done

# A distribution of its own: linux-source-VERSION as packages, of which the fetch finds those in
# $FAKE_DEBS, see tests/fake/apt.
export FAKE_DEBS=$work/debs
unset KERNEL
mkdir "$FAKE_DEBS"
package() {
	local root=$work/package
	rm -rf "$root" "$work/linux-source-$1"
	mkdir -p "$root/DEBIAN" "$root/usr/src" "$work/linux-source-$1"
	cp -r "$3"/. "$work/linux-source-$1/"
	rm -rf "$work/linux-source-$1/.git"
	touch "$work/linux-source-$1/.gitignore"
	makefile "$1" "$2" >"$work/linux-source-$1/Makefile"
	tar -C "$work" -cJf "$root/usr/src/linux-source-$1.tar.xz" "linux-source-$1"
	printf '%s\n' "Package: linux-source-$1" "Version: $1.$2-1" "Architecture: all" \
		"Maintainer: developers <developers@minidump.example>" \
		"Description: source" >"$root/DEBIAN/control"
	dpkg-deb --root-owner-group -b "$root" "$FAKE_DEBS" >/dev/null
}
with_apt() { env -u BASE PATH="$top/tests/fake/apt:$PATH" "$@"; }
without_network() { FAKE_DEBS='' with_apt "$@"; }
cached=$project/build/cache
nothing_here() { rm -rf "$project"/build/linux-* "$cached"; }
package "$BASE" 9 "$source"
package "$BASE" 10 "$source"
package 9.9 1 "$work/other"
nothing_here
ok "from the distribution: the first base, its newest point release" \
	says " $BASE.10-1, 2 patches on it" with_apt "$project/scripts/tree"
ok "  which is another than that of the patches" grep -F \
	"the patches were made on Linux $BASE.4, and this is $BASE.10" "$work/said"
ok "  without network, the tree stays in use" says "2 patches on it" \
	without_network "$project/scripts/tree"
rm -rf "$tree"
ok "  or its package" says "$BASE.10-1, 2 patches on it" without_network "$project/scripts/tree"
fails "rebase-check without KERNEL= takes the newest kernel" "Linux 9.9.1" \
	with_apt "$project/scripts/rebase-check"
ok "  with BASE=, the newest of that base" says "Linux $BASE.10" with_apt env BASE="$BASE" \
	"$project/scripts/rebase-check"

rm "$FAKE_DEBS/linux-source-$BASE"_*
nothing_here
gone="no suite of this machine's mirror has linux-source-$BASE"
fails "a base that is gone, by name: the others are named" \
	"Supported bases that the distribution has: BASE=9.9" \
	with_apt env BASE="$BASE" "$project/scripts/tree"
# The demo and the check, up to the build
# shellcheck disable=SC2016 # for that script
printf '%s\n' '#!/bin/sh' 'echo "build of $BASE"' 'exit 2' >"$project/scripts/build"
echo '#!/bin/sh' >"$project/scripts/debian/deps"
for script in demo check; do
	nothing_here
	fails "  without BASE=: scripts/$script builds the next one" "build of 9.9" \
		with_apt "$project/scripts/$script"
	nothing_here
	fails "  and says so in one line" "$gone; taking linux-source-9.9" \
		with_apt "$project/scripts/$script"
done
is "  no tree of another" "$(cd "$project/build" && echo linux-*)" linux-9.9
ok "  the next run, without network" says "taking linux-source-9.9" \
	without_network "$project/scripts/tree"
fails "  scripts that need a tree take this one" "the branch differs from patches-9.9/" \
	with_apt "$project/scripts/export" --check
mkdir -p "$tree"
fails "  a tree of the first base comes before it" "linux-$BASE was not made by this script" \
	with_apt "$project/scripts/tree"
nothing_here
fails "a mirror out of reach is no base that is gone" "cannot look for linux-source-$BASE" \
	without_network "$project/scripts/tree"

sed -i 's/^VERSION.*/VERSION = 5/' "$source/Makefile"
rm -rf "$tree"
KERNEL=$source fails "another version" "is version '5." "$project/scripts/tree"
BASE=5.5 fails "a base that is not supported" "not a supported base" "$project/scripts/tree"
done_testing
