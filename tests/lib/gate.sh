# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the tests of the gate, after common.sh. They put patches on top of the series. Each has
# one fault, and takes back the fault of the patch before. "gate" is the command.
# shellcheck disable=SC2034,SC2154 # from common.sh and for those who source this

only_mainline
linux=$build/gate/linux
driver=drivers/soc/qcom/qcom_pstore_minidump.c
bad() { git_plain -C "$linux" "$@"; }
restored() { bad checkout -q stamped -- "$@"; }
commit() {
	bad add -A
	if bad diff --cached --quiet stamped; then
		echo "# There is no fault in the patch: $1" >&2
		exit 1
	fi
	GIT_COMMITTER_DATE='2026-01-01 00:00:00 +0000' bad -c user.name='A Tester' \
		-c user.email=tester@minidump.example commit -q \
		--author='A Tester <tester@minidump.example>' \
		--date='2026-01-01 00:00:00 +0000' \
		-m "soc: qcom: $1" -m "This is a patch that a test of the gate has made." \
		-m "Signed-off-by: A Tester <tester@minidump.example>"
}

# gate_on_series ROW...: each passes, and has looked at something.
gate_on_series() {
	local status=0 row
	"${gate[@]}" >"$work/table" 2>"$work/progress" || status=$?
	sed 's/^/# /' "$work/table"
	ok "each patch passes the gate" test $status -eq 0
	ok "  and there are as many as in series" \
		grep -E "^ +[0-9 ]+ $(series_patches | wc -l)\$" "$work/table"
	for row; do
		ok "  $row was asked, everywhere" \
			grep -E "^$row +(-|ok|warn| )*(ok|warn)(-|ok|warn| )*\$" "$work/table"
	done
	bad checkout -q --force --detach stamped
}

# gate_on_bad CHECK...: each in turn fails on the next patch after the series.
gate_on_bad() {
	local number=0 check
	"${gate[@]}" stamped..HEAD >"$work/bad" 2>>"$work/progress"
	is "with bad patches it fails" $? 1
	for check; do
		number=$((number + 1))
		is "$check notices $(bad log -1 --format=%s "HEAD~$(($# - number))")" \
			"$(result "$check" $number)" FAIL
	done
}
result() { awk -v check="$1" -v number="$2" '$1 == check { print $(number + 1) }' "$work/bad"; }
