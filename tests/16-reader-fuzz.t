#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A tenth of make fuzz's hostile inputs for the reader.
. "$(dirname "$0")/lib/common.sh"

ok "the reader stands 20000 hostile inputs" "$top/scripts/measure/fuzz-reader" 20000
done_testing
