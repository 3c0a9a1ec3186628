#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""usage: devicetrees.py TREE

Prints each geometry of ramoops that the devicetrees of a kernel tree have, once, as words for the
function geometry() of geometry.sh: the name of the first file that has it, and parameters.
"""
import pathlib
import re
import sys

PARAMETERS = {
    "record-size": "record", "console-size": "console", "pmsg-size": "pmsg",
    "ftrace-size": "ftrace", "ecc-size": "ecc", "mem-type": "type", "max-reason": "reason",
}
NO_PARAMETERS = {"compatible", "reg", "no-map", "label", "status"}


def nodes(text):
    """The properties of each node for ramoops"""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.S)
    for body in re.findall(r'\{([^{}]*"ramoops"[^{}]*)\}', text):
        yield dict(re.findall(r"([\w-]+)(?:\s*=\s*([^;]*?))?\s*;", body))


def parameters(node):
    """The parameters for a node"""
    unknown = node.keys() - PARAMETERS.keys() - NO_PARAMETERS
    if unknown:
        sys.exit(f"not known: {unknown}")
    sizes = {"size": node["reg"].strip("<>").split()[-1]}
    for name, word in PARAMETERS.items():
        if name in node or name.endswith("-size"):
            sizes[word] = node.get(name, "0").strip("<>")
    return " ".join(["where=dt-no-map" if "no-map" in node else "where=dt", "zones=1",
                     *(f"{word}={int(size, 0):#x}" for word, size in sizes.items())])


def main(tree):
    """Prints them"""
    seen = set()
    for path in sorted(pathlib.Path(tree).glob("arch/arm*/boot/dts/**/*.dts*")):
        text = path.read_text(encoding="utf-8", errors="replace")
        for node in nodes(text) if '"ramoops"' in text else []:
            words = parameters(node)
            if words not in seen:
                print(path.stem, words)
            seen.add(words)


main(sys.argv[1])
