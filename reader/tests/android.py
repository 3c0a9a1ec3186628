#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes dumps as Android's kernels leave them, msm-5.4 and later.

usage: android.py OUT

Writes OUT/<case>-<form>/ with what dumps.py writes for a case. A form is a directory, a rawdump
or the minidump.elf of QDL.
"""

import os
import shutil
import struct
import sys

from dumps import Region, Zone, align4, log, rawdump, save_expect
from tools import qdl

BANNER = (b"Linux version 5.15.94-android13-8 (builder@host) (clang) "
          b"#1 SMP PREEMPT Mon Jan 1 00:00:00 UTC 2024\n")
RELEASE, VERSION = "5.15.94-android13-8", "#1 SMP PREEMPT Mon Jan 1 00:00:00 UTC 2024"
RAMOOPS = 0xa0000000
TABLES = 16		# room for headers of sections and of segments; 201 in those kernels


def virtual(address):
    return 0xffffff8000000000 + address - 0x80000000


def header(regions, offsets=True):
    """@offsets: whether sh_offset is set"""
    strings = b"\0"
    sections = bytes(64)
    segments = b""
    strings_at = 64 + TABLES * (64 + 56)
    banner_at = strings_at + 256
    offset = banner_at + len(align4(BANNER))

    def section(name, kind, flags, address, at, size):
        nonlocal strings, sections
        sections += struct.pack("<2I4Q2I2Q", len(strings), kind, flags, address, at, size, 0, 0,
                                0, 0)
        strings += name.encode() + b"\0"

    section("STR_TBL", 3, 0, 0, strings_at, 256)
    section("minidump_table", 1, 0, 0xffffffc009123000, 0, 0)
    for name, vaddr, paddr, at, size in (
            [("linux_banner", 0xffffffc009000000, 0xa9000000, banner_at, len(BANNER))] +
            [(r.name, virtual(r.address), r.address, None, len(r.data)) for r in regions]):
        if at is None:
            at = offset
            offset += size
        section(name, 1, 1, vaddr, at if offsets else 0, size)
        segments += struct.pack("<2I6Q", 1, 6, at, vaddr, paddr, size, size, 0)
    elf = struct.pack("<16s2HI3QI6H", b"\x7fELF\x02\x01\x01", 4, 183, 1, 0, 64 + TABLES * 64, 64,
                      0, 64, 56, len(segments) // 56, 64, len(sections) // 64, 1)
    return (elf + sections.ljust(TABLES * 64, b"\0") + segments.ljust(TABLES * 56, b"\0") +
            strings.ljust(256, b"\0") + align4(BANNER))


def split(memory, sizes):
    """Regions that lie one behind the other, as the kernel registers them"""
    regions = []
    for name, size in sizes:
        at = sum(len(region.data) for region in regions)
        regions.append(Region(name, RAMOOPS + at, memory[at:at + size]))
    return regions


def save(out, regions, expect, says=(), offsets=True):
    image = header(regions, offsets)
    files = [("KELF_HDR", 0x88000000, image)] + [(r.name, r.address, r.data) for r in regions]
    for form, data in (("rawdump", rawdump(files)), ("elf", qdl(files))):
        save_expect(f"{out}-{form}", expect, says)
        with open(f"{out}-{form}/dump", "wb") as file:
            file.write(data)
    guess = ["dump: KELF_HEADER: not in the dump: detecting the kinds of regions"]
    for form, left, before in (("directory", files, []), ("no-header", files[1:], guess)):
        save_expect(f"{out}-{form}", expect, before + list(says))
        os.mkdir(f"{out}-{form}/dump")
        for name, _, data in left:
            with open(f"{out}-{form}/dump/md_{name}.BIN", "wb") as file:
                file.write(data)


def main(out):
    ring = Region("KLOGBUF", 0xb0000000, b"<6>[    0.000000] Booting Linux".ljust(512, b"\0"))
    console = Zone(4096).write(log(300))
    pmsg = Zone(4096).write(9 * b"user message\n")
    regions = [ring] + split(console.raw() + pmsg.raw(), [("KCONSOLE", 4096), ("KPMSG", 4096)])
    expect = {"console-ramoops-0": console.shown(), "pmsg-ramoops-0": pmsg.shown()}
    save(f"{out}/plain", regions, expect)
    save(f"{out}/no-offsets", regions, expect, offsets=False)

    # several records, of which only the first was registered: what follows it in memory has the
    # names of what would follow if it were the only one
    def records(name, record, others, dmesg, console, pmsg=None, calls=None):
        """@dmesg: text of each record, @others: sizes of KCONSOLE and so on"""
        zones = [Zone(record).write(b"====1700000000.%06d-D\n" % n + text if text else b"")
                 for n, text in enumerate(dmesg)]
        zones.append(console)
        # the order of kernels up to 5.4
        zones += [zone for zone in (calls, pmsg) if zone]
        memory = b"".join(zone.raw() for zone in zones)
        regions = [ring] + split(memory, [("KDMESG", record)] + others)
        expect = {f"dmesg-ramoops-{n}": text for n, text in enumerate(dmesg) if text}
        rest = sum(size for _, size in others) - record * (len(dmesg) - 1)
        says = ["dump: KDMESG does not have all records of ramoops: reading it and the "
                f"{len(others)} regions after it as one memory"]
        if rest < len(console.raw()):
            there = console.raw()[12:rest]
            says += [f"console: cut short: {rest} of {len(console.raw())} bytes are there",
                     f"console: zone 0: cut short: {len(there)} of {console.size} bytes are there"]
            expect["console-ramoops-0"] = there
        else:
            expect["console-ramoops-0"] = console.shown()
            if pmsg:
                expect["pmsg-ramoops-0"] = pmsg.shown()
        save(f"{out}/{name}", regions, expect, says if len(dmesg) > 1 else [])
        # nothing but the addresses in the header shows that the text is not user space's
        if not dmesg[1:2] or dmesg[1]:
            return
        shutil.rmtree(f"{out}/{name}-no-header")

    three = [b"Oops#1 Part1\n" + log(20), b"Oops#2 Part1\n" + log(90), b"Panic#3 Part1\n" + log(30)]
    short = Zone(4096).write(log(50))
    tail = Zone(4096).write(b"user\n")
    four = [("KCONSOLE", 4096), ("KFTRACE", 4096), ("KPMSG", 4096)]
    records("one-record", 4096, [("KCONSOLE", 4096), ("KPMSG", 4096)], three[:1], short, tail)
    # each in a region of its own, and all that fits in is there
    records("records", 4096, four, three, short)
    records("record-unused", 4096, four, [three[0], b"", b""], short)
    records("two-records", 4096, four, three[:2], short, tail)
    # several in KCONSOLE, and one that begins in it and ends in KPMSG
    records("large-console", 1024, [("KCONSOLE", 4096), ("KPMSG", 4096)],
            [text[:900] for text in 2 * three[:2] + three[2:]], Zone(4096).write(log(99)))
    records("record-in-two", 3072, [("KCONSOLE", 4096), ("KPMSG", 3072)],
            [text[:2000] for text in three[:2]], Zone(4096).write(log(60)))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
