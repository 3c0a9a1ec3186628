#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes a large rawdump image for scripts/measure/bench-reader.

usage: bench.py FILE IMAGE-MIB REGIONS-MIB

The regions are a console and a pmsg that have wrapped, and dmesg zones in use, between holes of
equal sizes if the image is larger than they are.
"""

import importlib.util
import os
import random
import struct
import sys

spec = importlib.util.spec_from_file_location(
    "dumps", os.path.join(os.path.dirname(os.path.abspath(__file__)), "dumps.py"))
dumps = importlib.util.module_from_spec(spec)
spec.loader.exec_module(dumps)

MIB = 1 << 20


def zone(size, start, text=b""):
    """A full zone whose oldest byte is at @start."""
    noise = random.Random(size).randbytes(min(size, MIB))
    data = text + noise * (size // len(noise))
    return struct.pack("<3I", dumps.SIGNATURE, start, size - 12) + data[:size - 12]


def main(path, total, regions):
    half, quarter = regions * MIB // 2, regions * MIB // 4
    # 256 records
    record = quarter // 256
    parts = [("KCONSOLE", zone(half, half // 3), 0),
             ("KDMESG", zone(record, 0, b"====1700000000.000001-D\n") * 256, record),
             ("KPMSG", zone(quarter, quarter // 3), 0)]
    made, address = [], dumps.ZONES_ADDRESS
    for name, data, entry in parts:
        made.append(dumps.Region(name, address, data, entry))
        address += len(data)
    header = dumps.elf_header(made)
    files = [("KELF_HEADER", dumps.HEADER_ADDRESS, header)]
    files += [(region.name, region.address, region.data) for region in made]
    hole = max(0, total - regions) * MIB // (len(files) + 1)

    offsets, offset = [], 56 + 64 * len(files) + hole
    for _, _, data in files:
        offsets.append(offset)
        offset += len(data) + hole
    order = iter(offsets)

    def place(fields):
        fields[1] = next(order)

    # only the headers of this image are used: the data goes where they say
    image = dumps.rawdump(files, edit=place)[:56 + 64 * len(files)]
    with open(path, "wb") as file:
        file.write(image)
        for (_, _, data), at in zip(files, offsets):
            file.seek(at)
            file.write(data)
        file.truncate(max(total * MIB, file.tell()))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
