#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes dumps that claim to be large, for hostile.t. Most of each is a hole.

usage: hostile.py OUT
"""

import os
import struct
import sys
import zlib

import dumps

KIB, MIB, GIB, TIB = 1 << 10, 1 << 20, 1 << 30, 1 << 40
U32 = 0xffffffff


def sparse(path, size, pieces):
    """A file of @size bytes with nothing but @pieces: (offset, bytes)."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        for offset, data in pieces:
            file.seek(offset)
            file.write(data)
        file.truncate(size)


def header(start, size, signature=dumps.SIGNATURE):
    return struct.pack("<3I", signature, start, size)


def section(name, offset, size, address=0x1000):
    return struct.pack("<3I4Q20s", 1, 0x1000, 1, offset, size, address, 0, name)


def rawdump(sections, count):
    return struct.pack("<8s2IQ8sI2QI", b"Raw_Dmp!", 0x1000, 1, 0, b"", 0, 0, 0, count) + \
        b"".join(sections)


def elf(regions):
    """A minidump.elf: (name, offset in the file, address, size, bytes of a zone) for each."""
    names = b"\0STR_TBL\0" + b"".join(name + b"\0" for name, *_ in regions)
    phoff, count = 64, len(regions)
    shoff = phoff + 56 * count
    end = shoff + 64 * (2 + count)
    out = struct.pack("<16s2HI3QI6H", b"\x7fELF\x02\x01\x01", 4, 183, 1, 0, phoff, shoff, 0,
                      64, 56, count, 64, 2 + count, 1)
    for _, offset, address, size, _ in regions:
        out += struct.pack("<2I6Q", 1, 6, offset, address, address, size, size, 4)
    out += bytes(64) + struct.pack("<2I4Q2I2Q", 1, 3, 0, 0, end, len(names), 0, 0, 1, 0)
    position = 9
    for name, offset, address, size, zone in regions:
        out += struct.pack("<2I4Q2I2Q", position, 8, 0, address, offset, size, 0, 0, 2, zone)
        position += len(name) + 1
    return out + names


def ftrace(zones, room, calls):
    """Full zones, whose calls are at the same times, as those of one CPU after the other"""
    out = []
    for zone in range(zones):
        data = b"".join(struct.pack("<3Q", 1 << 63, 1 << 63, (n * zones + zone) << 8)
                        for n in range(calls))
        out.append((header(0, len(data), 0x43474244 ^ 0x70300) + data).ljust(room, b"\0"))
    return b"".join(out)


