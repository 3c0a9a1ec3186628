#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""usage: scripts/gate/includes.py TREE FILE HEADER...

Names each HEADER, as in #include <HEADER>, that has nothing which FILE uses. What a header passes
on is its own where the name says so: linux/errno.h has the numbers of asm/errno.h. A header that
shares a word with FILE by chance goes unnoticed, and so do those of tracepoints.
"""

import re
import sys

WORD = re.compile(r"[A-Za-z_]\w*")
DEFINED = re.compile(
    r"^\s*#\s*define\s+(\w+)"		# macros
    r"|^\s*(?:struct|union|enum)\s+(\w+)\s*\{"
    r"|^extern\b.*?(\w+)(?:\[\w*\])*(?:\s+__\w+)?;"
    r"|^\s*([A-Z]\w+)\s*(?:=[^,]*)?,"	# enumerators
    r"|^DE\w+\((\w+)"
    r"|^(?:struct|union|enum)\s+(\w+);"
    r"|\btypedef\b.*?(\w+)(?:\[\w*\])*;",
    re.M,
)
FUNCTION = re.compile(r"^[a-z_].*\(", re.M)
CALLED = re.compile(r"(\w+)\s*\(")
PASSED_ON = re.compile(r'^\s*#\s*include\s+[<"]([\w./-]+)[>"]', re.M)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
ORDINARY = set("if while for switch return sizeof typeof defined do static inline".split())


def text(tree, header):
    places = ["include/", "include/uapi/", "arch/arm64/include/", "arch/arm64/include/uapi/"]
    if header.startswith("asm/"):
        # What no architecture has of its own is generated from these.
        generic = header.replace("asm/", "asm-generic/", 1)
        places += [f"include/{generic}\0", f"include/uapi/{generic}\0"]
    found = ""
    for place in places:
        path = place[:-1] if place.endswith("\0") else place + header
        try:
            with open(f"{tree}/{path}", encoding="utf-8", errors="replace") as file:
                found += COMMENT.sub("", file.read())
        except FileNotFoundError:
            pass
    return found


def names(tree, header, seen):
    if header in seen:
        return set()
    seen.add(header)
    content = text(tree, header)
    found = {name for groups in DEFINED.findall(content) for name in groups if name}
    for line in FUNCTION.findall(content):
        found |= set(CALLED.findall(line + "("))
    stem = header.split("/")[-1][:-2]
    for inner in PASSED_ON.findall(content):
        other = inner.split("/")[-1][:-2]
        arch = ("asm/", "asm-generic/", "linux/byteorder/", "vdso/", "uapi/")
        if stem in inner or other in stem or inner.startswith(arch):
            found |= names(tree, inner, seen)
    return found - ORDINARY


def main():
    tree, path, *headers = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        source = COMMENT.sub("", file.read())
    used = set(WORD.findall(re.sub(r"^\s*#\s*include.*", "", source, flags=re.M)))
    unused = [header for header in headers
              if not header.startswith("trace/") and not names(tree, header, set()) & used]
    for header in unused:
        print(f"{path}: nothing of <{header}> is used")
    return bool(unused)


sys.exit(main())
