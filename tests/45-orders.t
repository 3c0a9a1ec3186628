#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# All parts of the series are modules. They are loaded, bound, unbound, unloaded and loaded again in
# every order. At each step, exactly the areas in use are published, and the table that firmware
# would find is correct at every moment.
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=tests/lib/orders.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/orders.sh"

config=$modules
orders "all modules" 5
ok "nothing is leaked" no_leak "$work/orders.log"
done_testing
