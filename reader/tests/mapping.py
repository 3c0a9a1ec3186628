#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Compares the model of pyelftools, tools.in_segment(), with pyelftools itself.

usage: mapping.py FILE...
"""

import sys

from elftools.elf.elffile import ELFFile

from tools import in_segment, sections, segments

compared = 0
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        header = file.read()
        elf = ELFFile(file)
        for segment, fields in zip(elf.iter_segments(), segments(header)):
            for section, entry in list(zip(elf.iter_sections(), sections(header)))[2:]:
                if segment.section_in_segment(section) != in_segment(entry, fields):
                    sys.exit(f"{path}: {section.name}: {entry} in {fields}: models differ")
                compared += 1
print(f"{compared} pairs of section and segment")
sys.exit(not compared)
