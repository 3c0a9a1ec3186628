#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# tests/70-instants.t and tests/71-kills.t with 6 GiB of RAM, and table and images above 4 GiB
. "$(dirname "$0")/../lib/common.sh"
# shellcheck source=tests/lib/instant.sh
. "$top/tests/lib/instant.sh"
# shellcheck source=tests/lib/kills.sh
. "$top/tests/lib/kills.sh"

# Linux gets 256 MiB at the beginning and at the end only: it overwrites what is free.
ram_size=6G
without_the_middle() {
	local node=/reserved-memory/memory@50000000
	fdtput -c "$work/dtb" $node && fdtput "$work/dtb" $node no-map &&
		fdtput -tx "$work/dtb" $node reg 0 50000000 1 60000000
}

ok "what it needs" instants_ready
ok "a devicetree" without_the_middle
ok "every instant is good" every_instant
ok "  each step ended as it should" grep -E '^steps: 0 wrong' "$work/steps.log"
ok "  ramoops was above 4 GiB" grep -F 'ramoops: using 0x200000@0x1' "$work/steps.log"
# The upper half of the pointer to the table, which shutdown leaves there
is "  and so was the table" "$(od -An -td4 -j 0xfe0405c -N 4 "$work/ram" | xargs)" 1
sed 's/^/# /' "$work/report"

# While user space runs; with the middle of RAM
: >"$work/compared"
ok "a module registers regions" "$top/scripts/qemu/guest-module" regions demo
for seed in 5 6 10 20; do
	ok "killed at random, seed $seed" kill_once $seed
done
ok "  two had a log to compare" test "$(wc -l <"$work/compared")" -ge 2
done_testing
