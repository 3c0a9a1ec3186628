#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Stores that reach memory in another order than the program's: every set of them that the driver's
# barriers allow is good, and without any one of the barriers there is a bad one.
. "$(dirname "$0")/lib.sh"

ok "with all barriers" "$top/tests/barriers.py"
sed 's/^/# /' "$work/.output"
for barrier in image pointer count entry disable; do
	fails "not without '$barrier'" "without '" "$top/tests/barriers.py" $barrier
done
# The model is of the calls that the driver has; one more is of no use to it, see the document.
is "the driver has as many" "$(grep -c '^	minidump_barrier();' \
	"$tree/drivers/soc/qcom/qcom_minidump.c")" 6
done_testing
