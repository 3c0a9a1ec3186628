#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes dumps to assemble.

usage: assemble.py OUT

Writes OUT/<case>/dump, and OUT/<case>/want, which is what QDL writes, or OUT/<case>/error, which
is what assemble has to complain about.
"""

import os
import struct
import sys

import android
from dumps import HEADER_ADDRESS, RECORD, Dump, Region, Zone, elf_header, log, rawdump
from tools import qdl, segments


def save(out, files, error=None, form="rawdump", image=None):
    os.makedirs(out)
    if form == "directory":
        os.mkdir(f"{out}/dump")
        for name, _, data in files:
            with open(f"{out}/dump/md_{name}.BIN", "wb") as file:
                file.write(data)
    else:
        with open(f"{out}/dump", "wb") as file:
            file.write(image or (qdl(files) if form == "elf" else rawdump(files)))
    with open(f"{out}/{'error' if error else 'want'}", "wb") as file:
        file.write(f"minidump-pstore: {error}\n".encode() if error else qdl(files))


def edit(header, segment, field, value):
    """With another @value at offset @field of a program header"""
    at = 64 + 56 * segment + field
    return header[:at] + struct.pack("<Q", value) + header[at + 8:]


def main(out):
    files = Dump().files()
    header = files[0][2]
    end = len(header)
    ring = Region("KLOGBUF", 0xb0000000, bytes(512))
    regions = [ring] + android.split(Zone(4096).write(log(300)).raw() + Zone(4096).raw(),
                                     [("KCONSOLE", 4096), ("KPMSG", 4096)])
    phone = [("KELF_HDR", HEADER_ADDRESS, android.header(regions))]
    phone += [(r.name, r.address, r.data) for r in regions]
    modem = ("MODEM", 0x1000, b"not a region of Linux")
    other = ("KOTHER", 0x2000, bytes(64))
    shifted = Dump()
    shifted.shift = 2
    for form in ("directory", "rawdump", "elf"):
        save(f"{out}/mainline-{form}", files, form=form)
        save(f"{out}/widened-{form}", shifted.files(), form=form)
        save(f"{out}/android-{form}", phone, form=form)
    for form in ("directory", "rawdump"):
        save(f"{out}/modem-{form}", [modem] + files + [modem], form=form)

    def changed(n, data):
        return files[:n] + [files[n][:2] + (data,)] + files[n + 1:]

    # vmcoreinfo: the program headers leave room for it
    moved = header
    for n, (kind, offset, *_) in enumerate(segments(header)):
        moved = edit(moved, n, 8, offset + 64) if kind == 1 else moved
    for form in ("directory", "rawdump"):
        save(f"{out}/vmcoreinfo-{form}", [files[0][:2] + (moved,)] + files[1:] + [other],
             form=form)

    # program headers that end where the header ends
    count = len(list(segments(header)))
    behind = header
    for n, (kind, offset, *_) in enumerate(segments(header)):
        behind = edit(behind, n, 8, offset + 56 * count) if kind == 1 else behind
    behind = behind[:32] + struct.pack("<Q", end) + behind[40:] + behind[64:64 + 56 * count]
    for form in ("directory", "rawdump"):
        save(f"{out}/headers-last-{form}", [files[0][:2] + (behind,)] + files[1:], form=form)

    # what QDL makes of these is no dump that anything can use
    def bad(name, files, error, forms=("directory", "rawdump")):
        for form in forms:
            save(f"{out}/{name}-{form}", files, error, form)

    bad("foreign", files + [other],
        f"program header 1: offset {end:#x}, but KDMESG would be at {end + 64:#x}")
    bad("offset", changed(0, edit(header, 2, 8, 7)),
        f"program header 2: offset 0x7, but KCONSOLE would be at {end + 3 * RECORD:#x}")
    bad("short", changed(2, files[2][2][:-4]),
        "program header 2: 8192 bytes, but KCONSOLE has 8188")
    bad("long", changed(2, files[2][2] + bytes(4)),
        "program header 2: 8192 bytes, but KCONSOLE has 8196")
    bad("huge", changed(0, edit(header, 3, 32, 1 << 62)),
        f"program header 3: {1 << 62} bytes, but KPMSG has 2048")
    bad("lost", files[:-1], "KPMSG: in KELF_HEADER, but not in the dump")
    nameless = header[:64 + 4 * 56 + 4 * 64 + 4] + bytes(4) + header[64 + 4 * 56 + 4 * 64 + 8:]
    bad("nameless", changed(0, nameless)[:-1],
        "program header 3: no region at 0x90005000 is in the dump")
    save(f"{out}/cut-rawdump", files, "KPMSG: only 1548 of 2048 bytes are in the dump",
         image=rawdump(files)[:-500])
    save(f"{out}/cut-elf", files, "KPMSG: only 1548 of 2048 bytes are in the dump",
         image=qdl(files)[:-500])
    save(f"{out}/cut-header-rawdump", files,
         "cannot assemble with this KELF_HEADER: it is cut short, or too large",
         image=rawdump(files)[:56 + 4 * 64 + 500])

    # one region many times, each where the program header says
    region = Region("KDMESG", 0x90000000, bytes(RECORD))
    save(f"{out}/again-rawdump", [("KELF_HEADER", HEADER_ADDRESS, elf_header(9 * [region]))] +
         [("KDMESG", region.address, region.data)],
         "program header 2: more bytes than the dump has")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