def main(out):
    def directory(case, **files):
        for name, (size, pieces) in files.items():
            sparse(f"{out}/{case}/md_{name}.BIN", size, pieces)

    # What ECC needs for a size of 2^32 - 1 was 0 in 32 bits, and is 2^32 for malloc().
    first = header(0x1000, U32)
    size = 0x128000000
    directory("parity", KCONSOLE=(size, [(0, first), (size - 16, dumps.parity(first, 16))]))

    claims = [(0, header(5, U32)), (2 * TIB, b"the end")]
    text = [(0, header(0, 5) + b"hello"), (TIB, b"the end")]
    directory("directory", KCONSOLE=(4 * TIB, claims), KPMSG=(4 * TIB, text),
              KDMESG=(4 * TIB, claims), KFTRACE=(4 * TIB, claims))

    # A section header for each 64 bytes of a hole, and all overlap.
    sparse(f"{out}/sections/dump", 8 * TIB,
           [(0, rawdump([section(b"md_KCONSOLE.BIN", TIB, TIB), section(b"md_KPMSG.BIN", TIB, TIB),
                         section(b"md_KDMESG.BIN", TIB, 6 * TIB)], U32)),
            (TIB, header(5, U32))])
    # Thousands of regions that are the same 4 MiB
    zones = (header(0, 500) + b"x" * 500).ljust(512, b"\0") * (8 * KIB)
    sparse(f"{out}/overlap/dump", 5 * MIB,
           [(0, rawdump([section(b"md_K%d.BIN" % n, MIB, 4 * MIB) for n in range(2040)] +
                        [section(b"md_KDMESG.BIN", MIB, 4 * MIB)], 2041)), (MIB, zones)])
    # As many program headers as there is room for, of which the last are those of the regions
    regions = range(0x100000, 0x100000 + 2040 * 4096, 4096)
    segments = [(1, 1)] * 2600 + [(1, address) for address in regions]
    image = struct.pack("<16s2HI3QI6H", b"\x7fELF\x02\x01\x01", 4, 183, 1, 0, 64, 0, 0, 64, 56,
                        len(segments), 64, 0, 0)
    image += b"".join(struct.pack("<2I6Q", kind, 6, TIB, address, address, 8, 8, 4)
                      for kind, address in segments)
    names = [section(b"md_KELF_HEADER.BIN", MIB, 2 * MIB)]
    names += [section(b"md_K%d.BIN" % n, MIB, 8, address) for n, address in enumerate(regions)]
    sparse(f"{out}/segments/dump", 4 * MIB, [(0, rawdump(names, len(names))), (MIB, image)])

    # 2^64 is near.
    sparse(f"{out}/edge/dump", 8 * TIB,
           [(0, rawdump([section(b"md_KCONSOLE.BIN", 1 << 63, 1 << 63),
                         section(b"md_KPMSG.BIN", (1 << 64) - 1, (1 << 64) - 1),
                         section(b"md_KDMESG.BIN", 4096, (1 << 64) - 1)], 3)),
            (4096, header(1, U32))])

    # 65,536 zones in a hole, for each of 1,000 regions, and nothing but a first zone
    regions = [(name, 4096 * KIB + n * 8 * GIB, n * 8 * GIB, 8 * GIB, 8 * GIB >> 16)
               for n, name in enumerate([b"KDMESG", b"KFTRACE", b"KPMSG", b"KCONSOLE"] +
                                        [b"K%d" % n for n in range(600)])]
    sparse(f"{out}/elf/dump", 6 * TIB, [(0, elf(regions))] +
           [(offset, header(0, 4) + b"text") for _, offset, _, _, _ in regions])

    # As many zones as a kernel can have CPUs
    data = ftrace(8192, 512, 20)
    sparse(f"{out}/ftrace/dump", 4 * MIB + 4096,
           [(0, elf([(b"KFTRACE", 4096, 0, len(data), 512)])), (4096, data)])
    zone = header(0, GIB // 2 - 12, 0x43474244 ^ 0x70300)
    sparse(f"{out}/ftrace-holes/dump", 4096 + 4 * TIB,
           [(0, elf([(b"KFTRACE", 4096, 0, 4 * TIB, GIB // 2)]))] +
           [(4096 + n * GIB // 2, zone) for n in range(0, 8192, 8)])

    # Records that inflate to a thousand times of what they are, in zones that allow it
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    zeros = bytes(MIB)
    bomb = b"".join(stream.compress(zeros) for _ in range(80)) + stream.flush()
    record = b"====1.000000-C\n" + bomb
    zone = header(0, len(record)) + record
    sparse(f"{out}/bombs/dump", 4096 + 16 * GIB,
           [(0, elf([(b"KDMESG", 4096, 0, 16 * GIB, GIB)]))] +
           [(4096 + n * GIB, zone) for n in range(4)])

    # Text with holes that are too large, but not by much
    directory("text", KCONSOLE=(64 * MIB, [(0, header(0, 15 * MIB)), (10 * MIB, b"text\n")]),
              KPMSG=(64 * MIB, [(0, header(0, 2 * MIB)), (MIB, b"text\n")]))

    # As many zones as are looked at, with data in each
    zone = (header(0, 500) + b"====1.000000-D\n" + b"x" * 485).ljust(1024, b"\0")
    directory("zones", KDMESG=(64 * MIB, [(0, zone * 65536)]))

    # A ring buffer of printk as large as one is read, with nothing but its first and last message
    note = b"SIZE(prb_desc)=512\n"
    note = dumps.align4(struct.pack("<3I", 11, len(note), 0) + b"VMCOREINFO\0\0" + note)
    count = 1 << 21
    ends = 0, count - 1
    directory("ring-holes", KLOGBUF=(64 * MIB, []),
              LOG_DESC=(GIB, [(n * 512, struct.pack("<3Q", n - count & (1 << 62) - 1 | 2 << 62,
                                                    3, 3)) for n in ends]),
              LOG_INFO=(GIB, [(n * 512, struct.pack("<Q", n)) for n in ends]),
              KELF_HEADER=(4096, [(0, dumps.elf_header([], notes=note))]))
    # Messages without text, each of which is far from the one before it
    count = 512 * KIB
    descs = b"".join(struct.pack("<3Q", n - count & (1 << 62) - 1 | 2 << 62,
                                 n % 2 * 32 * MIB, n % 2 * 32 * MIB + 8) for n in range(count))
    infos = b"".join(struct.pack("<2Q2HI", n, n, 0, 0, 0).ljust(88, b"\0") for n in range(count))
    directory("ring-jumps", LOG_DESC=(len(descs), [(0, descs)]),
              LOG_INFO=(len(infos), [(0, infos)]), KLOGBUF=(64 * MIB, []))

    # Many names of one file
    directory("links", KDMSG0=(4 * MIB, [(0, zone * 4096)]))
    for n in range(1, 1000):
        os.link(f"{out}/links/md_KDMSG0.BIN", f"{out}/links/md_KDMSG{n}.BIN")
        os.symlink("md_KDMSG0.BIN", f"{out}/links/md_KCNSL{n}.BIN")

    os.makedirs(f"{out}/crowd")
    for n in range(16384):
        os.close(os.open(f"{out}/crowd/md_{n:0245}.BIN", os.O_CREAT))

    sparse(f"{out}/maps/line", TIB, [(0, b"ffff800010000000 T _text"), (MIB, b"\n")])
    sparse(f"{out}/maps/sections", 6 * TIB, [
        (0, struct.pack("<16s2HI3QI6H", b"\x7fELF\x02\x01\x01", 2, 183, 1, 0, 0, 4096, 0, 64, 0,
                        0, 64, 0, 0)), (4096 + 32, struct.pack("<Q", 200 * MIB))])
    for name, table, strings in (("table", TIB, 16), ("strings", 48, TIB)):
        sparse(f"{out}/maps/{name}", 6 * TIB, [
            (0, struct.pack("<16s2HI3QI6H", b"\x7fELF\x02\x01\x01", 2, 183, 1, 0, 0, 4096, 0, 64,
                            0, 0, 64, 3, 2)),
            (4096 + 64, struct.pack("<2I4Q2I2Q", 0, 2, 0, 0, MIB, table, 2, 0, 8, 24)),
            (4096 + 128, struct.pack("<2I4Q2I2Q", 0, 3, 0, 0, MIB, strings, 0, 0, 1, 0))])
    with open(f"{out}/maps/lines", "wb") as file:
        file.write(b"ffff800010000000 T a\n" * (384 * KIB + 1))

    sparse(f"{out}/maps/crowd", 32 * MIB, [
        (0, struct.pack("<16s2HI3QI6H", b"\x7fELF\x02\x01\x01", 2, 183, 1, 0, 0, 4096, 0, 64, 0,
                        0, 64, 65279, 1))])

    # As many symbols as are taken, big-endian, all but one of the same address, whose names begin
    # anywhere in a string that has no end
    symbols = bytes(24) + struct.pack(">I2BH2Q", 1, 0x12, 0, 1, 1 << 63, 0) * 393215 + \
        struct.pack(">I2BH2Q", 1, 0x12, 0, 1, 1 << 63 | 4096, 0) + \
        struct.pack(">I2BH2Q", 3, 0x12, 0, 1, 1 << 63, 0) * 100000
    names = (b"\0a\0").ljust(16 * MIB, b"b")
    sections = bytes(64) + b"".join(struct.pack(">2I4Q2I2Q", 0, kind, flags, 0, offset, size,
                                                link, 0, 8, entry)
                                    for kind, flags, offset, size, link, entry in (
                                        (1, 6, 64, 0, 0, 0),
                                        (2, 0, 4096, len(symbols), 3, 24),
                                        (3, 0, 16 * MIB, len(names), 0, 0)))
    sparse(f"{out}/maps/full", 32 * MIB, [
        (0, struct.pack(">16s2HI3QI6H", b"\x7fELF\x02\x02\x01", 2, 183, 1, 0, 0, 128, 0, 64, 0, 0,
                        64, 4, 0)), (128, sections), (4096, symbols), (16 * MIB, names)])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
