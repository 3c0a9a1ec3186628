#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# tests/44-areas.t with KASAN, UBSAN and lockdep, with everything as modules that devices load, and
# with the programs of the newest suite
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/../../scripts/lib.sh"
"$top/scripts/build" debug >&2
"$top/scripts/qemu/modules" debug >&2
# scripts/debian/newer needs root.
[ "$EUID" -ne 0 ] || export SUITE=newest
OBJ=$build/obj-debug exec "$top/tests/44-areas.t"
