#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# tests/44-devicetrees.t with all geometries, pages of 16 KiB, and the programs of the newest suite
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/../../scripts/lib.sh"
"$top/scripts/build" pages16k >&2
# scripts/debian/newer needs root.
[ "$EUID" -ne 0 ] || export SUITE=newest
FULL=40 OBJ=$build/obj-pages16k exec "$top/tests/44-devicetrees.t"
