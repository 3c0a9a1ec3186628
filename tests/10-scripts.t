#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The scripts themselves, and what git has.
. "$(dirname "$0")/lib.sh"

cd "$top"
mapfile -t scripts < <(grep -lE '^#!/bin/(bash|busybox)' -r scripts tests .ci
	ls {scripts,tests}/lib.sh tests/guest/scenarios/*)
ok "shellcheck: ${#scripts[@]} scripts" shellcheck "${scripts[@]}"

only_text() {
	! git diff --numstat "$(git hash-object -t tree /dev/null)" -- . ':!tests/golden/*.tar.xz' |
		grep '^-'
}
ok "all else is text" only_text
done_testing
