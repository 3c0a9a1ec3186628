#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# tests/44-devicetrees.t with all geometries
FULL=40 exec "$(dirname "$0")/../44-devicetrees.t"
