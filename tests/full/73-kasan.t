#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The tests of modules again, in a kernel with KASAN, UBSAN, lockdep and other checks.
. "$(dirname "$0")/../lib/common.sh"

ok "the kernel builds" "$top/scripts/build" debug
ok "  its modules" "$top/scripts/qemu/modules" debug
for test in 31-kunit-modules 42-no-minidump 45-orders 45-shapes 72-faults; do
	ok "tests/$test.t" env MODULES=debug "$top/tests/$test.t"
done
done_testing
