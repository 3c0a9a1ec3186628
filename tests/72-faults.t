#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Each allocation of a registration, of the probes and of a dump fails once, in a kernel that finds
# mistakes at run time: nothing leaks, and what was published stays.
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/faults.sh
. "$(dirname "$0")/faults.sh"

ok "the module" "$top/scripts/guest-module" steps debug
faults debug 100 5 600
ok "  nothing is leaked" no_leak
done_testing
