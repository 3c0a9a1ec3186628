# shellcheck shell=bash disable=SC2154 # common.sh sets tree
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the tests that run the KUnit suites of the series. Prints the kernel's output as TAP.

# Nested KTAP, with or without the time of printk in front, to one line per test.
kunit_results() {
	tr -d '\r' <"$1" | sed -E 's/^\[ *[0-9.]+\] //' | awk '
		/^ *# Subtest: / { suite = $NF }
		/^ +(not )?ok [0-9]/ {
			name = $0
			sub(/^ +(not )?ok [0-9]+ (- )?/, "", name)
			skipped = sub(/ # SKIP.*/, "", name)
			print (/^ +not/ ? "fail" : skipped ? "skip" : "pass"), suite "." name
		}'
}

no_splat() {
	test -s "$1" || return
	# Of 6.12's own, on user-mode Linux without a PCI device
	! sed '/WARNING: .* at arch\/um\/drivers\/virt-pci.c/d' "$1" |
		grep -E 'WARNING:|BUG[: ]|KASAN: |UBSAN: |possible .* detected|kmemleak is off'
}

# kunit_ok LOG [PATTERN]: each suite of the series has run there, each test has passed, nothing
# complained. Tests whose names match the pattern are skipped there.
kunit_ok() {
	local suites suite result test
	ok "no complaint of KASAN, UBSAN or lockdep" no_splat "$1"
	mapfile -t suites < <(cd "$tree" && git_plain diff --name-only base minidump -- '*_test.c' |
		xargs sed -n 's/^\t\.name = "\(.*\)",$/\1/p')
	ok "there are test suites" test "${#suites[@]}" -gt 0
	for suite in "${suites[@]}"; do
		ok "suite $suite ran" grep -q "^[a-z]* $suite\." <(kunit_results "$1")
	done
	while read -r result test; do
		if [ -n "${2:-}" ] && grep -qE "$2" <<<"$test"; then
			ok "$test is skipped" test "$result" = skip
		else
			ok "$test" test "$result" = pass
		fi
	done < <(kunit_results "$1")
}

# The pattern of the tests that are skipped with $ram_size, and without lockdep
unsuited() {
	local tests=()
	[ "$ram_size" = 6G ] || tests+=(minidump_large_region)
	grep -qx CONFIG_PROVE_LOCKING=y "$obj/.config" ||
		tests+=(core_reader_is_not_under_the_lock)
	[ ${#tests[@]} -eq 0 ] || (IFS='|' && echo "\.(${tests[*]})\$")
}

# What the scenario kunit logs if the tests have published nothing, and left no client
# shellcheck disable=SC2034 # for those who source this
only_drivers="published: KELF_HEADER LOG_PRB LOG_RING LOG_DESC LOG_INFO KLOGBUF, clients: $(
	)qcom_minidump.kmemdump.0 qcom_minidump.pstore.0"
