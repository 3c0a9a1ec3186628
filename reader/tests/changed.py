#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes dumps that something has changed before the reader sees them.

usage: changed.py OUT

Writes OUT/<case>/ with what dumps.py writes for a case.
"""

import sys

import android
from dumps import Dump, Region, Zone, log, rawdump, save_rawdump, without
from tools import qdl

def main(out):
    files = Dump().files()
    expect = Dump().expect

    # the partition, after a vendor's service has taken the dump from it
    image = rawdump(files)
    says = "dump: this dump was collected before, and its signature overwritten"
    for name, mark in (("minidump", b"MiniDump"), ("copydone", b"CopyDone"), ("zeros", bytes(8))):
        save_rawdump(f"{out}/collected-{name}", mark + image[8:], expect,
                     [says + ": reading the rest"])
        gone = mark + bytes(4096) + image[4096:]
        save_rawdump(f"{out}/collected-all-{name}", gone, {},
                     [says + ", as were the section headers"] if mark[0] else
                     ["dump: only zeros at its beginning: no dump was written, or it was removed"])

    # minidump.elf of a QDL that was told to save only some regions
    def less(name, files, left_out, shown):
        image = qdl(files, left_out)
        lacking = len(qdl(files)) - len(image)
        lines = [f"dump: {lacking} bytes less than its program headers say, because QDL's filter "
                 "has left out regions and moved the others",
                 "dump: read the directory that QDL has written instead"]
        lines += [f"{name}: not where KELF_HEADER says, as QDL has shifted it"
                  for name in shown] + ["no pstore records in this dump"]
        save_rawdump(f"{out}/{name}", image, {}, lines)

    def more(name, files, region, shown):
        lines = [f"dump: {len(region[2])} bytes more than its program headers say, because QDL "
                 "has put a region that they do not describe before the others",
                 "dump: read the directory that QDL has written instead"]
        lines += [f"{name}: not where KELF_HEADER says, as QDL has shifted it"
                  for name in shown] + ["no pstore records in this dump"]
        save_rawdump(f"{out}/{name}", qdl(files + [region]), {}, lines)

    ours = ["KDMESG", "KCONSOLE", "KPMSG"]
    ring = Region("KLOGBUF", 0xb0000000, bytes(512))
    regions = [ring] + android.split(Zone(4096).write(log(300)).raw() +
                                     Zone(4096).write(b"user\n").raw(),
                                     [("KCONSOLE", 4096), ("KPMSG", 4096)])
    phone = [("KELF_HDR", 0, android.header(regions))]
    phone += [(r.name, r.address, r.data) for r in regions]
    less("less-dmesg", files, ["KDMESG"], ours)
    less("less-console", files, ["KCONSOLE"], ours)
    less("less-two", files, ["KDMESG", "KPMSG"], ours)
    less("less-ring", phone, ["KLOGBUF"], ours[1:])
    # what is in the place of the console looks like one
    less("less-equal", phone, ["KCONSOLE"], ours[1:])
    for size in (64, 4096, 12288):
        more(f"more-{size}", files, ("KOTHER", 0x2000, bytes(size)), ours)
    more("more-ring", phone, ("KOTHER", 0x2000, bytes(1024)), ours[1:])

    # nothing is shifted here
    last = "KPMSG: cut short: 0 of 2048 bytes are there"
    save_rawdump(f"{out}/less-last", qdl(files, ["KPMSG"]), without(expect, "pmsg-ramoops-0"),
                 [last])
    save_rawdump(f"{out}/padded", qdl(files) + bytes(4096), expect)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
