#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The Reed-Solomon decoder alone, because with little parity, dumps do not show all of its mistakes.
. "${0%/*}/lib.sh"
export PYTHONDONTWRITEBYTECODE=1

check "rs.c as a library" "${CC:-cc}" -D_GNU_SOURCE -O2 -shared -fPIC -o "$out/rs.so" reader/rs.c
check "random errors are corrected, or left alone" python3 reader/tests/rs.py "$out/rs.so"
done_testing
