#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes the records in a rawdump image, the Python way: scripts/measure/bench-reader compares.

usage: split.py IMAGE DIRECTORY

It splits the image into its sections, divides these as KELF_HEADER says, and inflates records. It
trusts the image: there is no check, no parity and no ftrace.
"""

import os
import struct
import sys
import zlib


def sections(image):
    """The section headers of KELF_HEADER: (name, address, size, bytes of a zone)"""
    shoff, = struct.unpack_from("<Q", image, 40)
    count, = struct.unpack_from("<H", image, 60)
    rows = [struct.unpack_from("<2I4Q2I2Q", image, shoff + 64 * n) for n in range(count)]
    names = image[rows[1][4]:rows[1][4] + rows[1][5]]
    for row in rows[2:]:
        end = names.index(b"\0", row[0])
        yield names[row[0]:end].decode(), row[3], row[5], row[7] or row[9] or row[5]


def unwrap(zone):
    _, start, size = struct.unpack_from("<3I", zone)
    return zone[12 + start:12 + size] + zone[12:12 + start]


def main(path, out):
    os.makedirs(out)
    with open(path, "rb") as file:
        file.seek(52)
        count, = struct.unpack("<I", file.read(4))
        headers = [struct.unpack("<3I4Q20s", file.read(64)) for _ in range(count)]
        places = {row[7].split(b"\0")[0].decode()[3:-4]: row for row in headers}
        row = places["KELF_HEADER"]
        file.seek(row[3])
        for name, address, size, zone_size in sections(file.read(row[4])):
            kind = {"KDMESG": "dmesg", "KCONSOLE": "console", "KPMSG": "pmsg"}[name]
            row = places[name]
            for n in range(size // zone_size):
                file.seek(row[3] + address - row[5] + n * zone_size)
                record = unwrap(file.read(zone_size))
                if kind == "dmesg":
                    head, _, record = record.partition(b"\n")
                    if head.endswith(b"C"):
                        record = zlib.decompress(record, -15)
                if record:
                    with open(f"{out}/{kind}-ramoops-{n}", "wb") as to:
                        to.write(record)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
