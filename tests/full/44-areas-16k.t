#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# tests/44-areas.t with pages of 16 KiB
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/../../scripts/lib.sh"
"$top/scripts/build" pages16k >&2
OBJ=$build/obj-pages16k exec "$top/tests/44-areas.t"
