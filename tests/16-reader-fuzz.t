#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A tenth of make fuzz's random inputs for the reader.
. "$(dirname "$0")/lib.sh"

ok "the reader stands 100000 random inputs" "$top/scripts/fuzz-reader" 100000
done_testing
