#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The series' own KUnit tests on arm64, in modules, with KASAN, UBSAN, lockdep and kmemleak. There
# is neither minidump in the firmware nor ramoops here, so that the tests have the drivers to
# themselves.
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/kunit.sh
. "$(dirname "$0")/kunit.sh"

obj=$build/obj-debug
"$fwsim" boot "$work/ram" no-item >/dev/null
ok "the modules are loaded and unloaded" boot kunit --add "$obj/modules.cpio.gz" --timeout 300 \
	--append "kunit.enable=1 ramoops.mem_name=none"
kunit_ok "$work/kunit.log"
is "no leak" "$(tr -d '\r' <"$work/kunit.log" | sed -n '/^BEGIN kmemleak/,/^END kmemleak/p')" \
	$'BEGIN kmemleak\nEND kmemleak'
done_testing
