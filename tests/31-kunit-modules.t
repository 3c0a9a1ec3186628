#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the KUnit tests of the series on arm64 as modules, with kmemleak. Firmware has a table, and
# there is no ramoops. So nothing but the kernel log may be published, and no client of the tests
# may be left.
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=tests/lib/kunit.sh
. "$(dirname "$0")/lib/kunit.sh"

obj=$build/obj-$modules
"$fwsim" boot "$work/ram" >/dev/null
# Seconds of a test that hangs
limit=60
[ "$modules" != debug ] || limit=600
ok "the modules are loaded and unloaded" boot kunit --add "$obj/modules.cpio.gz" \
	--timeout $((limit + 600)) \
	--append "kunit.enable=1 kunit.timeout=$limit ramoops.mem_name=none"
kunit_ok "$work/kunit.log" "$(unsuited)"
# KUnit itself never frees the address space that it makes for a test.
ok "no leak" no_leak "$work/kunit.log" kunit_attach_mm
ok "the tests have published nothing, and left no client" grep -F "$only_drivers" "$work/kunit.log"
ok "neither module nor client is left" grep -F "left: nothing" "$work/kunit.log"
fails "the firmware finds nothing" "not enabled" "$fwsim" dump "$work/ram" "$work/dump"
done_testing
