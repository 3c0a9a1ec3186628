#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The whole gate: each patch on its own, also what compiles and boots.
. "$(dirname "$0")/../lib.sh"

status=0
"$top/scripts/gate" >"$work/table" 2>"$work/progress" || status=$?
sed 's/^/# /' "$work/table"
ok "each patch passes the gate" test $status -eq 0
done_testing
