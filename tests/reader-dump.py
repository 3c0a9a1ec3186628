#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes dumps for the reader's tests, good ones and broken ones.

usage: reader-dump.py OUT

Writes for each case below OUT/<case>/dump, a directory of md_*.BIN files or a
rawdump image; OUT/<case>/expect/, the files that extract must write; and
OUT/<case>/says, what it must say on stderr, without the program's name.
The zones are filled as the kernel's persistent_ram_write() does it.
"""

import os
import struct
import sys
import zlib

SIGNATURE = 0x43474244
HEADER_ADDRESS = 0x88000000
ZONES_ADDRESS = 0x90000000
RECORD = 4096
RELEASE = "7.3.0-test"
VERSION = "#1 SMP PREEMPT Sat Nov 21 08:00:00 UTC 2026"


class Zone:
    """The ring buffer of one ramoops zone."""

    def __init__(self, size, signature=SIGNATURE):
        self.data = bytearray(size - 12)
        self.signature = signature
        self.start = 0
        self.size = 0

    def write(self, text):
        room = len(self.data)
        text = text[-room:]
        self.size = min(self.size + len(text), room)
        for byte in text:
            self.data[self.start] = byte
            self.start = (self.start + 1) % room
        return self

    def raw(self):
        return struct.pack("<3I", self.signature, self.start, self.size) + bytes(self.data)

    def shown(self):
        return bytes(self.data[self.start:self.size] + self.data[:self.start])


def deflate(text):
    stream = zlib.compressobj(6, zlib.DEFLATED, -15)
    return stream.compress(text) + stream.flush()


def log(lines, first=0):
    return b"".join(b"[%5d.000000] line %d of the log\n" % (n, n)
                    for n in range(first, first + lines))


def align4(data):
    return data + bytes(-len(data) % 4)


class Region:
    """A region as the kernel registers it; its bounds are those of the zones."""

    def __init__(self, name, address, data, entry=0):
        self.name = name
        self.address = address
        self.data = data
        self.entry = entry

    def widened(self):
        before = self.address % 4
        return self.address - before, align4(bytes(before) + self.data)


def elf_header(regions):
    names = b"\0STR_TBL\0"
    offsets = []
    for region in regions:
        offsets.append(len(names))
        names += region.name.encode() + b"\0"
    names = align4(names)
    text = f"OSRELEASE={RELEASE}\nVERSION={VERSION}\n".encode()
    note = struct.pack("<3I", 9, len(text), 0) + align4(b"MINIDUMP\0") + align4(text)

    phoff = 64
    shoff = phoff + 56 * (1 + len(regions))
    note_offset = shoff + 64 * (2 + len(regions))
    names_offset = note_offset + len(note)
    end = names_offset + len(names)

    segments = struct.pack("<2I6Q", 4, 0, note_offset, 0, 0, len(note), len(note), 4)
    sections = bytes(64) + struct.pack("<2I4Q2I2Q", 1, 3, 0, 0, names_offset, len(names), 0, 0,
                                       1, 0)
    for region, offset in zip(regions, offsets):
        address, data = region.widened()
        segments += struct.pack("<2I6Q", 1, 6, end, address, address, len(data), len(data), 4)
        sections += struct.pack("<2I4Q2I2Q", offset, 8, 0, region.address,
                                end + region.address - address, len(region.data), 0, 0, 2,
                                region.entry)
        end += len(data)
    header = struct.pack("<16s2HI3QI6H", b"\x7fELF\x02\x01\x01", 4, 183, 1, 0, phoff, shoff, 0,
                         64, 56, 1 + len(regions), 64, 2 + len(regions), 1)
    return header + segments + sections + note + names


class Dump:
    """Regions by name, the expected records by name; broken by the cases."""

    def __init__(self):
        text = b"Oops#1 Part1\n" + log(40)
        crash = b"Panic#2 Part1\n" + log(300)
        self.dmesg = [Zone(RECORD).write(b"====1700000000.000001-D\n" + text),
                      Zone(RECORD).write(b"====1700000001.000002-C\n" + deflate(crash)),
                      Zone(RECORD)]
        self.console = Zone(8192).write(log(100))
        self.pmsg = Zone(2048)
        for n in range(200):
            self.pmsg.write(b"message %d\n" % n)
        self.expect = {
            "dmesg-ramoops-0": text,
            "dmesg-ramoops-1": crash,
            "console-ramoops-0": log(100),
            "pmsg-ramoops-0": b"".join(b"message %d\n" % n for n in range(200))[-2036:],
        }
        self.shift = 0
        self.regions = None
        self.header = None

    def build(self):
        address = ZONES_ADDRESS + self.shift
        self.regions = []
        for name, zones in (("KDMESG", self.dmesg), ("KCONSOLE", [self.console]),
                            ("KPMSG", [self.pmsg])):
            data = b"".join(zone.raw() for zone in zones)
            entry = len(data) // len(zones) if name == "KDMESG" else 0
            self.regions.append(Region(name, address, data, entry))
            address += len(data)
        self.header = elf_header(self.regions)
        return self

    def reshow(self):
        """After a change to a ring: expect what the kernel's unwrapping yields."""
        for name, zone in (("console-ramoops-0", self.console), ("pmsg-ramoops-0", self.pmsg)):
            self.expect[name] = zone.shown()
        return self

    def files(self):
        if self.regions is None:
            self.build()
        out = [("KELF_HEADER", HEADER_ADDRESS, self.header)] if self.header is not None else []
        return out + [(r.name,) + r.widened() for r in self.regions]


