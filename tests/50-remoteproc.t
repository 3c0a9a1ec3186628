#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Co-processors that crash: the devcoredump that qcom_minidump() makes of their tables, byte for
# byte, and that broken and hostile tables end in one message each.
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/guest/rproc/lib.sh
. "$top/tests/guest/rproc/lib.sh"

make_cases all
ok "the test module builds" make_module "$tree" "$obj"
ok "$(find "$work/guest" -mindepth 1 -type d | wc -l) crashes, and the kernel survives" \
	crash "$obj" "$work/got"

says() {
	local got=$1 want=$2
	[ "$(wc -l <"$got")" -eq 1 ] && grep -qx -f "$want" "$got" && return
	echo "wanted one message, $(cat "$want"); got:"
	cat "$got"
	false
}
for directory in "$work"/guest/*/; do
	name=$(basename "$directory")
	if [ -e "$work/want/$name.dump" ]; then
		ok "$name: the dump is as it should be" \
			cmp "$work/want/$name.dump" "$work/got/$name.dump"
		is "  and there is no message" "$(cat "$work/got/$name.says" 2>&1)" ""
	else
		ok "$name: one message" says "$work/got/$name.says" "$work/want/$name.says"
		ok "  and no dump" test ! -e "$work/got/$name.dump"
	fi
done

# The same by the code of mainline, in the module: on what firmware leaves in earnest, the results
# are the same. The rest of remoteproc has not changed.
ok "the series changes nothing in remoteproc but qcom_common" \
	git_plain -C "$tree" diff --exit-code --stat base minidump -- \
	drivers/remoteproc/remoteproc_\* drivers/base/devcoredump.c
rm -rf "$work/guest" "$work/want"
make_cases good
git_plain -C "$tree" show base:drivers/remoteproc/qcom_common.c \
	>"$obj/test-rproc/qcom_common.c"
ok "the test module builds with mainline's code" \
	make_module "$tree" "$obj" MINIDUMP=qcom_common.o
own_function() { nm "$obj/test-rproc/test_rproc.ko" | grep ' T qcom_minidump$'; }
ok "  as a function of its own" own_function
ok "$(find "$work/guest" -mindepth 1 -type d | wc -l) crashes" crash "$obj" "$work/mainline"
for dump in "$work"/want/*.dump; do
	name=$(basename "$dump" .dump)
	ok "$name: mainline's dump is the same" \
		cmp "$work/got/$name.dump" "$work/mainline/$name.dump"
	is "  and its messages are" "$(cat "$work/mainline/$name.says" 2>&1)" ""
done
done_testing
