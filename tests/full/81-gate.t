#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the whole gate: the checks of each patch, also those that compile and boot, and those of the
# series as a whole. Then bad patches, with one fault each, must be found.
. "$(dirname "$0")/../lib/common.sh"
# shellcheck source=tests/lib/gate.sh
. "$top/tests/lib/gate.sh"

gate=("$top/scripts/gate/gate")
# As in make gate, a check that has passed is not repeated, but the bad patches are always tried.
rm -rf "$build/gate/range"
rows=(builds sparse coccinelle htmldocs kunit boots)
gate_on_series apply checkpatch codespell kernel-doc includes maintainers exports "${rows[@]}" \
	allmodconfig options
printf 'int pstore_minidump_undeclared(int a)\n{\n\treturn a;\n}\n' >>"$linux/$driver"
commit "Define what nothing declares"
restored "$driver"
sed -i -e 's/^	int cookie;$/	__le32 wrong = area->size;\n&/' \
	-e 's/if (cookie < 0)/if (cookie < 0 || !wrong)/' "$linux/$driver"
commit "Mix up the order of bytes"
restored "$driver"
sed -i '/^static void pstore_minidump_remove/,/^}/s/^{$/&\n\tif (client)\n\t\tkfree(client);/' \
	"$linux/$driver"
commit "Test before freeing"
restored "$driver"
printf '\n==== ===\nrow\n' >>"$linux/Documentation/admin-guide/qcom-minidump.rst"
commit "Begin a table"
restored Documentation/admin-guide/qcom-minidump.rst
sed -i 's/KPMSG/KPMSH/' "$linux/$driver"
commit "Give an area another name"
restored "$driver"
sed -i '/^static int ramoops_probe/,/^}/s/^	int err = .*/&\n\n	return -ENODEV;/' \
	"$linux/fs/pstore/ram.c"
commit "Have no ramoops"

gate_on_bad "${rows[@]}"
is "an old fault is not the next patch's" "$(result builds 2)" ok
[ "$failures" -eq 0 ] || sed 's/^/# /' "$work/bad" "$work/progress" >&2
done_testing
