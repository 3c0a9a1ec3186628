#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The series' own KUnit tests, on user-mode Linux, with the configuration that comes with them,
# KASAN, UBSAN and lockdep.
. "$(dirname "$0")/lib.sh"

obj=$build/obj-kunit
# What the kernel printed. kunit.py also notices when a test is missing from it.
log=$obj/test.log
rm -f "$log"
progress() { say "$(find "$obj" -name '*.o' | wc -l) files built"; }
kunit() {
	"$tree/tools/testing/kunit/kunit.py" run --kunitconfig="$tree/fs/pstore" \
		--kunitconfig="$tree/drivers/soc/qcom" \
		--kunitconfig="$top/kernel-config/kunit.config" --build_dir="$obj" \
		--jobs="$(nproc)" >"$work/kunit.log" 2>&1
}
mkdir -p "$obj"
status=0
watch progress kunit || status=$?
ok "kunit.py builds and runs them" test $status -eq 0

no_splat() { [ -s "$log" ] && ! grep -nE 'WARNING:|BUG:|KASAN|UBSAN|possible .* detected' "$log"; }
ok "no complaint of KASAN, UBSAN or lockdep" no_splat

# Nested KTAP to one line per test
results() {
	awk '/^ *# Subtest: / { suite = $NF }
	     /^ +(not )?ok [0-9]/ { sub(/^ +/, ""); print (/^not/ ? "fail" : "pass"), suite "." $NF }' "$log"
}
mapfile -t suites < <(cd "$tree" && git_plain diff --name-only base minidump -- '*_test.c' |
	xargs sed -n 's/^\t\.name = "\(.*\)",$/\1/p')
ok "there are test suites" test "${#suites[@]}" -gt 0
for suite in "${suites[@]}"; do
	ok "suite $suite ran" grep -q "^pass $suite\." <(results)
done
while read -r result test; do
	ok "$test" test "$result" = pass
done < <(results)
[ "$failures" -eq 0 ] || sed 's/^/# /' "$work/kunit.log"
done_testing
