#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""usage: kills.py SERIAL RECORDS

Checks that the recovered records are complete. The console must have each line that the serial line
has shown, except the very last, which the serial line's thread may print before ramoops has it.
pmsg must have each line that was written according to the serial line.
"""
import pathlib
import re
import sys

serial = pathlib.Path(sys.argv[1]).read_bytes().replace(b"\r", b"")
records = pathlib.Path(sys.argv[2])

# What follows the last end of line was not complete, and the last line need not be there.
shown = serial.split(b"\n")[:-1]
wanted = shown[:-1]
console = (records / "console-ramoops-0").read_bytes().split(b"\n")

# The ring buffer may have cut the first line.
start = wanted.index(console[1]) if console[1] in wanted else len(wanted)
wanted = wanted[start:]
print(f"{len(shown)} lines shown, {len(wanted)} to compare")
if len(shown) > 2 and not wanted:
    sys.exit("the console has nothing of what was shown")
for number, (want, have) in enumerate(zip(wanted, console[1:])):
    if want != have:
        sys.exit(f"line {number}: shown: {want}\nrecovered: {have}")
if len(console) - 1 < len(wanted):
    sys.exit(f"the last lines are missing: {wanted[len(console) - 1:]}")

def written(lines):
    """The number of the last line of which one of these says that it was written to pmsg"""
    found = re.findall(rb"console line (\d+): pmsg line written$", b"\n".join(lines), re.M)
    return int(found[-1]) if found else 0


# ramoops empties pmsg when it comes back.
back = max((number for number, line in enumerate(console)
            if line.endswith(b"legacy console [ramoops-1] enabled")), default=0)
erased = written(console[:back])
last = written(shown)
if last > erased:
    lines = (records / "pmsg-ramoops-0").read_bytes().split(b"\n")[:-1]
    # Here as well
    if lines and not lines[0].startswith(b"pmsg line "):
        del lines[0]
    if not lines:
        sys.exit("pmsg is empty")
    first = int(lines[0].removeprefix(b"pmsg line "))
    good = 0
    while good < len(lines) and lines[good] == b"pmsg line %d" % (first + good):
        good += 1
    # ramoops takes the room for a line before it copies it. Where the machine died in between, one
    # line or two have what was there before.
    if first + good <= last or len(lines) - good > 2:
        sys.exit(f"pmsg has {first} to {first + good - 1} in {len(lines)} lines, not all to {last}")
