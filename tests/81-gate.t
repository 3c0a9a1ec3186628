#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Each patch on its own, without what takes long; and that the gate notices patches that are bad, in
# one way each.
. "$(dirname "$0")/lib.sh"

status=0
"$top/scripts/gate" --quick >"$work/table" 2>"$work/progress" || status=$?
sed 's/^/# /' "$work/table"
ok "each patch passes the gate" test $status -eq 0
ok "  and there are as many as in series" grep -E "^ +[0-9 ]+ $(series_patches | wc -l)\$" \
	"$work/table"

# Patches on top of the series, each with another fault, and without those of the ones before.
linux=$build/gate/linux
driver=drivers/soc/qcom/qcom_pstore_minidump.c
bad() { git_plain -C "$linux" "$@"; }
restored() { bad checkout -q stamped -- "$driver"; }
commit() {
	bad add -A &&
		GIT_COMMITTER_DATE='2026-01-01 00:00:00 +0000' bad -c user.name='A Tester' \
			-c user.email=tester@minidump.example commit -q \
			--author='A Tester <tester@minidump.example>' \
			--date='2026-01-01 00:00:00 +0000' \
			-m "soc: qcom: $1" -m "This is a patch that a test of the gate has made." \
			-m "Signed-off-by: A Tester <tester@minidump.example>"
}
bad checkout -q --force --detach stamped
printf '/* there is a blank behind this: */ \n' >>"$linux/$driver"
commit "Leave a blank at the end of a line"
restored
printf 'int pstore_minidump_style( int a ) { return(a); }\n' >>"$linux/$driver"
commit "Write code in another style"
restored
printf '/* This was recieved in the past. */\n' >>"$linux/$driver"
commit "Have a letter in the wrong place"
restored
cat >>"$linux/$driver" <<END

/**
 * pstore_minidump_undocumented() - has a parameter without a word on it
 */
void pstore_minidump_undocumented(int parameter);
END
commit "Document too little"
sed -i 's|^#include <linux/init.h>|#include <linux/delay.h>\n&|' "$linux/$driver"
commit "Include too much"
restored
bad sparse-checkout add /nowhere/
mkdir -p "$linux/nowhere"
printf '// SPDX-License-Identifier: GPL-2.0-only\n' >"$linux/nowhere/file.c"
commit "Add a file that nobody maintains"
printf 'EXPORT_SYMBOL_GPL(pstore_minidump_names);\n' >>"$linux/$driver"
commit "Export what nobody uses"

"$top/scripts/gate" --quick stamped..HEAD >"$work/bad" 2>>"$work/progress"
is "with bad patches it fails" $? 1
result() { awk -v check="$1" -v number="$2" '$1 == check { print $(number + 1) }' "$work/bad"; }
number=0
for check in apply checkpatch codespell kernel-doc includes maintainers exports; do
	number=$((number + 1))
	is "$check notices $(bad log -1 --format=%s "HEAD~$((7 - number))")" \
		"$(result $check $number)" FAIL
done
is "  and nothing else of what checkpatch looks for" "$(result checkpatch 5)" ok
is "an old fault is not the next patch's" "$(result kernel-doc 5)" ok
[ "$failures" -eq 0 ] || sed 's/^/# /' "$work/bad" "$work/progress"
done_testing
