#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs make rebase-check on the base, and on trees that differ from it as other versions may.
. "$(dirname "$0")/lib/common.sh"
only_mainline

[ -d "$tree" ] || bail_out "there is no kernel tree: run scripts/tree"
other=$work/other
check() {
	local status=0
	"$top/scripts/rebase-check" "$other" >"$work/said" || status=$?
	cat "$work/said"
	return $status
}
says() { "$top/scripts/rebase-check" "$2" 2>&1 | tee "$work/said" | grep -F "$1"; }
results() { awk '/^(yes|offset|fuzz|no) / { n[$1]++ } END {
	print n["yes"] + 0, n["offset"] + 0, n["fuzz"] + 0, n["no"] + 0 }' "$work/said"; }
# The files that the patches change, without the series
unpack() {
	local files
	mapfile -t files < <(git_plain -C "$tree" diff --name-only --diff-filter=MD base minidump)
	rm -rf "$other"
	mkdir "$other"
	git_plain -C "$tree" archive base Makefile "${files[@]}" | tar -x -C "$other"
}
number=$(series_patches | wc -l)

unpack
ok "the base" check
is "  each patch applies as it is" "$(results)" "$number 0 0 0"
sed -i '1i /* one more line */' "$other/fs/pstore/inode.c"
ok "a file with one more line" check
is "  one patch applies with an offset" "$(results)" "$((number - 1)) 1 0 0"
ok "  it tells where" grep -x ' *fs/pstore/inode.c: Hunk #1 succeeded at .* (offset 1 line).' \
	"$work/said"
unpack
sed -i s/socinfo/socdata/ "$other/drivers/soc/qcom/smem.c"
fails "lines next to it that are named otherwise" "do not apply" check
is "  the one patch there does not apply" "$(grep -c '^no ' "$work/said")" 1
ok "  it tells where" grep 'drivers/soc/qcom/smem.c: Hunk #[0-9] FAILED' "$work/said"
unpack
rm "$other/drivers/soc/qcom/smem.c"
fails "a file is missing" "do not apply" check
ok "  it tells which" grep -x ' *b/drivers/soc/qcom/smem.c' "$work/said"
unpack
mkdir -p "$other/include/linux/soc/qcom"
touch "$other/include/linux/soc/qcom/minidump.h"
echo other >"$other/include/linux/soc/qcom/minidump.h"
fails "a file that a patch adds is there" "do not apply" check
ok "  it tells which" grep 'include/linux/soc/qcom/minidump.h is there already' "$work/said"
ok "a tree with the series" says "all $number patches are already applied" "$tree"
is "  really each of them" "$(grep -c ^already "$work/said")" "$number"
unpack
patch -d "$other" -sp1 <"$top/patches/$(series_patches | head -n 1)"
ok "a tree with the first patch" check
is "  it alone is there already" "$(grep ^already "$work/said") $(results)" \
	"already $(series_patches | head -n 1) $((number - 1)) 0 0 0"
fails "no tree" "is not a kernel tree" "$top/scripts/rebase-check" "$work"
done_testing
