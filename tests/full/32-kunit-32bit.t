#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the KUnit tests of the series on a 32-bit kernel, where the header is ELF64, too.
. "$(dirname "$0")/../lib/common.sh"
# shellcheck source=tests/lib/kunit.sh
. "$(dirname "$0")/../lib/kunit.sh"

obj=$build/obj-kunit-arm32
log=$obj/test.log
mkdir -p "$obj"
rm -f "$log"
progress() { say "$(find "$obj" -name '*.o' | wc -l) files built"; }
kunit() {
	"$tree/tools/testing/kunit/kunit.py" run --arch=arm --cross_compile=arm-linux-gnueabihf- \
		--kunitconfig="$tree/fs/pstore" --kunitconfig="$tree/drivers/soc/qcom" \
		--kunitconfig="$tree/drivers/remoteproc" --kunitconfig="$tree/kernel/kmemdump" \
		--build_dir="$obj" --timeout=100 --jobs="$(nproc)" >"$work/kunit.log" 2>&1
}
ok "there is a compiler for 32-bit arm" "$top/scripts/debian/deps" gcc-arm-linux-gnueabihf
status=0
watch progress kunit || status=$?
ok "kunit.py builds and runs them" test $status -eq 0
kunit_ok "$log" "\.minidump_large_region\$"
[ "$failures" -eq 0 ] || tail -n 100 "$work/kunit.log" | sed 's/^/# /' >&2
done_testing
