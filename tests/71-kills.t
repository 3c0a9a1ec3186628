#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# QEMU is killed after a random number of instructions from power-on, while the guest logs, and
# registers and unregisters regions. Table and dump must be correct and complete. SEEDS=N repeats a
# run that failed.
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=tests/lib/kills.sh
. "$(dirname "$0")/lib/kills.sh"

kills 1 20
done_testing
