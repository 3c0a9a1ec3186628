#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# tests/44-devicetrees.t with all geometries, and with the programs of the newest suite
# scripts/debian/newer needs root.
[ "$EUID" -ne 0 ] || export SUITE=newest
FULL=40 exec "$(dirname "$0")/../44-devicetrees.t"
