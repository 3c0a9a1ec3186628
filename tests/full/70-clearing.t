#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# tests/70-clearing.t, and how many stores it takes to clear 16 MiB
FULL=16 exec "$(dirname "$0")/../70-clearing.t"
