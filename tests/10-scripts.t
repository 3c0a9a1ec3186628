#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The scripts themselves.
. "$(dirname "$0")/lib.sh"

cd "$top"
mapfile -t scripts < <(grep -lE '^#!/bin/(bash|busybox)' -r scripts tests .ci
	ls {scripts,tests}/lib.sh tests/guest/scenarios/*)
ok "shellcheck: ${#scripts[@]} scripts" shellcheck "${scripts[@]}"
done_testing
