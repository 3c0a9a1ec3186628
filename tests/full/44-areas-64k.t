#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# tests/44-areas.t with pages of 64 KiB, and with the programs of the newest suite
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/../../scripts/lib.sh"
"$top/scripts/build" pages64k >&2
# scripts/debian/newer needs root.
[ "$EUID" -ne 0 ] || export SUITE=newest
OBJ=$build/obj-pages64k exec "$top/tests/44-areas.t"
