#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# QEMU dies after a random number of instructions from power-on on, while the guest logs and changes
# what is registered: what firmware finds is correct, and complete. SEEDS=N repeats one that failed.
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=tests/lib/kills.sh
. "$(dirname "$0")/lib/kills.sh"

kills 1 20
done_testing
