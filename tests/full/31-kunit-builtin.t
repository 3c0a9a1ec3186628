#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The series' own KUnit tests on arm64, built in: they run before there is a user space.
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/kunit.sh
. "$(dirname "$0")/../kunit.sh"

obj=$build/obj-kunit-arm64
ok "the kernel builds" "$top/scripts/build" kunit-arm64
"$fwsim" boot "$work/ram" no-item >/dev/null
ok "it boots" boot kunit --timeout 300 --append "ramoops.mem_name=none"
kunit_ok "$work/kunit.log"
done_testing