def save_expect(out, expect, says):
    os.makedirs(f"{out}/expect")
    for name, data in expect.items():
        with open(f"{out}/expect/{name}", "wb") as file:
            file.write(data)
    with open(f"{out}/says", "w", encoding="ascii") as file:
        file.writelines(line + "\n" for line in says)


def save_directory(out, dump, says=(), suffix=".BIN", skip=()):
    save_expect(out, dump.expect, says)
    os.mkdir(f"{out}/dump")
    for name, _, data in dump.files():
        if name not in skip:
            with open(f"{out}/dump/md_{name}{suffix}", "wb") as file:
                file.write(data)


def rawdump(files, valid=1, count=None, edit=None):
    """@edit changes [valid, offset, size, address, name] of each section header."""
    offset = 56 + 64 * len(files)
    sections = b""
    body = b""
    for name, address, data in files:
        fields = [1, offset + len(body), len(data), address, b"md_%s.BIN" % name.encode()]
        if edit:
            edit(fields)
        sections += struct.pack("<3I4Q20s", fields[0], 0x1000, 1, fields[1], fields[2], fields[3],
                                0, fields[4])
        body += data
    total = offset + len(body)
    header = struct.pack("<8s2IQ8sI2QI", b"Raw_Dmp!", 0x1000, valid, 0, b"", 0, total, total,
                         len(files) if count is None else count)
    return header + sections + body


def save_rawdump(out, image, expect, says=()):
    save_expect(out, expect, says)
    with open(f"{out}/dump", "wb") as file:
        file.write(image)


def without(expect, *names):
    return {name: data for name, data in expect.items() if name not in names}


