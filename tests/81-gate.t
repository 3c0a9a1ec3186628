#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The quick checks of the gate find bad patches, with one fault each.
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=tests/lib/gate.sh
. "$(dirname "$0")/lib/gate.sh"

gate=("$top/scripts/gate/gate" --quick)
rows=(apply checkpatch codespell kernel-doc includes maintainers exports)
ok "codespell and others are installed" \
	"$top/scripts/debian/deps" codespell python3-ply python3-git
ok "the series, signed off" "$top/scripts/gate/stamp" 'A Tester <tester@minidump.example>' "$linux"
bad checkout -q --detach stamped
printf '/* there is a blank behind this: */ \n' >>"$linux/$driver"
commit "Leave a blank at the end of a line"
restored "$driver"
printf 'int pstore_minidump_style( int a ) { return(a); }\n' >>"$linux/$driver"
commit "Write code in another style"
restored "$driver"
printf '/* This was recieved in the past. */\n' >>"$linux/$driver"
commit "Have a letter in the wrong place"
restored "$driver"
cat >>"$linux/$driver" <<END

/**
 * pstore_minidump_undocumented() - has a parameter without a word on it
 */
void pstore_minidump_undocumented(int parameter);
END
commit "Document too little"
sed -i 's|^#include <linux/err.h>|#include <linux/delay.h>\n&|' "$linux/$driver"
commit "Include too much"
restored "$driver"
bad sparse-checkout add /nowhere/
mkdir -p "$linux/nowhere"
printf '// SPDX-License-Identifier: GPL-2.0-only\n' >"$linux/nowhere/file.c"
commit "Add a file that nobody maintains"
printf 'EXPORT_SYMBOL_GPL(pstore_minidump_names);\n' >>"$linux/$driver"
commit "Export what nobody uses"

gate_on_bad "${rows[@]}"
is "  and nothing else of what checkpatch looks for" "$(result checkpatch 5)" ok
is "an old fault is not the next patch's" "$(result kernel-doc 5)" ok
[ "$failures" -eq 0 ] || sed 's/^/# /' "$work/bad" "$work/progress" >&2
done_testing
