#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The driver's barriers in the kernel's memory model. With all of them, there is no bad dump.
# Without any single one, there is one. tests/70-barriers.t checks that these barriers are the
# driver's.
. "$(dirname "$0")/../lib/common.sh"

# observed WORD LITMUS: shows herd7's answer without the list of states.
observed() {
	local output
	output=$(cd "$tree/tools/memory-model" &&
		"$top/scripts/debian/newer" herd7 -conf linux-kernel.cfg "$2" 2>&1)
	grep -v '^1:' <<<"$output"
	grep -q "^Observation [a-z]* $1 " <<<"$output"
}

if [ "$EUID" -ne 0 ]; then
	skip "herd7" "scripts/debian/newer needs root"
else
	# Not by ok, which would hide the progress of an installation
	"$top/scripts/debian/newer" true || bail_out "there is no herd7"
	for litmus in "$top"/Documentation/litmus/*.litmus; do
		name=${litmus##*/}
		ok "$name: never a bad dump" observed Never "$litmus"
		while IFS=: read -r line barrier; do
			sed "${line}d" "$litmus" >"$work/$name"
			ok "  but without ${barrier##*	}" observed Sometimes "$work/$name"
		done < <(grep -n 'smp_wmb();' "$litmus")
	done
fi
done_testing
