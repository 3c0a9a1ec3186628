#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Damages the KELF_HEADER of a dump in ways that the programs of programs.py must notice.

usage: damage.py DUMP OUT

Writes OUT/<damage>/dump, with KELF_HEADER and rawdump.bin alone, and OUT/<damage>/minidump.elf.
"""

import os
import struct
import sys

from programs import regions_of
from dumps import Region, elf_header, rawdump
from tools import qdl

LOADS = 64 + 56
E_TYPE, E_MACHINE = 16, 18
P_OFFSET, P_PADDR = 8, 24
SH_FLAGS, SH_ADDR, SH_OFFSET, SH_SIZE, SH_ENTSIZE = 8, 16, 24, 32, 56


def edit(data, offset, layout, value):
    out = bytearray(data)
    struct.pack_into(layout, out, offset, value)
    return bytes(out)


def damages(files):
    header = files[0][2]
    shoff, = struct.unpack_from("<Q", header, 40)
    strings, first = shoff + 64, shoff + 128
    names, = struct.unpack_from("<Q", header, strings + SH_OFFSET)
    name = header.index(files[1][0].encode() + b"\0")
    end = len(header.rstrip(b"\0"))

    yield "none", header
    # As the first form of the series made it; the last value is what is in sh_entsize there.
    yield "old", elf_header([Region(*file, len(file[2])) for file in files[1:]], old=True)
    yield "no-alloc", edit(header, first + SH_FLAGS, "<Q", 0)
    yield "outside", edit(header, first + SH_SIZE, "<Q", len(files[1][2]) + 1)
    yield "elsewhere", edit(header, first + SH_ADDR, "<Q", 0x1000)
    yield "entsize", edit(header, first + SH_ENTSIZE, "<Q", len(header) + 1)
    yield "no-terminator", edit(header, strings + SH_SIZE, "<Q", end - names)
    yield "name", edit(header, name, "<B", ord("X"))
    yield "p_offset", edit(header, LOADS + P_OFFSET, "<Q", len(header) - 4)
    yield "p_paddr", edit(header, LOADS + 56 + P_PADDR, "<Q", 0x1000)
    yield "note", edit(header, header.index(b"MINIDUMP"), "<B", ord("X"))
    yield "e_type", edit(header, E_TYPE, "<H", 2)
    yield "e_machine", edit(header, E_MACHINE, "<H", 62)
    yield "look-ahead", header[:end + 1] + b"x" * (len(header) - end - 2) + b"\0"


def main(dump, out):
    with open(f"{dump}/rawdump.bin", "rb") as file:
        files = list(regions_of(file.read()))
    for damage, header in damages(files):
        damaged = [files[0][:2] + (header,)] + files[1:]
        os.makedirs(f"{out}/{damage}/dump")
        for name, data in (("dump/md_KELF_HEADER.BIN", header),
                           ("dump/rawdump.bin", rawdump(damaged)),
                           ("minidump.elf", qdl(damaged))):
            with open(f"{out}/{damage}/{name}", "wb") as file:
                file.write(data)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
