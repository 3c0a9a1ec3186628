#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes dumps that other programs stumble over.

usage: check.py OUT

Writes OUT/<case>/dump, and OUT/<case>/flaws, which are the lines that check has to print.
"""

import os
import struct
import sys

import android
from dumps import (HEADER_ADDRESS, RECORD, SIGNATURE, Dump, Region, Zone, elf_header, log,
                   rawdump)
from tools import in_segment, qdl, ramdump_parser, sections, segments

FTRACE = SIGNATURE ^ 0x70304


def save(out, flaws, files, form="directory", image=None):
    os.makedirs(out)
    if form == "directory":
        os.mkdir(f"{out}/dump")
        for name, _, data in files:
            with open(f"{out}/dump/md_{name}.BIN", "wb") as file:
                file.write(data)
    else:
        with open(f"{out}/dump", "wb") as file:
            file.write(image or (qdl(files) if form == "elf" else rawdump(files)))
    with open(f"{out}/flaws", "w", encoding="ascii") as file:
        file.writelines(flaw + "\n" for flaw in flaws)


def edit(data, offset, layout, value):
    value = struct.pack(layout, value)
    return data[:offset] + value + data[offset + len(value):]


def model(header, regions):
    """What check has to say, by the models of the programs"""
    flaws = []
    loads = [segment for segment in segments(header) if segment[0] == 1]
    wrong = 0
    for number, section in enumerate(list(sections(header))[2:]):
        holders = [n for n, load in enumerate(loads) if in_segment(section, load)]
        wrong += holders != [number]
    if wrong:
        flaws.append(f"KELF_HEADER: {wrong} sections are NOBITS without SHF_ALLOC: "
                     "linux-ramdump-parser and readelf map them to wrong segments")
    far = sum(section[5] > len(header) for section in sections(header))
    if far:
        flaws.append(f"KELF_HEADER: sh_entsize of {far} sections exceeds its size: "
                     "readelf 2.47.50 warns about it")
    try:
        assert ramdump_parser(header) == [region.name for region in regions]
    except IndexError:
        flaws.append("KELF_HEADER: linux-ramdump-parser fails at the end of the names: it reads "
                     "beyond the end")
    return flaws


def main(out):
    # every number of regions that are as the kernel makes them, and as it made them first
    failures = 0
    for count in range(13):
        regions = [Region(("KDMESG", "KCONSOLE", "KPMSG", "KFTRACE")[n] if n < 4 else f"R{n:02}",
                          0x90000000 + n * RECORD,
                          Zone(RECORD, FTRACE if n == 3 else SIGNATURE).raw(), RECORD)
                   for n in range(count)]
        rest = [(r.name, r.address, r.data) for r in regions]
        header = elf_header(regions)
        assert not model(header, regions)
        save(f"{out}/regions-{count}", [], [("KELF_HEADER", HEADER_ADDRESS, header)] + rest)
        header = elf_header(regions, old=True)
        flaws = model(header, regions)
        failures += any("fails" in flaw for flaw in flaws)
        for form in ("directory", "rawdump", "elf"):
            save(f"{out}/old-{count}-{form}", flaws,
                 [("KELF_HEADER", HEADER_ADDRESS, header)] + rest, form)
    assert 6 < failures < 13

    # Android's are as they have to be
    ring = Region("KLOGBUF", 0xb0000000, bytes(512))
    regions = [ring] + android.split(Zone(4096).write(log(300)).raw() + Zone(4096).raw(),
                                     [("KCONSOLE", 4096), ("KPMSG", 4096)])
    phone = [("KELF_HDR", HEADER_ADDRESS, android.header(regions))]
    phone += [(r.name, r.address, r.data) for r in regions]
    for form in ("directory", "rawdump", "elf"):
        save(f"{out}/android-{form}", [], phone, form)

    files = Dump().files()
    regions = Dump().build().regions
    header = files[0][2]
    end = len(header)
    strings = header.index(b"STR_TBL")

    def flaw(name, flaws, image, more=(), form="directory"):
        save(f"{out}/{name}", flaws, [("KELF_HEADER", HEADER_ADDRESS, image)] + files[1:] +
             list(more), form)

    refused = "KELF_HEADER: it is not a little-endian ELF64 core file: QDL refuses it"
    flaw("type", [refused], edit(header, 16, "<H", 2))
    flaw("offset",
         [f"KELF_HEADER: program header 2: offset 0x7, QDL uses {end + 3 * RECORD:#x}"],
         edit(header, 64 + 2 * 56 + 8, "<Q", 7))
    flaw("huge", ["KPMSG: KELF_HEADER says 4611686018427387904 bytes"],
         edit(header, 64 + 3 * 56 + 32, "<Q", 1 << 62))
    unknown = "KELF_HEADER: neither a note nor linux_banner, so the kernel is unknown"
    flaw("no-note", [unknown], edit(header, 64, "<I", 5))
    flaw("owner", [unknown], edit(header, header.index(b"MINIDUMP"), "<B", 0x58))
    flaw("no-strings", ["KELF_HEADER: no STR_TBL: linux-ramdump-parser finds no regions"],
         edit(header, strings, "<B", 0x58))
    extra = elf_header(regions + [Region("XYZ", 0x1000, bytes(8))])
    flaw("trailing", ["KELF_HEADER: XYZ: linux-ramdump-parser takes this for a region"],
         edit(edit(extra, 56, "<H", 4), 60, "<H", 5))
    same = [Region(f"KONE{n}", 0x1000 * n, bytes(8)) for n in (1, 2)]
    image = elf_header(same)
    swapped = edit(edit(image, 64 + 3 * 56 + 2 * 64, "<I", 15), 64 + 3 * 56 + 3 * 64, "<I", 9)
    save(f"{out}/order", ["KELF_HEADER: program header 1: linux-ramdump-parser names it "
                          "KONE1, not KONE2"],
         [("KELF_HEADER", HEADER_ADDRESS, swapped)] + [(r.name, r.address, r.data) for r in same])

    # a region without a PT_LOAD, and a PT_LOAD without a region
    other = ("KOTHER", 0x2000, bytes(64))
    alone = "KOTHER: no section has its name, so linux-ramdump-parser leaves it out"
    for form in ("directory", "rawdump"):
        flaw(f"foreign-{form}", ["KOTHER: in no PT_LOAD, so QDL takes it for vmcoreinfo and "
                                 "shifts all regions by its 64 bytes", alone], header, [other],
             form)
        moved = header
        for n, (kind, offset, *_) in enumerate(segments(header)):
            moved = edit(moved, 64 + 56 * n + 8, "<Q", offset + 64) if kind == 1 else moved
        flaw(f"vmcoreinfo-{form}", [alone], moved, [other], form)
        save(f"{out}/lost-{form}",
             ["KELF_HEADER: program header 3: no region at 0x90005000, so QDL leaves it out and "
              "shifts the regions after it", "KPMSG: in KELF_HEADER, but not in the dump"],
             files[:-1], form)
    save(f"{out}/renamed",
         ["KELF_HEADER: program header 3: its region is unknown",
          "KPMSH: not divided by KELF_HEADER: read as one zone",
          "KPMSH: no section has its name, so linux-ramdump-parser leaves it out",
          "KPMSG: in KELF_HEADER, but not in the dump"],
         files[:-1] + [("KPMSH",) + files[-1][1:]])

    # where QDL would put what follows is beyond 2^64
    image = rawdump(files + [other])
    size = (1 << 64) - 16
    save(f"{out}/endless",
         [f"section md_KOTHER.BIN: {size:#x} bytes at {len(image) - 64:#x} are not in the image",
          f"KOTHER: cut short: 64 of {size} bytes are there", alone], files, "rawdump",
         edit(image, image.index(b"md_KOTHER") - 24, "<Q", size))

    save(f"{out}/collected", ["no signature Raw_Dmp!: other programs refuse it"], files, "rawdump",
         b"CopyDone" + rawdump(files)[8:])

    # crash reads the first program header only
    note = struct.pack("<3I", 11, 4, 0) + b"VMCOREINFO\0\0" + b"A=1\n"
    header = elf_header(regions, notes=note)
    flaw("crash", [], header)
    flaw("crash-second", ["KELF_HEADER: VMCOREINFO is in program header 1, but crash looks for it "
                          "in the first only"],
         header[:64] + header[120:176] + header[64:120] + header[176:])

    # sections with SHF_ALLOC, but elsewhere
    at = 64 + 4 * 56 + 2 * 64 + 16
    flaw("elsewhere", ["KELF_HEADER: 1 sections are in no PT_LOAD by p_vaddr, so "
                       "linux-ramdump-parser does not find their contents"],
         edit(elf_header(regions), at, "<Q", 0x1000))
    header = elf_header(regions)
    unnamed = [f"KELF_HEADER: program header {n}: its region is unknown"
               for n in (1, 2, 3)]
    flaw("section-headers",
         unnamed + ["KELF_HEADER: section header 1 is missing", unknown,
                    "KDMESG: read as zones of 4096 bytes, judging by their headers"],
         edit(header, 40, "<Q", len(header) - 64))

    # names and places
    flaw("long-name", ["KABCDEFGHIJK: more than 11 characters, too many for firmware's file "
                       "names"], elf_header(regions + [Region("KABCDEFGHIJK", 0x1000, bytes(8))]),
         [("KABCDEFGHIJK", 0x1000, bytes(8))])
    short = elf_header(regions + [Region("KX", 0x1000, bytes(8))])
    flaw("short-name", ["KELF_HEADER: program header 4: linux-ramdump-parser finds no name for it"],
         short, [("KX", 0x1000, bytes(8))])
    split = elf_header([Region("K-NAME", 0x1000, bytes(8))] + regions)
    flaw("split-name", ["KELF_HEADER: program header 1: linux-ramdump-parser names it NAME, "
                        "not K-NAME"], split, [("K-NAME", 0x1000, bytes(8))])
    odd = elf_header(regions + [Region("KODD", 0x1002, b"abcd")]).replace(
        struct.pack("<3Q", 0x1000, 0x1000, 8), struct.pack("<3Q", 0x1002, 0x1002, 6))
    flaw("uneven", ["KODD: KELF_HEADER says 6 bytes",
                    "KODD: address 0x1002 and size 8 are not multiples of 4"], odd,
         [("KODD", 0x1000, b"\0\0abcd\0\0")])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
