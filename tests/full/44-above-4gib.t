#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# tests/44-above-4gib.t with the programs of the newest suite
# scripts/debian/newer needs root.
[ "$EUID" -ne 0 ] || export SUITE=newest
exec "$(dirname "$0")/../44-above-4gib.t"
