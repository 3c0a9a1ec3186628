# SPDX-License-Identifier: GPL-2.0-only
"""What other programs do with a dump, modelled on their sources, faults included."""

import struct


def segments(header):
    """(p_type, p_offset, p_vaddr, p_paddr, p_filesz) of each program header"""
    phoff, = struct.unpack_from("<Q", header, 32)
    size, count = struct.unpack_from("<2H", header, 54)
    for n in range(count):
        kind, _, offset, vaddr, paddr, filesz = struct.unpack_from("<2I4Q", header,
                                                                   phoff + n * size)
        yield kind, offset, vaddr, paddr, filesz


def qdl(files, left_out=()):
    """The minidump.elf of `qdl ramdump`, for files of (name, address, bytes).

    @left_out: names that its filter has not let through; they are in the table, but not saved.
    """
    data = {n: content for n, (name, _, content) in enumerate(files) if name not in left_out}
    header = next(n for n, (name, _, _) in enumerate(files) if name.startswith("KELF"))
    loads = [(paddr, size) for kind, _, _, paddr, size in segments(data[header]) if kind == 1]
    out = data[header]
    for n, (name, address, _) in enumerate(files):
        if n != header and name.startswith("K") and address not in (paddr for paddr, _ in loads):
            out += data.get(n, b"")
            break
    for paddr, size in loads:
        n = next((n for n, file in enumerate(files) if file[1] == paddr), None)
        if n in data:
            out += data[n].ljust(size, b"\0")
    return out


def ramdump_parser(header):
    """The names of regions that linux-ramdump-parser finds; IndexError where it fails."""
    at = header.find(b"STR_TBL")
    if at < 0:
        raise IndexError
    at += 6
    names = []
    name = b""
    while at < len(header):
        byte = header[at]
        if 0x30 <= byte <= 0x7f:
            name += header[at:at + 1]
        else:
            if len(name) >= 3 and name not in (b"linux_banner", b"minidump_table"):
                names.append(name.decode())
            name = b""
        if not byte and not header[at + 2] and not header[at + 3]:
            break
        at += 1
    return names


def sections(header):
    """(sh_type, sh_flags, sh_addr, sh_offset, sh_size, sh_entsize) of each section header"""
    shoff, = struct.unpack_from("<Q", header, 40)
    size, count = struct.unpack_from("<2H", header, 58)
    for n in range(count):
        _, kind, flags, address, offset, length, _, _, _, entry = struct.unpack_from(
            "<2I4Q2I2Q", header, shoff + n * size)
        yield kind, flags, address, offset, length, entry


def in_segment(section, segment):
    """Whether pyelftools, and linux-ramdump-parser with it, finds a section in a segment

    Before 0.27, a NOBITS section without SHF_ALLOC was in every segment. The dumps have none.
    """
    kind, flags, address, at, length, _ = section
    segment_kind, offset, vaddr, _, size = segment
    if not flags & 2 and segment_kind == 1:
        return False
    if flags & 2 and not (vaddr <= address and address - vaddr + length <= size and
                          address - vaddr < size):
        return False
    return kind == 8 or (offset <= at and at - offset + length <= size and at - offset < size)
