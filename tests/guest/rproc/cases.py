#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""usage: cases.py DIR (good|all) [BASE [RESERVED]]

Writes DIR/guest/CASE/: what test_rproc.ko is to leave in memory, and DIR/want/: CASE.dump, the
devcoredump that must come of it, by the layout of ELF and not by the kernel's code, and CASE.says,
a pattern for the message that must. BASE, where the memory of the remote processor is, goes to
DIR/base. System RAM ends at RESERVED.
"""
import pathlib
import random
import struct
import sys

BASE, SIZE = int(sys.argv[3], 0) if sys.argv[3:] else 0x4ff00000, 0xff000	# rproc.c
RESERVED = int(sys.argv[4], 0) if sys.argv[4:] else 0x4fdff000
TABLE = 0x2000				# offset of the table of regions
VALID, ENABLED, DONE = 0x56414c49, 0x454e424c, 0x444f4e45
RAM = 0x40000000			# the kernel's memory begins here
FULL = [(BASE, 0x100), (BASE + 0x1000, 0x234)]	# test_parse_fw()

rng = random.Random(602)
out = pathlib.Path(sys.argv[1])
only_good = sys.argv[2] == "good"
(out / "base").write_text(f"{BASE:#x}\n")


def contents(memory, address, size, custom):
    offset = address - BASE
    if offset < 0 or offset + size > SIZE:
        return (b"\xee" if custom else b"\xff") * size
    data = memory[offset:offset + size].ljust(size, b"\0")
    return bytes(b ^ 0xff for b in data) if custom else data


def elf_header(phoff, shoff, phentsize, phnum, shentsize, shnum, shstrndx):
    ident = b"\x7fELF\x01\x01\x01".ljust(16, b"\0")
    return ident + struct.pack("<HHIIIIIHHHHHH", 4, 0, 1, 0, phoff, shoff, 0, 52, phentsize,
                               phnum, shentsize, shnum, shstrndx)


def full_dump(memory):
    headers, data = b"", b""
    start = 52 + 32 * len(FULL)
    for address, size in FULL:
        headers += struct.pack("<8I", 1, start + len(data), address, address, size, size, 7, 0)
        data += contents(memory, address, size, False)
    return elf_header(52, 0, 32, len(FULL), 0, 0, 0) + headers + data


def minidump(memory, regions, custom):
    regions = [r for r in regions if r["valid"] == VALID]
    strings = b"\0STR_TBL\0"
    start = 52 + 40 * (2 + len(regions))
    names = []
    for r in regions:
        names.append(len(strings))
        strings += r["name"][:15].split(b"\0")[0] + b"\0"
    headers = bytes(40) + struct.pack("<10I", 1, 3, 0, 0, start, len(strings), 0, 0, 0, 0)
    data = strings
    for r, name in zip(regions, names):
        headers += struct.pack("<10I", name, 1, 1, r["address"] & 0xffffffff, start + len(data),
                               r["size"], 0, 0, 0, 0)
        data += contents(memory, r["address"], r["size"], custom)
    return elf_header(0, 52, 0, 0, 40, len(regions) + 2, 1) + headers + data


def case(name, regions, says=None, full=False, custom=False, conf="enabled", table=TABLE,
         subsystem=5, percent=0, full_size=FULL[1][1], **entry):
    """One crash. says: there is no dump, but a message like this; full: the dump is a full one.
    percent: the first region is that much of the memory that is available then, or all memory."""
    if says and only_good:
        return
    packed = b"".join(struct.pack("<16sIIQQ", r["name"], r["seq"], r["valid"], r["address"],
                                  r["size"]) for r in regions)
    memory = bytearray(rng.randbytes(table + len(packed) if says else 0x20000))
    memory[table:table + len(packed)] = packed
    e = {"status": 1, "enabled": ENABLED, "encryption": DONE, "required": 0x4e52,
         "count": len(regions), "base": BASE + table}
    e.update(entry)
    directory = out / "guest" / name
    directory.mkdir(parents=True)
    (directory / "memory").write_bytes(memory)
    (directory / "entry").write_bytes(struct.pack("<IIIIIIQ", e["status"], e["enabled"],
                                                  e["encryption"], e["required"], e["count"],
                                                  rng.getrandbits(32), e["base"]))
    (directory / "options").write_text(f"{'Y' if custom else 'N'} {conf} {subsystem} "
                                       f"{percent} {full_size}\n")
    want = out / "want"
    want.mkdir(exist_ok=True)
    (want / f"{name}.says").write_text(says or "")
    if says:
        return
    dump = full_dump(bytes(memory)) if full else minidump(bytes(memory), regions, custom)
    (want / f"{name}.dump").write_bytes(b"%d\n" % len(dump) if percent else dump)


def region(i, size=None, **fields):
    r = {"name": b"region%d" % i, "seq": i % 3, "valid": VALID,
         "address": BASE + 0x4000 + 0x173 * i,
         "size": rng.randrange(0x200) if size is None else size}
    r.update(fields)
    return r


def some(count):
    return [region(i) for i in range(count)]


# What firmware may have left there in earnest
case("one", some(1))
case("three", some(3))
case("three-custom", some(3), custom=True)
case("hundred", some(100))
case("hundred-custom", some(100), custom=True)
case("thousand", some(200) * 5, table=0x5800)
case("invalid-among-them", [region(i, valid=VALID if i % 3 else rng.getrandbits(32))
                            for i in range(100)])
case("last-is-valid", [region(i, valid=0) for i in range(9)] + some(1))
case("names", [region(0, name=b"x" * 16), region(1, name=b""), region(2, name=b"a b/%s\xff\x01"),
               region(3), region(3)])
case("empty-region", [region(0), region(1, size=0), region(2)])
case("foreign-address", [region(0), region(1, address=0x80000000), region(2, address=0x1234)])
case("foreign-address-custom", [region(0), region(1, address=0x80000000)], custom=True)
case("table-at-odd-address", some(5), table=TABLE + 3)
case("inline", some(3), conf="inline")
case("inline-custom", some(100), conf="inline", custom=True)
case("encryption-not-required", some(2), required=0)
case("full-no-table", some(2), full=True, base=0)
case("full-not-initialised", some(2), full=True, status=0)
case("full-other-status", some(2), full=True, status=2)
case("full-not-enabled", some(2), full=True, enabled=0)
case("full-garbage", some(2), full=True, status=0xffffffff, enabled=0xffffffff,
     base=0xffffffffffffffff, count=0xffffffff, encryption=0xffffffff)
case("full-inline", some(2), full=True, conf="inline", base=0)
# More than half of the memory; of the dump, only the size of what is not this region is compared.
case("large", [region(0, size=0)], percent=60)
# After all those below, as the guest takes them by name
case("zz-good-in-the-end", some(100))

# What only a broken or hostile co-processor leaves
for value in 0, 0x4e52, 0x594553, 0x53545254, 0xffffffff:
    case(f"encryption-{value:x}", some(2), "Minidump not ready, skipping", encryption=value)
for value in 10, 11, 0x7ffffff, 0x80000000, 0xffffffff:
    case(f"subsystem-{value:x}", some(2), f"No minidump entry {value} in SMEM: -34",
         subsystem=value)
for value in 0, 0xfefe, 0x6666667, 0x7fffffff, 0x80000000, 0xffffffff:
    case(f"count-{value:x}", some(2), f"Minidump table has {value} entries, expected 1 to 65277",
         count=value)
for what, value in (
        ("kernel-start", RAM), ("kernel-middle", RAM + 0x4000000), ("below-ram", RAM - 40),
        ("kernel-to-reserved", RESERVED - 40)):
    case(f"base-{what}", some(2), f"Minidump table of 2 entries at {value:#x} is in System RAM",
         base=value)
# Other addresses without memory are not tried: reading there ends in an external abort.
for what, value in (("beyond-cpu", 1 << 55), ("sign", 1 << 63), ("wrap", 2**64 - 40),
                    ("last-byte", 2**64 - 1)):
    case(f"base-{what}", some(2), f"Minidump table of 2 entries at {value:#x} cannot be mapped",
         base=value)
for value in 1 << 32, 1 << 63, 2**64 - 0x1000, 2**64 - 1:
    case(f"size-{value:x}", [region(0, size=value), region(1)],
         "No memory for a coredump of .* bytes")
case("sizes-wrap", [region(0, size=0x1000), region(1, size=2**64 - 0x800)],
     "No memory for a coredump of 18446744073709551615 bytes")
case("sizes-sum", [region(i, size=0x200000) for i in range(600)],
     "No memory for a coredump of .* bytes", table=0x5800)
case("size-memory", [region(0, size=0x40000000)], "No memory for a coredump of .* bytes")
case("size-free-memory", [region(0, size=0)], "No memory for a coredump of .* bytes", percent=100)
for value in 2**64 - 0x100, 2**64 - 1:
    case(f"full-size-{value:x}", some(2), "No memory for a coredump of 18446744073709551615 bytes",
         base=0, full_size=value)
case("none-valid", [region(i, valid=0x494e5641) for i in range(3)],
     "Minidump table of 3 entries has no valid region")
