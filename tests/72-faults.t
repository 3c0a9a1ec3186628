#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Each allocation of a registration, of the probes and of a dump fails once. Nothing leaks, and the
# published regions stay.
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=tests/lib/faults.sh
. "$(dirname "$0")/lib/faults.sh"

ok "the module" "$top/scripts/qemu/guest-module" steps "$modules"
faults "$modules" 100 5 600
ok "  nothing is leaked" no_leak "$log"
done_testing
