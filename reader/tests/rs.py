#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Tests the Reed-Solomon decoder with random errors, as many as it can correct and more.

usage: rs.py LIBRARY

LIBRARY is rs.c as a shared library. Prints the first wrong result and exits with 1.
"""

import ctypes
import random
import sys

from dumps import parity


def wrong(library, ecc, errors, choose):
    """What is wrong with the decoder's results for one random block, or None"""
    data = choose.randbytes(choose.randint(1, 128))
    good = data + parity(data, ecc)
    bad = bytearray(good)
    places = choose.sample(range(len(bad)), min(errors, len(bad)))
    # The same error in two places has a sum of 0: the first root does not see it.
    same = choose.randint(1, 255)
    for place in places:
        bad[place] ^= same if errors == 2 else choose.randint(1, 255)
    is_codeword = bytes(bad[len(data):]) == parity(bad[:len(data)], ecc)

    block = (ctypes.c_uint8 * len(bad))(*bad)
    if library.rs_is_intact(block, len(bad), ecc) != is_codeword:
        return "rs_is_intact() is wrong"
    found = library.rs_correct(block, len(bad), ecc)
    after = bytes(block)
    if len(places) <= ecc // 2:
        return None if (found, after) == (len(places), good) else f"not corrected: {found}"
    if found < 0:
        return None if after == bytes(bad) else "given up, but changed"
    if after[len(data):] != parity(after[:len(data)], ecc):
        return f"after {found} corrections, still no codeword"
    changed = sum(old != new for old, new in zip(bad, after))
    return None if changed == found else f"{changed} bytes changed, not {found}"


def main(path):
    library = ctypes.CDLL(path)
    library.rs_is_intact.restype = ctypes.c_bool
    choose = random.Random(0x11d)
    for ecc in (1, 2, 3, 4, 5, 7, 16):
        for errors in range(ecc + 2):
            for _ in range(40):
                why = wrong(library, ecc, errors, choose)
                if why:
                    sys.exit(f"{ecc} bytes of parity, {errors} errors: {why}")


if __name__ == "__main__":
    main(sys.argv[1])
