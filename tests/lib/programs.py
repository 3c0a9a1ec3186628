#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Runs other people's programs on a dump, and prints what they complain of or read wrong.

usage: programs.py DUMP MINIDUMP_ELF PROGRAM...

DUMP is the directory that firmware has saved, with rawdump.bin; MINIDUMP_ELF is what QDL makes of
it. PROGRAM is readelf, eu-readelf, llvm-readelf, gdb-multiarch, file or pyelftools. The models of
QDL and linux-ramdump-parser are always run. The right names, addresses and bytes are those of
rawdump.bin, which firmware takes from the region table.
"""

import io
import os
import re
import struct
import subprocess
import sys
import tempfile

# Debian's package of it is for Debian's python3.
from elftools.elf.elffile import ELFFile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/../../reader/tests")
from tools import qdl, ramdump_parser


def regions_of(rawdump):
    """(name, address, bytes) of each region"""
    for n in range(struct.unpack_from("<I", rawdump, 52)[0]):
        _, _, kind, offset, size, address, _, name = struct.unpack_from("<3I4Q20s", rawdump,
                                                                        56 + 64 * n)
        if kind == 1:
            name = name.rstrip(b"\0").decode()
            yield name[len("md_"):-len(".BIN")], address, rawdump[offset:offset + size]


class Check:
    """One dump, whose first region is KELF_HEADER"""

    def __init__(self, rawdump, elf):
        self.files = list(regions_of(rawdump))
        self.header = self.files[0][2]
        self.regions = self.files[1:]
        self.elf = elf
        self.wrong = 0

    def equal(self, what, got, want):
        if got != want:
            self.wrong += 1
            print(f"{what}: {str(got)[:400]}: want {str(want)[:400]}")

    def run(self, what, *command):
        """What the command prints; it must succeed and complain of nothing."""
        done = subprocess.run(command, capture_output=True, check=False, text=True)
        # No dump has registers, and gdb cannot but say so.
        said = [line for line in done.stderr.splitlines()
                if line not in ("", "warning: Couldn't find general-purpose registers in core "
                                "file.")]
        self.equal(what, (done.returncode, said), (0, []))
        return done.stdout

    def loads(self):
        """(offset, address, size) of each PT_LOAD"""
        offset = len(self.header)
        for _, address, data in self.regions:
            yield offset, address, len(data)
            offset += len(data)

    def sections(self):
        """The names of the sections in each segment; the first is the PT_NOTE."""
        return [[]] + [[name] for name, _, _ in self.regions]

    def readelf(self, program, path):
        what = f"{program}: {os.path.basename(path)}"
        eu = program == "eu-readelf"
        text = self.run(what, program, "-hlSn", *([] if eu else ["-W"]), path)
        loads = re.findall(r"^ +LOAD +0x(\w+) 0x\w+ 0x(\w+) 0x(\w+) ", text, re.M)
        self.equal(what, [tuple(int(n, 16) for n in load) for load in loads],
                   list(self.loads()))
        mapping = re.search(r"Segment Sections\.\.\.\n((?: +\d+ .*\n)*)", text)
        found = [re.sub(r"\[RO:|\]", "", line).split()[1:]
                 for line in mapping[1].splitlines()] if mapping else None
        self.equal(what, found, self.sections())
        # As there are section headers, eu-readelf shows only notes that have one.
        self.equal(what, re.findall(r"^ +(MINIDUMP) ", text, re.M), [] if eu else ["MINIDUMP"])

    def gdb(self, path):
        """gdb reads every byte of every region."""
        what = "gdb-multiarch: " + os.path.basename(path)
        with tempfile.TemporaryDirectory() as out:
            dump = []
            for name, address, data in self.regions:
                dump += ["-ex", f"dump binary memory {out}/{name} {address} "
                         f"{address + len(data)}"]
            self.run(what, "gdb-multiarch", "-nx", "-batch", "-c", path, *dump)
            for name, _, data in self.regions:
                try:
                    with open(f"{out}/{name}", "rb") as file:
                        self.equal(f"{what}: {name}", file.read() == data, True)
                except FileNotFoundError:
                    self.equal(f"{what}: {name}", "nothing", "the region")

    def mapping(self, what, elf):
        self.equal(what, [[section.name for section in elf.iter_sections()
                           if segment.section_in_segment(section)]
                          for segment in elf.iter_segments()], self.sections())

    def pyelftools(self, what, path):
        with open(path, "rb") as file:
            elf = ELFFile(file)
            self.mapping(what, elf)
            self.equal(what, [note["n_name"] for segment in elf.iter_segments("PT_NOTE")
                              for note in segment.iter_notes()], ["MINIDUMP"])

    def models(self):
        right = self.header + b"".join(data for _, _, data in self.regions)
        self.equal("QDL: as the regions are", qdl(self.files) == right, True)
        self.equal("QDL: minidump.elf", qdl(self.files) == self.elf, True)

        # It appends the files of these names to KELF_HEADER, and opens that with pyelftools.
        what = "linux-ramdump-parser"
        try:
            names = ramdump_parser(self.header)
        except IndexError:
            self.equal(what, "it reads beyond the end of KELF_HEADER", "names")
            return
        self.equal(what, names, [name for name, _, _ in self.regions])
        files = {name: data for name, _, data in self.regions}
        elf = ELFFile(io.BytesIO(self.header + b"".join(files.get(name, b"") for name in names)))
        self.mapping(what, elf)
        self.equal(what, [segment.data() for segment in elf.iter_segments("PT_LOAD")] ==
                   list(files.values()), True)


def main(dump, minidump_elf, *programs):
    with open(f"{dump}/rawdump.bin", "rb") as rawdump, open(minidump_elf, "rb") as elf:
        check = Check(rawdump.read(), elf.read())
    for path in f"{dump}/md_KELF_HEADER.BIN", minidump_elf:
        for program in programs:
            what = f"{program}: {os.path.basename(path)}"
            if program.endswith("readelf"):
                check.readelf(program, path)
            elif program == "file":
                check.equal(what, check.run(what, "file", "-b", path).strip(),
                            "ELF 64-bit LSB core file, ARM aarch64, version 1 (SYSV)")
            elif program == "pyelftools":
                check.pyelftools(what, path)
            # gdb complains that the segments are not in KELF_HEADER.
            elif path == minidump_elf:
                check.gdb(path)
    check.models()
    return check.wrong


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]) > 0)
