#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes a disk image with a GPT, for devices that keep their dumps in a partition.

usage: disk.py OUT NAME=MIB|NAME=FILE...

Each partition has a name and a size, or the content of FILE. Prints the partitions' names and
offsets in bytes. The same arguments give the same image.
"""

import os
import struct
import sys
import zlib

SECTOR = 512
MIB = 1 << 20
ENTRIES = 128
DATA = bytes.fromhex("af3dc60f838472478e793d69d8477de4")     # Linux filesystem data


def guid(number):
    return struct.pack("<QQ", 0x4d696e6964756d70, number)


def header(here, other, entries, first, last, crc):
    data = struct.pack("<8s4I4Q16sQ3I", b"EFI PART", 0x10000, 92, 0, 0, here, other, first, last,
                       guid(0), entries, ENTRIES, 128, crc)
    return data[:16] + struct.pack("<I", zlib.crc32(data)) + data[20:]


def main(out, arguments):
    offset = MIB
    table = b""
    contents = []
    for number, argument in enumerate(arguments, 1):
        name, content = argument.split("=", 1)
        size = int(content) * MIB if content.isdigit() else os.path.getsize(content)
        if not content.isdigit():
            contents.append((offset, content))
        print(name, offset)
        table += struct.pack("<16s16s3Q72s", DATA, guid(number), offset // SECTOR,
                             (offset + size - 1) // SECTOR, 0, name.encode("utf-16-le"))
        offset += -(-size // MIB) * MIB
    table = table.ljust(ENTRIES * 128, b"\0")
    sectors = (offset + MIB) // SECTOR
    crc = zlib.crc32(table)
    usable = (34, sectors - 34)
    with open(out, "wb") as file:
        file.truncate(sectors * SECTOR)
        # the partition that keeps old programs away
        file.seek(446)
        file.write(struct.pack("<8B2I", 0, 0, 2, 0, 0xee, 255, 255, 255, 1, sectors - 1))
        file.seek(510)
        file.write(b"\x55\xaa")
        file.write(header(1, sectors - 1, 2, *usable, crc))
        file.seek(2 * SECTOR)
        file.write(table)
        file.seek((sectors - 33) * SECTOR)
        file.write(table)
        file.write(header(sectors - 1, 1, sectors - 33, *usable, crc))
        for offset, content in contents:
            file.seek(offset)
            with open(content, "rb") as source:
                while data := source.read(MIB):
                    file.write(data)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
