#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Everything of the series as modules, in a kernel that finds mistakes at run time: every order of
# loading, binding, unbinding and unloading, and reloading. At each step exactly what is in use is
# published, and at every moment what firmware would find is correct.
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=tests/lib/orders.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/orders.sh"

config=debug
ok "the kernel of modules builds" "$top/scripts/build" debug
orders "all modules" 5
ok "nothing is leaked" no_leak "$work/orders.log"
done_testing
