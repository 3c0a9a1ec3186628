#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes dumps with printk's ring buffer, good ones and broken ones.

usage: ring.py OUT

Writes for each case OUT/<case>/dump, a directory of md_*.BIN files or an image; OUT/<case>/expect,
what log must print; and OUT/<case>/says, what it must say on stderr.
"""

import os
import random
import struct
import sys

from dumps import Region, Zone, align4, elf_header, log, rawdump

PRB, RING, DESC, INFO, TEXT = range(0xb0000000, 0xb5000000, 0x1000000)
KERNEL = 0xffff800080000000
COMMITTED, FINALIZED, REUSABLE = 1, 2, 3
KEYS = ("OFFSET(printk_ringbuffer.desc_ring)", "OFFSET(prb_desc_ring.count_bits)",
        "OFFSET(prb_desc_ring.descs)", "OFFSET(prb_desc_ring.infos)",
        "OFFSET(printk_ringbuffer.text_data_ring)", "OFFSET(prb_data_ring.size_bits)",
        "OFFSET(prb_data_ring.data)", "SIZE(prb_desc)", "OFFSET(prb_desc.state_var)",
        "OFFSET(prb_desc.text_blk_lpos)", "OFFSET(prb_data_blk_lpos.begin)",
        "OFFSET(prb_data_blk_lpos.next)", "SIZE(printk_info)", "OFFSET(printk_info.seq)",
        "OFFSET(printk_info.ts_nsec)", "OFFSET(printk_info.text_len)",
        "OFFSET(printk_info.caller_id)", "SIZE(atomic_long_t)")


class Ring:
    """The ring buffer, written to as the kernel does it."""

    def __init__(self, bits=12, word=8, info_size=88, id_bits=64):
        self.word = word
        self.base = KERNEL if word == 8 else 0x10000000
        self.format = "<Q" if word == 8 else "<I"
        self.mask = (1 << 8 * word - 2) - 1
        self.bits = bits
        self.count = 1 << bits - 5
        self.text = bytearray(1 << bits)
        self.info_size = info_size
        self.first = -self.count & (1 << id_bits) - 1
        self.state = [0] * self.count
        self.lpos = [(1, 1)] * self.count
        self.infos = [None] * self.count
        self.state[-1] = self.sv(self.first - 1, REUSABLE)
        self.seq = 0
        self.tail = 0
        self.head_lpos = -len(self.text) & self.lpos_mask()
        self.tail_lpos = self.head_lpos
        self.shown = []

    def lpos_mask(self):
        return (1 << 8 * self.word) - 1

    def sv(self, number, state):
        return number & self.mask | state << 8 * self.word - 2

    def id(self, seq):
        return self.first + seq & self.mask

    def drop(self):
        """The oldest message makes room for a new one."""
        slot = self.tail % self.count
        begin, following = self.lpos[slot]
        if begin & 1 == 0:
            self.tail_lpos = following
        self.state[slot] = self.sv(self.id(self.tail), REUSABLE)
        self.tail += 1
        self.shown.pop(0)

    def write(self, text, level=6, facility=0, caller=1, nanoseconds=None, state=FINALIZED):
        if isinstance(text, str):
            text = text.encode()
        size = len(self.text)
        nanoseconds = self.seq * 1000000000 if nanoseconds is None else nanoseconds
        if self.seq - self.tail == self.count:
            self.drop()
        slot = self.seq % self.count
        if not text:
            self.lpos[slot] = (3, 3)
        else:
            length = self.word + len(text)
            length += -length % self.word
            begin = self.head_lpos
            following = begin + length
            if begin // size != (following - 1) // size:
                following = (begin // size + 1) * size + length
            while (following - self.tail_lpos & self.lpos_mask()) > size:
                self.drop()
            at = begin % size if begin // size == (following - 1) // size else 0
            self.text[at:at + length] = (struct.pack(self.format, self.id(self.seq)) +
                                         text).ljust(length, b"\0")
            if at == 0 and begin % size:
                struct.pack_into(self.format, self.text, begin % size, self.id(self.seq))
            self.head_lpos = following & self.lpos_mask()
            self.lpos[slot] = (begin, self.head_lpos)
        self.infos[slot] = [self.seq, nanoseconds, len(text), facility, level << 5, caller]
        self.state[slot] = self.sv(self.id(self.seq), state)
        self.shown.append((nanoseconds, text, level, facility, caller))
        self.seq += 1
        return self

    def descs(self):
        return b"".join(struct.pack(3 * self.format[1], state, *lpos) if self.word == 8 else
                        struct.pack("<3I", state, *lpos)
                        for state, lpos in zip(self.state, self.lpos))

    def info(self):
        return b"".join(struct.pack("<QQHBBI", *(info or 6 * [0])).ljust(self.info_size, b"\xee")
                        for info in self.infos)

    def rings(self):
        """struct printk_ringbuffer"""
        if self.word == 8:
            out = struct.pack("<I4xQQ3Q", self.bits - 5, self.base + DESC, self.base + INFO,
                              0, 0, 0)
            out += struct.pack("<I4xQQQ", self.bits, self.base + TEXT, self.head_lpos,
                               self.tail_lpos)
            return out + bytes(8)
        out = struct.pack("<6I", self.bits - 5, self.base + DESC, self.base + INFO, 0, 0, 0)
        return out + struct.pack("<5I", self.bits, self.base + TEXT, self.head_lpos,
                                 self.tail_lpos, 0)

    def note(self, change=()):
        values = (0, 0, 8, 16, 48, 0, 8, 24, 0, 8, 0, 8, self.info_size, 0, 8, 16, 20, 8)
        if self.word == 4:
            values = (0, 0, 4, 8, 24, 0, 4, 12, 0, 4, 0, 4, self.info_size, 0, 8, 16, 20, 4)
        lines = {"OSRELEASE": "7.3.0-test", "PAGESIZE": "4096",
                 "SYMBOL(prb)": "%x" % (self.base + PRB)}
        lines.update(zip(KEYS, values))
        lines.update(change)
        text = "".join(f"{key}={value}\n" for key, value in lines.items()).encode()
        return struct.pack("<3I", 11, len(text), 0) + b"VMCOREINFO\0\0" + align4(text)

    def regions(self):
        pointer = struct.pack(self.format, self.base + RING)
        out = []
        for name, address, data in (("LOG_PRB", PRB, pointer), ("LOG_RING", RING, self.rings()),
                                    ("LOG_DESC", DESC, self.descs()),
                                    ("LOG_INFO", INFO, self.info()), ("KLOGBUF", TEXT, self.text)):
            region = Region(name, address, bytes(data))
            region.vaddr = self.base + address
            out.append(region)
        return out

    def lines(self, decode=False, caller=False):
        levels = "emerg alert crit err warn notice info debug".split()
        facilities = "kern user mail daemon".split()
        out = []
        for nanoseconds, text, level, facility, who in self.shown:
            start = ""
            if decode:
                start = "%-6s:%-6s: " % (facilities[facility], levels[level])
            start += "[%5d.%06d]" % (nanoseconds // 10 ** 9, nanoseconds % 10 ** 9 // 1000)
            if caller:
                start += "[%6s]" % ("%s%d" % ("C" if who >> 31 else "T", who & 0x7fffffff))
            for line in text.split(b"\n"):
                out.append(start + " " + "".join(chr(c) if 32 <= c < 127 or c == 9 else "?"
                                                 for c in line))
        return out


def core(regions, note):
    """As debugfs has it: the note, and segments without sections"""
    offset = 64 + 56 * (1 + len(regions))
    segments = struct.pack("<2I6Q", 4, 0, offset, 0, 0, len(note), 0, 4)
    body = note
    for region in regions:
        segments += struct.pack("<2I6Q", 1, 4, offset + len(body), region.vaddr, region.address,
                                len(region.data), len(region.data), 0)
        body += region.data
    return struct.pack("<16s2HI3QI6H", b"\x7fELF\x02\x01\x01", 4, 183, 1, 0, 64, 0, 0, 64, 56,
                       1 + len(regions), 0, 0, 0) + segments + body


def filled(**kwargs):
    ring = Ring(**kwargs)
    for n in range(10):
        ring.write("message %d" % n, level=n % 8)
    return ring


def main(out):
    def expects(name, lines, says):
        os.makedirs(f"{out}/{name}")
        for file, content in (("expect", lines), ("says", says)):
            with open(f"{out}/{name}/{file}", "w", encoding="ascii") as to:
                to.writelines(line + "\n" for line in content)

    def image(name, data, lines, says=()):
        expects(name, lines, says)
        with open(f"{out}/{name}/dump", "wb") as file:
            file.write(data)

    def directory(name, regions, lines, says=(), note=b"", header=True):
        expects(name, lines, says)
        os.mkdir(f"{out}/{name}/dump")
        files = [(region.name, region.data) for region in regions]
        if header:
            files.append(("KELF_HEADER", elf_header(regions, notes=note)))
        for file, data in files:
            with open(f"{out}/{name}/dump/md_{file}.BIN", "wb") as to:
                to.write(data)

    def damaged(number):
        return [f"{number} messages of the ring buffer are damaged"]

    def simple(name, ring, says=(), lines=None):
        directory(name, ring.regions(), ring.lines() if lines is None else lines, says, ring.note())

    no_header = ["dump: KELF_HEADER: not in the dump: detecting the kinds of regions"]

    # all kinds of input
    ring = filled()
    simple("directory", ring)
    files = [("KELF_HEADER", 0x88000000, elf_header(ring.regions(), notes=ring.note()))]
    files += [(region.name, region.address, region.data) for region in ring.regions()]
    image("rawdump", rawdump(files), ring.lines())
    image("elf", b"".join(data for _, _, data in files), ring.lines())
    image("core", core(ring.regions(), ring.note()), ring.lines())
    ring.base = 0xffffa12345000000
    image("core-kaslr", core(ring.regions(), ring.note()), ring.lines())
    directory("no-header", ring.regions(), ring.lines(), no_header, header=False)
    directory("no-note", ring.regions(), ring.lines())
    directory("names-only", ring.regions()[2:], ring.lines(), no_header, header=False)

    # other kernels
    simple("32-bit", filled(word=4))
    image("32-bit-core", core(filled(word=4).regions(), filled(word=4).note()), filled().lines())
    ring = Ring(id_bits=32)		# Linux 6.12
    for n in range(300):
        ring.write(f"message {n}")
    simple("ids-of-32-bits", ring)
    simple("large-info", filled(info_size=112))
    directory("large-info-no-note", filled(info_size=112).regions(), filled().lines())

    # what can be in a message
    ring = Ring()
    ring.write("first line\nsecond line\n\nfourth", level=3)
    ring.write("")
    ring.write(b"bytes \x1b[31m \xc3\xa4 \x07\t.")
    ring.write("user's", facility=1, level=5, caller=0x80000003, nanoseconds=12345678901234)
    ring.write("x" * 2000)
    ring.write("committed, not finalized", state=COMMITTED)
    simple("texts", ring)
    for name, kwargs in (("expect-decode", {"decode": True}), ("expect-caller", {"caller": True}),
                         ("expect-both", {"decode": True, "caller": True})):
        with open(f"{out}/texts/{name}", "w", encoding="ascii") as file:
            file.writelines(line + "\n" for line in ring.lines(**kwargs))

    ring = Ring().write("Linux version 7.3.0 (a@b) #1 SMP")
    ring.write("Kernel panic - not syncing: sysrq triggered crash", level=0)
    simple("panic", ring)

    # around the ring, often, by small and large messages, with both kinds of limits
    for word in (4, 8):
        for seed, most in ((1, 4), (2, 60), (3, 900)):
            randomly = random.Random(seed)
            ring = Ring(word=word)
            for n in range(3000):
                ring.write("%d:" % n + "y" * randomly.randrange(most), level=randomly.randrange(8))
            simple(f"wrapped-{8 * word}-{most}", ring)
    # A block ends where the ring does: at 0, the first time.
    for word in (4, 8):
        for count in (32, 500):
            ring = Ring(word=word)
            for n in range(count):
                ring.write("z" * (128 - word))
            simple(f"block-ends-the-ring-{8 * word}-{count}", ring)

    # being written, torn, stale
    ring = filled()
    ring.write("reserved")
    ring.state[10] = ring.sv(ring.id(10), 0)
    ring.shown.pop()
    ring.write("behind it")
    simple("reserved", ring, damaged(1))

    def broken(name, slot, change, number=1):
        ring = filled()
        change(ring)
        del ring.shown[slot]
        simple(name, ring, damaged(number) if number else ())

    def set_(field, slot, value):
        def change(ring):
            getattr(ring, field)[slot] = value(ring) if callable(value) else value
        return change

    broken("other-id", 4, set_("state", 4, lambda ring: ring.sv(ring.id(5), FINALIZED)))
    broken("older-id", 4, set_("state", 4, lambda ring: ring.sv(ring.id(4 - 128), FINALIZED)))
    broken("stale-info", 4, lambda ring: ring.infos[4].__setitem__(0, 4 + 128))
    broken("text-overwritten", 4, lambda ring: ring.text.__setitem__(
        slice(ring.lpos[4][0] % 4096, ring.lpos[4][0] % 4096 + 4), b"\xff" * 4))
    broken("text-lost", 4, set_("lpos", 4, (1, 1)))
    broken("too-long", 4, lambda ring: ring.infos[4].__setitem__(2, 200))
    broken("longest", 4, lambda ring: ring.infos[4].__setitem__(2, 0xffff))
    broken("other-text", 4, set_("lpos", 4, lambda ring: ring.lpos[5]))
    broken("backwards", 4, set_("lpos", 4, lambda ring: (ring.lpos[4][0], ring.lpos[4][0] - 8)))
    broken("oldest-is-gone", 0, set_("state", 0, lambda ring: ring.sv(ring.id(0), REUSABLE)), 0)

    # the same text in many messages: no more than the ring can hold
    ring = Ring()
    ring.write("x" * 1500)
    for n in range(1, 100):
        ring.write("")
        ring.lpos[n] = ring.lpos[0]
        ring.infos[n][2] = 1500
        ring.shown.pop()
    simple("same-text", ring, damaged(99))

    ring = Ring()
    for n in range(100):
        ring.write("")
        ring.text[8 * n:8 * n + 8] = struct.pack("<Q", ring.id(n))
        ring.lpos[n] = (1 << 20 | 8 * n, 1 << 20 | 8 * n + 1508)
        ring.infos[n][2] = 1500
    ring.shown = [(n * 10 ** 9, bytes(ring.text[8 * n + 8:8 * n + 1508]), 6, 0, 1)
                  for n in range(2)]
    simple("overlapping", ring, damaged(98))

    # a number that belongs into another slot is not the newest
    ring = filled()
    ring.state[20] = ring.sv(ring.id(1 << 40), FINALIZED)
    ring.infos[20] = [1 << 40, 0, 0, 0, 0, 0]
    ring.lpos[20] = (3, 3)
    simple("other-slot", ring)

    # no ring: the console remains
    console = Zone(4096).write(log(5))
    lines = log(5).decode().splitlines()

    def unusable(name, why, regions, note=b""):
        extra = [Region("KCONSOLE", 0xc0000000, console.raw())]
        directory(name, regions + extra, lines,
                  [f"cannot read printk's ring buffer: {why}", "this is console-ramoops-0"], note)

    regions = filled().regions()
    unusable("desc-only", "not all of KLOGBUF, LOG_DESC and LOG_INFO are in the dump", regions[:3])
    short = Region("KLOGBUF", TEXT, bytes(4095 * 4))
    sizes = "the sizes of KLOGBUF and LOG_DESC are not those of a ring buffer"
    unusable("odd-size", sizes, regions[:4] + [short])
    unusable("huge-size", sizes, regions[:4] + [Region("KLOGBUF", TEXT, bytes(1 << 27))])
    unusable("empty-ring", "the ring buffer has no message", Ring().regions(), Ring().note())
    unusable("corrupt-note", "VMCOREINFO is corrupt", regions,
             filled().note(change={"OFFSET(prb_desc.state_var)": 20}))
    unusable("huge-note", "VMCOREINFO is corrupt", regions,
             filled().note(change={"SIZE(prb_desc)": 1 << 63}))
    missing = "a part of the ring buffer is not in the dump"
    unusable("no-ring", missing, [], Ring().note())
    names = filled().regions()
    for number, region in enumerate(names):
        region.name = "OTHER_%d" % number
    unusable("no-desc", missing, names[:2] + names[3:], Ring().note())
    struct_ = bytearray(names[1].data)
    struct_[48] = 27
    names[1].data = bytes(struct_)
    unusable("huge-bits", "the ring buffer is corrupt, or has more than 64 MiB of text", names,
             Ring().note())

    # 1 MiB of text, for the time that it takes
    ring = Ring(bits=20)
    for n in range(20000):
        ring.write("message %d of a log that has many, with a text of common length" % n)
    simple("large", ring)


if __name__ == "__main__":
    main(sys.argv[1])