def main(out):
    expect = Dump().expect

    def case(name):
        return os.path.join(out, name)

    def image(name, says=(), lost=(), **kwargs):
        save_rawdump(case(name), rawdump(Dump().files(), **kwargs), without(expect, *lost), says)

    def directory(name, says=(), change=None, lost=(), **kwargs):
        dump = Dump()
        if change:
            change(dump)
        dump.expect = without(dump.expect, *lost)
        save_directory(case(name), dump, says, **kwargs)

    directory("directory")
    directory("lower-case-suffix", suffix=".bin")
    image("rawdump")

    # ring buffers
    def ring(name, written, lost=()):
        dump = Dump()
        dump.console = Zone(8192).write(written)
        dump.reshow()
        dump.expect = without(dump.expect, *lost)
        save_directory(case(name), dump)

    ring("one-byte", b"x")
    ring("exactly-full", (log(300))[:8180])
    ring("full-and-one", (log(300))[:8181])
    ring("wrapped-thrice", log(900))
    ring("empty", b"", ["console-ramoops-0"])

    # size is stored before start: a reset in between
    dump = Dump()
    dump.console.size += 100
    save_directory(case("torn"), dump.reshow())

    # zones need not be aligned, regions must be
    dump = Dump()
    dump.shift = 2
    save_directory(case("widened"), dump)

    # broken zones
    def broken(name, says, **values):
        def change(dump):
            for key, value in values.items():
                setattr(dump.console, key, value)
        directory(name, ["KCONSOLE: zone 0: " + says], change, ["console-ramoops-0"])

    broken("bad-signature", "no ramoops zone: signature 0x12345678", signature=0x12345678)
    broken("start-beyond-size", "corrupt: start 3391, size 3390, room for 8180", start=3391)
    broken("start-of-empty", "corrupt: start 1, size 0, room for 8180", start=1, size=0)
    broken("size-beyond-zone", "corrupt: start 3390, size 8181, room for 8180", size=8181)
    broken("size-huge", "corrupt: start 3390, size 4294967295, room for 8180", size=0xffffffff)

    # dmesg
    def dmesg(name, says, text, shown, room=RECORD):
        dump = Dump()
        dump.dmesg = [Zone(room), Zone(room).write(text)]
        dump.expect = without(expect, "dmesg-ramoops-0", "dmesg-ramoops-1")
        dump.expect.update(shown)
        save_directory(case(name), dump, ["KDMESG: zone 1: " + line for line in says])

    headless = ["no dmesg record: it has no header"]
    dmesg("dmesg-no-header", headless, log(3), {})
    dmesg("dmesg-no-seconds", headless, b"====.5-D\ntext", {})
    dmesg("dmesg-cut-header", headless, b"====1700000000.", {})
    dmesg("dmesg-only-header", ["nothing behind the dmesg header"], b"====1.000000-D\n", {})
    dmesg("dmesg-old-header", [], b"====1.000000\n\n text", {"dmesg-ramoops-1": b"text"})

    dmesg("dmesg-cut-type", [], b"====1.5-", {"dmesg-ramoops-1": b"-"})

    header = b"====1.000000-C\n"
    longest = b"A" * 3 * (RECORD - 12)
    for name, data in (("corrupt", b"\xff" * 50), ("cut", deflate(log(300))[:-20]),
                       ("too-long", deflate(longest + b"A"))):
        dmesg("dmesg-" + name, ["left compressed: its data is corrupt"], header + data,
              {"dmesg-ramoops-1.enc.z": data})
    dmesg("dmesg-just-fits", [], header + deflate(longest), {"dmesg-ramoops-1": longest})

    dmesg("dmesg-long", [], header + deflate(log(9000)), {"dmesg-ramoops-1": log(9000)}, 131072)

    # input and output buffers of 64 KiB used up at once: a stored block makes
    # up for what the compressed block before it saves
    for size in range(1000):
        stream = zlib.compressobj(6, zlib.DEFLATED, -15)
        block = stream.compress(b"A" * size) + stream.flush(zlib.Z_FULL_FLUSH)
        if size - len(block) == 5:
            break
    stored = bytes(n % 251 for n in range(65536 - size))
    block += struct.pack("<B2H", 0, len(stored), len(stored) ^ 0xffff) + stored
    assert len(block) == 65536
    dmesg("dmesg-boundary", [], header + block + deflate(b"the end"),
          {"dmesg-ramoops-1": b"A" * size + stored + b"the end"}, room=131072)

    dump = Dump()
    dump.dmesg += [Zone(RECORD, signature=n) for n in range(20)]
    save_directory(case("dmesg-many-bad"), dump,
                   [f"KDMESG: zone {n + 3}: no ramoops zone: signature {n and hex(n)}"
                    for n in range(8)] + ["KDMESG: and 12 more such problems"])

    # KELF_HEADER; without it, a dmesg region is one zone: its first record
    second = ["dmesg-ramoops-1"]

    def header_case(name, says, change, lost=second):
        def build(dump):
            dump.build()
            dump.header = change(dump.header)
        directory(name, says, build, lost)

    def edit(offset, layout, value):
        data = struct.pack(layout, value)
        return lambda header: header[:offset] + data + header[offset + len(data):]

    def one_zone(why):
        return [f"dump: KELF_HEADER: {why}: taking each pstore region as one zone"]

    directory("no-header", one_zone("not in the dump"), None, second, skip=["KELF_HEADER"])
    header_case("header-garbage", one_zone("not an ELF header"), lambda header: b"\xa5" * 4096)
    header_case("header-empty", one_zone("empty"), lambda header: b"")
    header_case("header-cut", one_zone("no section headers"), lambda header: header[:100])
    header_case("header-far-sections", one_zone("no section headers"), edit(40, "<Q", 1 << 62))
    header_case("header-many", one_zone("no section headers"), edit(60, "<H", 0xfeff))

    # section headers follow 4 program headers; [2] is KDMESG
    section = 64 + 4 * 56 + 2 * 64
    boundless = "KDMESG: KELF_HEADER does not say its bounds: taking all as one zone"
    header_case("header-outside", [boundless], edit(section + 16, "<Q", 1 << 63))
    header_case("header-below", [boundless], edit(section + 16, "<Q", ZONES_ADDRESS - 1))
    header_case("header-beyond", [boundless], edit(section + 16, "<Q", ZONES_ADDRESS + 1))
    header_case("header-wraps", [boundless], edit(section + 32, "<Q", (1 << 64) - 1))
    header_case("header-bad-name",
                ["KELF_HEADER: section 2 has no name", boundless],
                edit(section, "<I", 1 << 30))
    header_case("header-tiny-zones",
                ["KDMESG: KELF_HEADER says zones of 1 bytes: taking all as one zone"],
                edit(section + 56, "<Q", 1))

    def zones(dump):
        dump.build()
        dump.regions[0] = Region("KDMESG", 0, bytes(16 * 70000), 16)
        dump.header = elf_header(dump.regions)

    directory("header-70000-zones",
              ["KDMESG: looking only at the first 65536 of 70000 zones"] +
              [f"KDMESG: zone {n}: no ramoops zone: signature 0" for n in range(8)] +
              ["KDMESG: and 65528 more such problems"], zones, ["dmesg-ramoops-0"] + second)
    words = struct.unpack_from("<32I", Dump().dmesg[0].raw())
    header_case("header-16-byte-zones",
                ["KDMESG: zone 0: corrupt: start 1387, size 1387, room for 4"] +
                [f"KDMESG: zone {n}: no ramoops zone: signature {hex(words[4 * n])}"
                 for n in range(1, 8)] + ["KDMESG: and 759 more such problems"],
                edit(section + 56, "<Q", 16), ["dmesg-ramoops-0", "dmesg-ramoops-1"])

    def alien(dump):
        dump.build()
        dump.header = elf_header(dump.regions + [Region("K/../\x1b[31mX", 0x1000, bytes(64))])

    directory("header-alien", [], alien)

    def crowd(dump):
        dump.build()
        dump.header = elf_header(dump.regions + [Region(f"R{n}", 4 * n, bytes(4))
                                                 for n in range(1100)])

    directory("header-crowd",
              ["KELF_HEADER: reading the first 1024 of 1104 segments and 1105 sections"], crowd)

    # broken images
    whole = rawdump(Dump().files())
    neither = ["dump: neither a rawdump image nor a directory of md_*.BIN files"]
    save_rawdump(case("cut-in-magic"), whole[:7], {}, neither)
    save_rawdump(case("cut-in-header"), whole[:55], {}, neither)
    save_rawdump(case("cut-in-sections"), whole[:56 + 64 * 2 + 10], {},
                 ["dump: cannot read section header 2 of 4: the input ends before it"] +
                 one_zone("empty") + ["KDMESG: cut short: 0 of 12288 bytes are there",
                                      "no pstore records in this dump"])
    # pmsg has wrapped, and is the last region: what is lost is in its middle
    small = "dump: the partition was too small for the whole dump"
    ring_data = Dump().pmsg.data
    start = Dump().pmsg.start
    save_rawdump(case("partial"), rawdump(Dump().files(), valid=2)[:-500],
                 dict(expect, **{"pmsg-ramoops-0": bytes(ring_data[start:-500] +
                                                         ring_data[:start])}),
                 [small, "KPMSG: cut short: 1548 of 2048 bytes are there",
                  "KPMSG: zone 0: cut short: 1536 of 2036 bytes are there"])
    image("both-valid-bits", [small], valid=3)
    save_rawdump(case("no-dump"), rawdump(Dump().files(), valid=0), {},
                 ["dump: marked as holding no dump (valid is 0)"])
    save_rawdump(case("no-sections"), rawdump(Dump().files(), count=0), {},
                 ["dump: a rawdump image without sections"])
    # zones taken for section headers are marked invalid, or have other names
    files = [file for file in Dump().files() if file[0] != "KELF_HEADER"]
    save_rawdump(case("count-huge"), rawdump(files, count=0xffffffff)[:56 + 64 * 3], {},
                 ["dump: cannot read section header 3 of 4294967295: the input ends before it"] +
                 one_zone("not in the dump") +
                 [f"{name}: cut short: 0 of {len(data)} bytes are there"
                  for name, _, data in files] + ["no pstore records in this dump"])

    def section_case(title, says, lost=("pmsg-ramoops-0",), **values):
        fields = ("valid", "offset", "size", "address", "name")

        def change(section):
            if section[4] == b"md_KPMSG.BIN":
                for key, value in values.items():
                    section[fields.index(key)] = value
        image(title, says, lost, edit=change)

    save_rawdump(case("sections-many"),
                 rawdump(Dump().files() + [(f"R{n}", n, b"") for n in range(3000)]), expect,
                 ["more than 2048 regions: ignoring the rest"])

    short = ["KPMSG: cut short: 0 of 2048 bytes are there"]
    section_case("section-outside", short, offset=1 << 40)
    section_case("section-wraps", short, offset=(1 << 64) - 16)
    section_case("section-too-long",
                 ["KPMSG: cut short: 2048 of 18446744073709551615 bytes are there",
                  "KPMSG: KELF_HEADER says 2048 bytes"], (), size=(1 << 64) - 1)
    section_case("section-invalid",
                 ["KPMSG: ignored: its section header is not marked valid"], valid=0)
    section_case("section-elsewhere", ["KPMSG: KELF_HEADER says address 0x90005000"], (),
                 address=0x1234)
    gone = ["KPMSG: in KELF_HEADER, but not in the dump"]
    section_case("name-escapes", gone, name=b"md_../../esc.BIN")
    section_case("name-absolute", gone, name=b"/tmp/\x1b[31m\n")
    section_case("name-unterminated", gone, name=b"n" * 20)
    section_case("name-twice", ["KCONSOLE: ignored: there is an earlier region of this name"] +
                 gone, name=b"md_KCONSOLE.BIN")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
