#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes dumps for the reader's tests, good ones and broken ones.

usage: dumps.py OUT

Writes for each case below OUT/<case>/dump, a directory of md_*.BIN files or an
image; OUT/<case>/expect/, the files that extract must write; OUT/<case>/says,
what it must say on stderr, without the program's name; and OUT/<case>/options,
what extract is to be told, one word per line. The zones are filled as the
kernel's persistent_ram_write() does it.
"""

import os
import struct
import sys
import zlib

SIGNATURE = 0x43474244
HEADER_ADDRESS = 0x88000000
ZONES_ADDRESS = 0x90000000
RECORD = 4096
INTACT = b"\nECC: No errors detected\n"
RELEASE = "7.3.0-test"
VERSION = "#1 SMP PREEMPT Sat Nov 21 08:00:00 UTC 2026"


POWER = [1]
while len(POWER) < 255:
    POWER.append(POWER[-1] << 1 ^ (0x11d if POWER[-1] & 0x80 else 0))
LOG = {power: n for n, power in enumerate(POWER)}


def multiply(a, b):
    return POWER[(LOG[a] + LOG[b]) % 255] if a and b else 0


def parity(data, ecc):
    """Reed-Solomon by long division, as encode_rs8() does it; 2^0 is the first root."""
    generator = [1]
    for n in range(ecc):
        generator = [a ^ multiply(b, POWER[n])
                     for a, b in zip(generator + [0], [0] + generator)]
    rest = list(data) + ecc * [0]
    for n in range(len(data)):
        factor = rest[n]
        for i, g in enumerate(generator):
            rest[n + i] ^= multiply(factor, g)
    return bytes(rest[-ecc:])


class Zone:
    """The ring buffer of one ramoops zone."""

    def __init__(self, size, signature=SIGNATURE, ecc=0):
        room = size - 12
        if ecc:
            room -= (-(-(room - ecc) // (128 + ecc)) + 1) * ecc
        self.parity = size - 12 - room
        self.ecc = ecc
        self.flips = []
        self.data = bytearray(room)
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
        header = struct.pack("<3I", self.signature, self.start, self.size)
        out = bytearray(header + bytes(self.data))
        if self.ecc:
            blocks = [self.data[n:n + 128] for n in range(0, len(self.data), 128)]
            pars = b"".join(parity(block, self.ecc) for block in blocks)
            out += pars.ljust(self.parity - self.ecc, b"\0") + parity(header, self.ecc)
        for offset in self.flips:
            out[offset] ^= 0x5a
        return bytes(out)

    def shown(self):
        return bytes(self.data[self.start:self.size] + self.data[:self.start])


def deflate(text):
    stream = zlib.compressobj(6, zlib.DEFLATED, -15)
    return stream.compress(text) + stream.flush()


def vmlinux(symbols):
    """Of (address, type as nm has it, name); one section has code, one data."""
    strings, table = b"\0", bytes(24)
    for address, kind, name in symbols:
        info = 3 if kind == "section" else 0x20 if kind in "wW" else 0x10
        section = 1 if kind == "section" or kind in "tTwW" else 2
        table += struct.pack("<I2BH2Q", len(strings), info, 0, section, address, 0)
        strings += name.encode() + b"\0"
    end = 64 + len(table) + len(strings)
    header = struct.pack("<16s2HI3QI6H", b"\x7fELF\x02\x01\x01", 2, 183, 1, 0, 0, end, 0, 64, 56,
                         0, 64, 5, 0)
    sections = bytes(64) + b"".join(
        struct.pack("<2I4Q2I2Q", 0, kind, flags, 0, offset, size, link, 0, 8, entry)
        for kind, flags, offset, size, link, entry in (
            (1, 6, 64, 0, 0, 0), (1, 3, 64, 0, 0, 0), (2, 0, 64, len(table), 4, 24),
            (3, 0, 64 + len(table), len(strings), 0, 0)))
    return header + table + strings + sections


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
        self.vaddr = 0

    def widened(self):
        before = self.address % 4
        return self.address - before, align4(bytes(before) + self.data)


def elf_header(regions, machine=183, old=False, notes=b""):
    """As the kernel makes it; @old: as it did first, which confuses some programs."""
    names = b"\0STR_TBL\0"
    offsets = []
    for region in regions:
        offsets.append(len(names))
        names += region.name.encode() + b"\0"
    names = align4(names if old else names + bytes(3))
    text = f"OSRELEASE={RELEASE}\nVERSION={VERSION}\n".encode()
    note = struct.pack("<3I", 9, len(text), 0) + align4(b"MINIDUMP\0") + align4(text) + notes

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
        vaddr = region.vaddr or address
        segments += struct.pack("<2I6Q", 1, 6, end, vaddr, address, len(data), len(data), 4)
        sections += struct.pack("<2I4Q2I2Q", offset, 8, 0 if old else 2,
                                region.vaddr or region.address,
                                end + region.address - address, len(region.data), 0,
                                0 if old else region.entry, 2, region.entry if old else 0)
        end += len(data)
    header = struct.pack("<16s2HI3QI6H", b"\x7fELF\x02\x01\x01", 4, machine, 1, 0, phoff, shoff, 0,
                         64, 56, 1 + len(regions), 64, 2 + len(regions), 1)
    return header + segments + sections + note + names


class Dump:
    """Regions by name, the expected records by name; broken by the cases."""

    def __init__(self, ecc=0):
        self.ecc = ecc
        self.ftrace = []
        text = b"Oops#1 Part1\n" + log(40)
        crash = b"Panic#2 Part1\n" + log(300)
        self.dmesg = [Zone(RECORD, ecc=ecc).write(b"====1700000000.000001-D\n" + text),
                      Zone(RECORD, ecc=ecc).write(b"====1700000001.000002-C\n" + deflate(crash)),
                      Zone(RECORD, ecc=ecc)]
        self.console = Zone(8192, ecc=ecc).write(log(100))
        self.pmsg = Zone(2048, ecc=ecc)
        for n in range(200):
            self.pmsg.write(b"message %d\n" % n)
        self.expect = {
            "dmesg-ramoops-0": text,
            "dmesg-ramoops-1": crash,
            "console-ramoops-0": log(100),
            "pmsg-ramoops-0": self.pmsg.shown(),
        }
        if ecc:
            self.expect = {name: data + INTACT for name, data in self.expect.items()}
        self.shift = 0
        self.regions = None
        self.header = None

    def build(self):
        address = ZONES_ADDRESS + self.shift
        self.regions = []
        for name, zones in (("KDMESG", self.dmesg), ("KCONSOLE", [self.console]),
                            ("KPMSG", [self.pmsg]), ("KFTRACE", self.ftrace)):
            if not zones:
                continue
            data = b"".join(zone.raw() for zone in zones)
            entry = len(data) // len(zones) if name in ("KDMESG", "KFTRACE") else 0
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


def save_expect(out, expect, says, options=()):
    os.makedirs(f"{out}/expect")
    with open(f"{out}/options", "w", encoding="ascii") as file:
        file.writelines(line + "\n" for line in options)
    for name, data in expect.items():
        with open(f"{out}/expect/{name}", "wb") as file:
            file.write(data)
    with open(f"{out}/says", "w", encoding="ascii") as file:
        file.writelines(line + "\n" for line in says)


def save_directory(out, dump, says=(), suffix=".BIN", skip=(), options=()):
    save_expect(out, dump.expect, says, options)
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


def save_rawdump(out, image, expect, says=(), options=()):
    save_expect(out, expect, says, options)
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
    lost = "KCONSOLE: zone 0: no valid header, but text: --salvage shows it"

    def broken(name, says, **values):
        def change(dump):
            for key, value in values.items():
                setattr(dump.console, key, value)
        directory(name, ["KCONSOLE: zone 0: " + says, lost], change, ["console-ramoops-0"])

    broken("bad-signature", "not a ramoops zone: signature 0x12345678", signature=0x12345678)
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

    headless = ["not a dmesg record: it has no header"]
    dmesg("dmesg-no-header", headless, log(3), {})
    dmesg("dmesg-no-seconds", headless, b"====.5-D\ntext", {})
    dmesg("dmesg-cut-header", headless, b"====1700000000.", {})
    dmesg("dmesg-only-header", ["nothing after the dmesg header"], b"====1.000000-D\n", {})
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
                   [f"KDMESG: zone {n + 3}: not a ramoops zone: signature {n and hex(n)}"
                    for n in range(8)] + ["KDMESG: and 12 more such problems"])

    # KELF_HEADER; without it, the zones of dmesg are found by their signatures
    second = ["dmesg-ramoops-1"]

    def header_case(name, says, change, lost=()):
        def build(dump):
            dump.build()
            dump.header = change(dump.header)
        directory(name, says, build, lost)

    def edit(offset, layout, value):
        data = struct.pack(layout, value)
        return lambda header: header[:offset] + data + header[offset + len(data):]

    guessed = f"KDMESG: read as zones of {RECORD} bytes, judging by their headers"

    def one_zone(why):
        return [f"dump: KELF_HEADER: {why}: detecting the kinds of regions", guessed]

    directory("no-header", one_zone("not in the dump"), None, (), skip=["KELF_HEADER"])

    def odd(dump):
        dump.shift = 2

    directory("no-header-shifted", one_zone("not in the dump"), odd, (), skip=["KELF_HEADER"])

    def two_sizes(dump):
        dump.dmesg[1:] = [Zone(RECORD + 2), Zone(RECORD - 2)]

    directory("no-header-unequal", one_zone("not in the dump")[:1], two_sizes, second,
              skip=["KELF_HEADER"])
    header_case("header-garbage", one_zone("not an ELF header"), lambda header: b"\xa5" * 4096)
    header_case("header-empty", one_zone("empty"), lambda header: b"")
    header_case("header-cut", one_zone("no section headers"), lambda header: header[:100])
    header_case("header-far-sections", one_zone("no section headers"), edit(40, "<Q", 1 << 62))
    header_case("header-many", one_zone("no section headers"), edit(60, "<H", 0xfeff))

    # section headers follow 4 program headers; [2] is KDMESG
    section = 64 + 4 * 56 + 2 * 64
    boundless = guessed
    nowhere = edit(section + 24, "<Q", 0)

    def moved(address):
        return lambda header: nowhere(edit(section + 16, "<Q", address)(header))

    header_case("header-outside", [boundless], moved(1 << 63))
    header_case("header-below", [boundless], moved(ZONES_ADDRESS - 1))
    header_case("header-beyond", [boundless], moved(ZONES_ADDRESS + 1))
    header_case("header-by-address", [], nowhere)
    header_case("header-by-offset", [], edit(section + 16, "<Q", 1 << 63))
    header_case("header-wraps", [boundless], edit(section + 32, "<Q", (1 << 64) - 1))
    header_case("header-bad-name",
                ["KELF_HEADER: section 2 has no name", boundless],
                edit(section, "<I", 1 << 30))
    header_case("header-tiny-zones",
                ["KDMESG: divided into zones of 1 bytes: read as one zone"],
                edit(section + 44, "<I", 1), second)

    def zones(dump):
        dump.build()
        dump.regions[0] = Region("KDMESG", 0, bytes(16 * 70000), 16)
        dump.header = elf_header(dump.regions)

    directory("header-70000-zones",
              ["KDMESG: looking only at the first 65536 of 70000 zones"] +
              [f"KDMESG: zone {n}: not a ramoops zone: signature 0" for n in range(8)] +
              ["KDMESG: and 65528 more such problems"], zones, ["dmesg-ramoops-0"] + second)
    words = struct.unpack_from("<32I", Dump().dmesg[0].raw())
    header_case("header-16-byte-zones",
                ["KDMESG: zone 0: corrupt: start 1387, size 1387, room for 4"] +
                [f"KDMESG: zone {n}: not a ramoops zone: signature {hex(words[4 * n])}"
                 for n in range(1, 8)] + ["KDMESG: and 759 more such problems"],
                edit(section + 44, "<I", 16), ["dmesg-ramoops-0", "dmesg-ramoops-1"])

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

    # what the summary is made of
    def crash(name, console, records):
        dump = Dump()
        dump.console = Zone(8192).write(console)
        dump.dmesg = [Zone(RECORD).write(text) for text in records] or dump.dmesg[2:]
        dump.expect = {f"dmesg-ramoops-{n}": text.split(b"-D\n")[1]
                       for n, text in enumerate(records)}
        dump.expect["console-ramoops-0"] = console
        dump.expect["pmsg-ramoops-0"] = dump.pmsg.shown()
        save_directory(case(name), dump)

    oops = b"[    9.000000] Internal error: Oops: 96000044 [#1]\n"
    panic = b"[   12.000000] Kernel panic - not syncing: Fatal exception\x1b[31m\n"
    crash("crash-panic", log(9) + b"[    8.000000] a BUG: not one\n" + oops + panic,
          [b"====1700000000.5-D\nOops#1 Part1\n<0>" + oops,
           b"====1700000003.5-D\nPanic#2 Part1\n<0>" + panic])
    crash("crash-clock", log(9), [b"====12.000000-D\nPanic#1 Part1\n<0>" + panic])
    crash("crash-hang", log(9), [])

    # broken images
    whole = rawdump(Dump().files())
    neither = "dump: neither a directory of md_*.BIN files, nor a rawdump image, nor an ELF file"
    save_rawdump(case("cut-in-magic"), whole[:7], {}, [neither])
    save_rawdump(case("cut-in-header"), whole[:55], {},
                 ["dump: cannot read the header: the input ends before it"])
    save_rawdump(case("cut-in-sections"), whole[:56 + 64 * 2 + 10], {},
                 ["dump: cannot read section header 2 of 4: the input ends before it"] +
                 one_zone("empty")[:1] + ["KDMESG: cut short: 0 of 12288 bytes are there",
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
                 one_zone("not in the dump")[:1] +
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
    directory("no-pmsg", gone, None, ["pmsg-ramoops-0"], skip=["KPMSG"])
    def by_zone(name):
        return [name + ": not divided by KELF_HEADER: read as one zone"] + gone

    section_case("name-escapes", by_zone("../../esc"), (), name=b"md_../../esc.BIN")
    section_case("name-absolute", by_zone("/tmp/?[31m?"), (), name=b"/tmp/\x1b[31m\n")
    section_case("name-unterminated", by_zone(20 * "n"), (), name=b"n" * 20)
    section_case("name-twice", ["KCONSOLE: ignored: there is an earlier region of this name"] +
                 gone, name=b"md_KCONSOLE.BIN")

    # ECC: what the notice counts, and what is too much for it
    def ecc(name, size, says=(), options=(), flips=(), notice=None, lost=()):
        dump = Dump(size)
        dump.console.flips = flips
        if notice:
            dump.expect["console-ramoops-0"] = dump.console.shown() + notice
        dump.expect = without(dump.expect, *lost)
        save_directory(case(name), dump, says, options=options)

    def counted(corrected, bad=0):
        return b"\nECC: %d Corrected bytes, %d unrecoverable blocks\n" % (corrected, bad)

    ecc("ecc", 16)
    ecc("ecc-odd", 5)
    ecc("ecc-told", 3, options=["--ecc=3"])
    # the most parity, so that the record is too long for the kernel to inflate it
    dump = Dump(127)
    dump.expect = without(dump.expect, "dmesg-ramoops-1")
    dump.expect["dmesg-ramoops-1.enc.z"] = dump.dmesg[1].shown()[24:] + INTACT
    save_directory(case("ecc-large"), dump,
                   ["KDMESG: zone 1: left compressed: its data is corrupt"])
    ecc("ecc-header", 16, flips=[1, 11, 8191], notice=counted(3))
    ecc("ecc-data", 16, flips=range(12 + 128, 12 + 136), notice=counted(8))
    end = 12 + len(Zone(8192, ecc=16).data)
    ecc("ecc-parity", 16, flips=[12, end, end + 15, end + 16], notice=counted(4))
    ecc("ecc-unused", 16, flips=[12 + 4000])
    damaged = bytearray(Dump(16).console.shown())
    for n in range(9):
        damaged[n] ^= 0x5a
    dump = Dump(16)
    dump.console.flips = range(12, 21)
    dump.expect["console-ramoops-0"] = bytes(damaged) + counted(0, 1)
    save_directory(case("ecc-too-many"), dump)
    ecc("ecc-signature-lost", 16,
        ["KCONSOLE: zone 0: not a ramoops zone: signature 0x191d181e", lost],
        flips=range(10), lost=["console-ramoops-0"])
    dump = Dump(16)
    dump.console.write(log(200, 100))
    # the oldest text begins with the last byte of a block
    dump.console.write((127 - dump.console.start) % 128 * b"x")
    dump.expect["console-ramoops-0"] = dump.console.shown() + counted(2)
    dump.console.flips = [12, 12 + len(dump.console.data) - 1]
    save_directory(case("ecc-wrapped"), dump)
    shown = {name: zone.shown()[skip:] for name, zone, skip in
             (("dmesg-ramoops-0", Dump(16).dmesg[0], 24),
              ("console-ramoops-0", Dump(16).console, 0))}
    dump = Dump(16)
    dump.expect = dict(without(dump.expect, "pmsg-ramoops-0"), **shown)
    dump.expect["dmesg-ramoops-1"] = Dump().expect["dmesg-ramoops-1"]
    save_directory(case("ecc-refused"), dump,
                   ["KPMSG: in KELF_HEADER, but not in the dump"], skip=["KPMSG"],
                   options=["--ecc=0"])

    # ftrace: zones of all CPUs merged, rings that begin amid a call
    def call(cpu, time, ip, parent, layout="<3Q"):
        return struct.pack(layout, ip, parent, time << 8 | cpu)

    def line(cpu, time, ip, parent, names=None):
        ip_name, parent_name = names or (hex(ip), hex(parent))
        return b"CPU:%d ts:%d %08x  %08x  %s <- %s\n" % (
            cpu, time, ip, parent, ip_name.encode(), parent_name.encode())

    def ftrace(name, calls, shown, cpus=4, options=(), says=(), size=1022, change=None,
               layout="<3Q", machine=183):
        dump = Dump()
        version = SIGNATURE ^ (7 << 16 | 3 << 8 | 4)
        dump.ftrace = [Zone(size, version) for n in range(cpus)]
        for args in calls:
            dump.ftrace[args[0]].write(call(*args, layout=layout))
        if change:
            change(dump)
        dump.build()
        dump.header = elf_header(dump.regions, machine)
        if shown:
            dump.expect["ftrace-ramoops-0"] = b"".join(shown)
        save_directory(case(name), dump, says, options=options)

    kernel = 0xffff800080000000
    calls = [(n * 7 % 4, n // 2, kernel + 16 * n, kernel + 16 * n + 4) for n in range(120)]
    # of the two calls at each time, the one of the last CPU comes first
    merged = sorted(calls, key=lambda c: (c[1], -c[0]))
    ftrace("ftrace", calls, [line(*c) for c in merged])
    ftrace("ftrace-none", [], [])
    alone = [(0, n, kernel + n, kernel) for n in range(50)]
    ftrace("ftrace-wrapped", alone, [line(*c) for c in alone[-(1010 // 24):]], cpus=1)
    unordered = [(0, 5, kernel, kernel), (1, 4, kernel + 1, kernel), (0, 1, kernel + 2, kernel),
                 (1, 5, kernel + 3, kernel), (1, 2, kernel + 4, kernel)]
    ftrace("ftrace-unordered", unordered,
           [line(*unordered[n]) for n in (1, 3, 4, 0, 2)], cpus=2)
    module = [(0, 1, 0x7fff800079000000, kernel)]
    ftrace("ftrace-module", module, [line(0, 1, 0xffff800079000000, kernel)])
    ftrace("ftrace-moved", [(0, 1, 0x7fff800079000000, kernel + 8)],
           [line(0, 1, 0xffff800079000000, kernel + 0x200008)],
           options=["--kaslr-offset=0x200000"])
    narrow = [(n % 2, n, 0xc0100000 + n, 0xc0200000) for n in range(20)]
    ftrace("ftrace-32-bit", narrow, [line(*c) for c in narrow], cpus=2, layout="<2IQ", machine=40)

    def other_version(dump):
        dump.ftrace[1].signature = 0x12345678

    ftrace("ftrace-bad-zone", calls, [line(*c) for c in merged if c[0] != 1],
           says=["KFTRACE: zone 1: not a ramoops zone: signature 0x12345678"], change=other_version)

    symbols = ((-0x10000, "T", "_text"), (0, "T", "_stext"), (0, "t", "first"),
               (0x40, "W", "alias"), (0x40, "T", "__second"), (0x40, "T", "second"),
               (0x40, "t", "$x"), (0x50, "t", ".L5"), (0x58, "t", "__pi_.L6"),
               (0x5c, "t", "__kvm_nvhe_$x"), (0x60, "d", "data"), (0x80, "t", "third"),
               (0xc0, "T", "__start_list"), (0xc0, "T", "___fourth"), (0xd0, "t", "other"),
               (0xd0, "t", "fifth"), (0xf0, "w", "lonely"), (0x100, "R", "_etext"),
               (0x200, "t", "init"), (0x240, "B", "_einittext"), (0x400, "D", "last"))
    with open(f"{out}/System.map", "w", encoding="ascii") as file:
        for offset, kind, symbol in symbols:
            file.write(f"{kernel + offset:016x} {kind} {symbol}\n")
    with open(f"{out}/vmlinux", "wb") as file:
        file.write(vmlinux([(kernel + offset, kind, symbol)
                            for offset, kind, symbol in symbols + ((0x48, "section", "text"),)]))
    names = [("first", "first+0x3f/0x40"), ("second", "second+0x0/0x40"),
             ("second", "second+0x3f/0x40"), ("third", "third+0x0/0x40"),
             ("___fourth", "___fourth+0x0/0x10"), ("fifth", "fifth+0x0/0x20"),
             ("lonely", "lonely+0xf/0x10"), ("init", "init+0x3f/0x40"),
             2 * (hex(kernel + 0x240),)]
    named = [(0, n, kernel + at, kernel + at) for n, at in
             enumerate((0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xd0, 0xff, 0x23f, 0x240))]
    for name in ("System.map", "vmlinux"):
        ftrace(f"ftrace-{name}", named, [line(*c, n) for c, n in zip(named, names)],
               options=[f"--symbols={out}/{name}"])

    # assembled, as QDL writes it
    dump = Dump().build()
    image = b"".join(data for _, _, data in dump.files())
    save_rawdump(case("elf"), image, expect)
    save_rawdump(case("elf-cut"), image[:-500],
                 dict(expect, **{"pmsg-ramoops-0": bytes(ring_data[start:-500] +
                                                         ring_data[:start])}),
                 ["KPMSG: cut short: 1548 of 2048 bytes are there",
                  "KPMSG: zone 0: cut short: 1536 of 2036 bytes are there"])
    save_rawdump(case("elf-in-header"), image[:100], {},
                 ["no pstore records in this dump"])
    save_rawdump(case("elf-only-header"), dump.header, {},
                 [f"{region.name}: cut short: 0 of {len(region.data)} bytes are there"
                  for region in dump.regions] + ["no pstore records in this dump"])

    # plain memory: what is left for dmesg is divided, and the zones are not powers of two
    dump = Dump()
    dump.dmesg = [Zone(4778).write(b"====1.000000-D\nfirst"),
                  Zone(4778).write(b"====2.000000-D\nsecond")]
    dump.ftrace = [Zone(1364, SIGNATURE ^ 0x70304) for n in range(3)]
    dump.ftrace[2].write(call(2, 9, kernel, kernel))
    dump.expect.update({"dmesg-ramoops-0": b"first", "dmesg-ramoops-1": b"second",
                        "ftrace-ramoops-0": line(2, 9, kernel, kernel)})
    memory = b"".join(zone.raw() for zone in
                      dump.dmesg + [dump.console, dump.pmsg] + dump.ftrace) + bytes(7)
    geometry = ["--record-size=0x1100", "--console-size=8192", "--pmsg-size=2049",
                "--ftrace-size=4100", "--cpus=3"]
    save_rawdump(case("memory"), memory, dump.expect, options=geometry)
    save_rawdump(case("memory-no-sizes"), memory, {},
                 ["dump: looks like memory of ramoops: give sizes, "
                  "such as --console-size=256K",
                  "dump: zones of ramoops begin at 0 0x12aa 0x2554 0x4554 0x4d54 0x52a8 "
                  "and maybe elsewhere"])
    save_rawdump(case("memory-too-small"), memory, {},
                 [f"dump: {len(memory)} bytes are too few for areas of these sizes"],
                 ["--console-size=65536"])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
