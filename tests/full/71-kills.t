#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# tests/71-kills.t, 300 times
. "$(dirname "$0")/../lib/common.sh"
# shellcheck source=tests/lib/kills.sh
. "$top/tests/lib/kills.sh"

kills 1001 300
for churn in regions core ramoops; do
	ok "with $churn, too" grep $churn "$work/compared"
done
# The same seed is the same crash.
ok "a kill" kill_once 5
cp --sparse=always "$work/ram" "$work/ram.1"
ok "again" kill_once 5
ok "leaves the same RAM, byte for byte" cmp "$work/ram.1" "$work/ram"
done_testing
