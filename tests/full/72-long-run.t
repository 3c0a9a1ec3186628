#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# 10,000 registrations and 1,000 bindings, with KASAN, UBSAN, lockdep and kmemleak, and again with
# KCSAN. The kernel must not complain, and the free memory must stay the same.
. "$(dirname "$0")/../lib/common.sh"
# shellcheck source=tests/lib/faults.sh
. "$top/tests/lib/faults.sh"

ok "the module" "$top/scripts/qemu/guest-module" steps debug
faults debug 10000 1000 7200
ok "  nothing is leaked" no_leak "$log"
# KASAN keeps freed memory for a while, and kmemleak and lockdep what they know: that a page is lost
# whenever something is bound is seen with KCSAN only.
ok "  memory is flat" memory_is_flat 1500 4096

ok "the kernel with KCSAN" "$top/scripts/build" kcsan
ok "  its modules" "$top/scripts/qemu/modules" kcsan
ok "  the module" "$top/scripts/qemu/guest-module" steps kcsan
faults kcsan 10000 1000 7200
ok "  memory is flat" memory_is_flat 1000 1000
done_testing
