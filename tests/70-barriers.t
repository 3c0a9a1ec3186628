#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Stores can reach memory in another order than the program's. In a model, every set of stores that
# the driver's barriers allow is good. Without any one of the barriers, there is a bad set.
. "$(dirname "$0")/lib/common.sh"

ok "with all barriers" "$top/tests/lib/barriers.py"
cp "$work/.output" "$work/sets"
sed 's/^/# /' "$work/sets"
ok "  as many sets as Documentation/instants.md tells" grep -F \
	"$(sed -n 's/.*memory, \([0-9]* \)in all\. .*/\1sets/p' "$top/Documentation/instants.md")" \
	"$work/sets"
for barrier in image pointer count entry disable; do
	fails "not without '$barrier'" "without '" "$top/tests/lib/barriers.py" $barrier
done
# Both models are of the calls that the driver has, in number and in what they say.
barriers() { sed -n "s/^[[:space:]]*$1();//p" "${@:2}" | sort; }
is "the driver's are those of the litmus tests" \
	"$(barriers minidump_barrier "$tree/drivers/soc/qcom/qcom_minidump.c")" \
	"$(barriers smp_wmb "$top"/Documentation/litmus/*.litmus)"
done_testing
