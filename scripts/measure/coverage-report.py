#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""usage: coverage-report.py TREE DIR FILE...

Of the lines that DIR/NAME.diff adds to each FILE, counts those that were executed according to
gcov's DIR/NAME.json. Code that exists only for KUnit is not counted."""
import json
import os
import re
import sys


def added_lines(diff):
    lines = set()
    for line in diff:
        hunk = re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", line)
        if hunk:
            start, count = int(hunk[1]), int(hunk[2] or 1)
            lines.update(range(start, start + count))
    return lines


def main(tree, out, *files):
    missing = open(f"{out}/missing.txt", "w", encoding="ascii")
    totals = [0, 0, 0, 0]
    print(f"{'':42} {'lines':>14} {'branches':>15}")
    for file in files:
        name = os.path.splitext(os.path.basename(file))[0]
        source = open(f"{tree}/{file}", encoding="utf-8").read().splitlines()
        added = added_lines(open(f"{out}/{name}.diff", encoding="utf-8"))
        # The macro expands to code that only a kernel with KUnit has.
        added -= {n for n, text in enumerate(source, 1) if "KUNIT_STATIC_STUB_REDIRECT" in text}
        executed, branches = {}, {}
        for entry in json.load(open(f"{out}/{name}.json", encoding="utf-8"))["files"]:
            if not entry["file"].endswith(file):
                continue
            for line in entry["lines"]:
                number = line["line_number"]
                if number not in added:
                    continue
                executed[number] = executed.get(number, 0) + line["count"]
                counts = [branch["count"] for branch in line["branches"]]
                if number in branches and len(branches[number]) == len(counts):
                    # The same line again, in another function that it was inlined into
                    counts = [a + b for a, b in zip(counts, branches[number])]
                branches[number] = counts
        row = [len(executed), sum(1 for count in executed.values() if count),
               sum(len(counts) for counts in branches.values()),
               sum(1 for counts in branches.values() for count in counts if count)]
        totals = [a + b for a, b in zip(totals, row)]
        show(file, row)
        for number in sorted(executed):
            counts = branches[number]
            if not executed[number] or not all(counts):
                what = "not executed" if not executed[number] else \
                    f"{counts.count(0)} of {len(counts)} branches not taken"
                print(f"{file}:{number}: {what}: {source[number - 1].strip()}", file=missing)
    show("all", totals)


def show(what, row):
    def part(done, of):
        return f"{done:4} of {of:4} {100 * done / of:3.0f}%" if of else ""
    print(f"{what:42} {part(row[1], row[0]):>17} {part(row[3], row[2]):>17}".rstrip())


if __name__ == "__main__":
    main(*sys.argv[1:])
