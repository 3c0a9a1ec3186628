#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# When co-processors crash, qcom_minidump() makes the right devcoredump of their tables, byte for
# byte. A broken or hostile table causes one message.
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=tests/guest/rproc/lib.sh
. "$top/tests/guest/rproc/lib.sh"

make_cases all
ok "the test module builds" make_module "$tree" "$obj"
ok "$(find "$work/guest" -mindepth 1 -type d | wc -l) crashes, and the kernel survives" \
	crash "$obj" "$work/got"

dumps_and_messages "$work/got"

# The same by the code of mainline, in the module: on what firmware leaves in earnest, the results
# are the same.
rm -rf "$work/guest" "$work/want"
make_cases good
ok "the test module builds with mainline's code" mainline_module "$tree" "$obj"
own_functions() {
	nm "$obj/test-rproc/test_rproc.ko" | grep -cxE '[0-9a-f]+ T (qcom_minidump|rproc_coredump)'
}
is "  as functions of its own" "$(own_functions)" 2
ok "$(find "$work/guest" -mindepth 1 -type d | wc -l) crashes" crash "$obj" "$work/mainline"
same_dumps "$work/got" "$work/mainline"

# Boot firmware may take the memory of a co-processor out of the memory map. Mainline reads a table
# that is there.
rm -rf "$work/guest" "$work/want"
make_cases good $hole
ok "the test module builds for a hole, with mainline's code" mainline_module "$tree" "$obj"
ok "$(find "$work/guest" -mindepth 1 -type d | wc -l) crashes in a hole" \
	crash_in_hole "$obj" "$work/hole-mainline"
same_dumps "$work/want" "$work/hole-mainline"
ok "the test module builds for the series" make_module "$tree" "$obj"
ok "the same crashes" crash_in_hole "$obj" "$work/hole"
same_dumps "$work/want" "$work/hole"
done_testing
