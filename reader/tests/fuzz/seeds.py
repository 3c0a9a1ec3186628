#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes inputs for fuzz.c to start with: good dumps, each read by each command.

usage: seeds.py OUT
"""

import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import android  # noqa: E402 pylint: disable=wrong-import-position
import compressors  # noqa: E402 pylint: disable=wrong-import-position
import dumps  # noqa: E402 pylint: disable=wrong-import-position
import ring  # noqa: E402 pylint: disable=wrong-import-position

IMAGE, MEMORY, ELF, RAWDUMP, DIRECTORY, PLAIN, SYMBOLS = range(7)
NAMED, SALVAGE, PARITY = 32, 64, 128
COMMANDS = 8
LARGE = 0xf8
FTRACE, ECC, DMESG, DEFLATED, MANY, SIZED = 1, 2, 4, 8, 128, 128


def number(value):
    """As take_number() reads it."""
    exponent = max(0, value.bit_length() - 8)
    if value & ((1 << exponent) - 1) and value + 1 & value:
        raise ValueError(value)
    if value and not value + 1 & value and exponent:
        return bytes([exponent + 8 - 1, 2, 255])
    return bytes([exponent, value >> exponent, 0])


def part(choice, zone_size=None):
    if zone_size is None:
        return bytes([0, choice])
    return bytes([0, choice | SIZED]) + number(zone_size)


def zones(flags, zone_size, size, start, text, count=1):
    many = b""
    if count > 1:
        flags |= MANY
        many = bytes([count])
    return bytes([2, flags]) + number(zone_size) + number(size) + number(start) + many + \
        bytes([len(text)]) + text


def description(ecc, scale):
    """Zones as ramoops makes them, larger by a factor of @scale"""
    call = struct.pack("<3Q", 1 << 63, 1 << 63, 5 << 8)
    deflated = dumps.deflate(b"Panic#1 Part1\nBUG: what\n")
    return part(0, 512 * scale) + zones(ecc | DMESG, 512 * scale, 64, 0, b"BUG: what\n") + \
        zones(ecc | DMESG | DEFLATED, 512 * scale, 20 + len(deflated), 0, deflated) + b"\6" + \
        part(1) + zones(ecc, 1024 * scale, 128, 16, b"[    1.000000] text\n" * 4) + b"\6" + \
        part(2) + zones(ecc, 256 * scale, 16, 0, b"pmsg") + b"\6" + \
        part(3, 256 * scale) + zones(ecc | FTRACE, 256 * scale, 24, 0, call, 9) + b"\6"


def images(ecc):
    dump = dumps.Dump()
    dump.dmesg = [dumps.Zone(256, ecc=ecc).write(b"====1.000000-D\nBUG: first"),
                  dumps.Zone(256, ecc=ecc).write(b"====2.000000-C\n" +
                                                 dumps.deflate(dumps.log(9)))]
    dump.console = dumps.Zone(256, ecc=ecc).write(dumps.log(9))
    dump.pmsg = dumps.Zone(128, ecc=ecc).write(b"text")
    dump.ftrace = [dumps.Zone(128, dumps.SIGNATURE ^ 0x70304, ecc=ecc).write(
        struct.pack("<3Q", 1 << 63 | n, 1 << 63, n << 8 | n)) for n in range(2)]
    files = dump.files()
    yield IMAGE, "rawdump", dumps.rawdump(files)
    yield IMAGE, "bare", dumps.rawdump(files[1:])
    yield IMAGE, "elf", b"".join(data for _, _, data in files)
    # Android's, of which KCONSOLE has the second record, and what other compressors have written
    memory = b"".join(zone.raw() for zone in dump.dmesg + [dump.console, dump.pmsg])
    yield IMAGE, "split", dumps.rawdump([(r.name, r.address, r.data) for r in android.split(
        memory, (("KDMESG", 256), ("KCONSOLE", 256), ("KPMSG", 256)))])
    for data in (compressors.ZSTD, compressors.LZ4, compressors.compress_zlib(compressors.TEXT)):
        zone = dumps.Zone(512, ecc=ecc).write(b"====1.000000-C\n" + data)
        yield IMAGE, f"compressed-{data[0]}", dumps.rawdump([("KDMESG", 4096, zone.raw())])
    lost = bytes(12) + dump.console.raw()[12:]
    yield IMAGE, "lost", dumps.rawdump([("KCONSOLE", 4096, lost)])
    yield MEMORY, "memory", b"".join(data for _, _, data in files[1:])


def small_ring(word=8):
    """Full, so that the oldest messages are overwritten, and the text begins anew"""
    made = ring.Ring(bits=7, word=word)
    for n in range(18):
        made.write(f"message {n}", level=n % 8)
    return made.write("")


def ring_images():
    for word in (8, 4):
        made = small_ring(word)
        yield f"ring-core-{word}", ring.core(made.regions(), made.note())
    made = small_ring()
    note = struct.pack("<3I", 11, 28, 0) + b"VMCOREINFO\0\0SYMBOL(prb)=ffff800130000000"
    header = dumps.elf_header(made.regions(), notes=note)
    yield "ring-rawdump", dumps.rawdump([("KELF_HEADER", 4096, header)] + [
        (region.name, region.address, region.data) for region in made.regions()])


def described_ring(by_symbol):
    """As fuzz.c places it: each region begins where the one before it ends."""
    made = small_ring()
    made.base = 0x80000000
    sizes = [len(region.data) for region in made.regions()]
    ring.PRB, ring.RING, ring.DESC, ring.INFO, ring.TEXT = (sum(sizes[:n]) for n in range(5))
    out = b""
    note = b"SYMBOL(prb)=80000000\n"
    if by_symbol:
        out += bytes([3, len(note)]) + note
    for name, region in zip((6, 6, 6, 6, 6) if by_symbol else (6, 6, 8, 9, 7), made.regions()):
        out += part(name)
        for n in range(0, len(region.data), 255):
            data = region.data[n:n + 255]
            out += bytes([4, len(data)]) + data
        out += b"\6"
    return out


def vmlinux():
    """Two functions and the end of the code"""
    names = b"\0entry\0_etext\0"
    table = bytes(24) + b"".join(struct.pack("<I2BH2Q", name, kind, 0, 1, 1 << 63 | address, 0)
                                 for name, kind, address in ((1, 0x12, 0), (1, 0x22, 64),
                                                             (7, 0x10, 256)))
    sections = bytes(64) + b"".join(
        struct.pack("<2I4Q2I2Q", 0, kind, flags, 0, offset, size, link, 0, 8, entry)
        for kind, flags, offset, size, link, entry in (
            (1, 6, 64, 0, 0, 0), (2, 0, 64, len(table), 3, 24),
            (3, 0, 64 + len(table), len(names), 0, 0)))
    header = struct.pack("<16s2HI3QI6H", b"\x7fELF\x02\x01\x01", 2, 183, 1, 0, 0,
                         64 + len(table) + len(names), 0, 64, 56, 0, 64, 4, 0)
    return header + table + names + sections


def main(out):
    os.makedirs(out)

    def save(name, kind, ecc, data):
        options = NAMED | SALVAGE | PARITY if ecc else 0
        for command in range(COMMANDS):
            with open(f"{out}/{name}-{ecc}-{command}", "wb") as file:
                file.write(bytes([kind | options, command]) + data)

    for ecc in (0, 16):
        for kind, name, data in images(ecc):
            save(name, kind, ecc, data)
        for scale in (1, 4096):
            described = description(ECC if ecc else 0, scale)
            save(f"described-elf-{scale}", ELF, ecc, described)
            save(f"described-rawdump-{scale}", RAWDUMP, ecc, described)
            save(f"described-directory-{scale}", DIRECTORY, ecc, described)
        many = zones(ECC if ecc else 0, 4096, 64, 0, b"text\n", 255)
        with open(f"{out}/large-{ecc}", "wb") as file:
            file.write(bytes([ELF, LARGE | 1]) + part(1, 4096) + many + b"\6")
        sizes = b"".join(number(size) for size in (512, 1024, 256, 4096))
        save("described-plain", PLAIN, ecc,
             bytes([9]) + number(16384) + number((1 << 60) - 1) + sizes +
             description(ECC if ecc else 0, 1))
    for name, data in ring_images():
        save(name, IMAGE, 0, data)
    for by_symbol in (False, True):
        for kind in (ELF, RAWDUMP, DIRECTORY):
            save(f"described-ring-{kind}-{by_symbol}", kind, 0, described_ring(by_symbol))
    save("map", SYMBOLS, 0, b"8000000000000000 T entry\n8000000000000100 W _etext\n")
    save("vmlinux", SYMBOLS, 0, vmlinux())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
