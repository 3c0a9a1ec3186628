#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""usage: clearing.py RAM REPORT BUILD ECC COMMAND...

Puts records into RAM, as an older kernel leaves them, and runs COMMAND, which ends with options of
QEMU, with the plugin stores.so. The guest clears ramoops' memory while it boots, removes record 3,
and has an oops and a panic, which replace records 0 and 1 by shorter ones. After each store to that
memory, the reader shows what the next boot would: each record of before must be there as it was, or
not at all if it may go, and must not come back. A new record must be complete before the rest of
the older one is cleared, and must not change then. Whatever is behind the records must be 0 at the
end. If ECC is odd, one store of each step may leave a block with one error more than can be
corrected; rarely, that is taken for another codeword. The first violation ends the run, with
status 1. REPORT is a table of the operations.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.append(str(pathlib.Path(__file__).parents[1] / "lib"))
# pylint: disable=wrong-import-position
from leaves import BLOCK, HEADER, Parity, Zone  # noqa: E402

ram, report, build = sys.argv[1:4]
ecc, command = int(sys.argv[4]), sys.argv[5:]
BASE, DMESG, DMESG_ZONES, CONSOLE, PMSG = 0x4f000000, 0x1000, 7, 0x800, 0x400
SIZE = DMESG * DMESG_ZONES + CONSOLE + PMSG
SIGNATURE = 0x43474244
OPERATIONS = {0: "oops", 1: "panic", 3: "erase"}  # by zone
UNUSED_TEXT = b"left behind by an earlier owner of this RAM\n" * 200
code = Parity(ecc) if ecc else None
state = pathlib.Path(ram + ".state")
shown_in = pathlib.Path(ram + ".records")


class Violation(Exception):
    """What a crash at this instant would do"""


def record(number, size):
    """A record of pstore, of so many bytes"""
    text = f"====170000000{number}.000000-D\nPanic#1 Part1\n"
    lines = "".join(f"<4>[    {n}.000000] record {number}\n" for n in range(10, 400))
    return (text + lines).encode()[:size]


def zone(size, content, start=0, length=None, sig=SIGNATURE, damage=0):
    """A zone that an older kernel has left, with text behind its content"""
    header = HEADER.pack(sig, start, len(content) if length is None else length)
    data_size = len(Zone(bytes(size), ecc).data)
    data = bytearray((content + UNUSED_TEXT)[:data_size])
    parity = b""
    if ecc:
        parity = b"".join(code.of(data[at:at + BLOCK]) for at in range(0, data_size, BLOCK))
        # There may be parity for one block more than there is data.
        parity += bytes(size - HEADER.size - data_size - len(parity) - ecc) + code.of(header)
        for at in range(damage):
            data[(len(content) - 1) // BLOCK * BLOCK + at] ^= 0xa5
    return header + data + parity


def before():
    """What is in the memory before the boot"""
    ring = b"a line of the log before\n" * 200
    console_size, pmsg_size = (len(Zone(bytes(size), ecc).data) for size in (CONSOLE, PMSG))
    return b"".join([
        zone(DMESG, record(0, len(Zone(bytes(DMESG), ecc).data))),
        zone(DMESG, record(1, 3000)),
        zone(DMESG, record(2, 1400), damage=ecc // 2),
        zone(DMESG, record(3, 1024)),
        zone(DMESG, b""),
        zone(DMESG, b"data that pstore has not written\n" * 9),
        zone(DMESG, b"", length=2 * DMESG, start=5) if not ecc else UNUSED_TEXT[:DMESG],
        zone(CONSOLE, ring[:console_size], start=700),
        zone(PMSG, ring[:pmsg_size // 2])])


def records(memory):
    """What the next boot shows: name, content, and the number of blocks beyond repair"""
    state.write_bytes(memory)
    shutil.rmtree(shown_in, ignore_errors=True)
    subprocess.run([build + "/reader/minidump-pstore", f"--ecc={ecc}", f"--record-size={DMESG}",
                    f"--console-size={CONSOLE}", f"--pmsg-size={PMSG}", "--ftrace-size=0",
                    "extract", state, shown_in],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    shown = {}
    for file in shown_in.iterdir() if shown_in.exists() else []:
        content = file.read_bytes()
        notice = re.search(rb"\nECC: (?:No errors detected|\d+ Corrected bytes, (\d+) unrec"
                           rb"overable blocks)\n\Z", content) if ecc else None
        if ecc and not notice:
            raise Violation(f"{file.name} has no notice of ECC")
        # A record that does not inflate has this suffix.
        shown[file.name.removesuffix(".enc.z")] = (
            content[:notice.start()] if notice else content,
            int(notice[1] or 0) if notice else 0)
    return shown


class Judge:
    """What there was before, what is shown now, and the states of the new records"""
    def __init__(self, memory):
        self.memory = bytearray(memory)
        self.first = self.shown = records(memory)
        self.logging = False
        self.bad = set()
        self.new = {"oops": [], "panic": []}
        self.table = {}

    def store(self, offset, size, now):
        """One store: the memory is now as given."""
        operation = "boot"
        if self.logging:
            operation = OPERATIONS.get(offset // DMESG, "other")
        row = self.table.setdefault(operation, [0, 0, 0, set()])
        row[0] += 1
        row[1] += size
        old = self.memory[offset:offset + size]
        self.memory[offset:offset + size] = now[offset:offset + size]
        if self.memory != now:
            raise Violation("memory has changed without a store")
        # The first line of this boot's log
        console = Zone(now[DMESG * DMESG_ZONES:DMESG * DMESG_ZONES + CONSOLE], 0)
        if "console-ramoops-0" not in self.shown and console.size:
            self.logging = True
        if operation == "other" or old == now[offset:offset + size]:
            return
        row[2] += 1
        shown = records(now)
        row[3].add(str(sorted(shown.items())))
        replaced = None
        if operation in self.new:
            replaced = f"dmesg-ramoops-{offset // DMESG}"
            at = offset // DMESG * DMESG
            if not self.new[operation]:
                before_it = bytearray(now[at:at + DMESG])
                before_it[offset - at:offset - at + size] = old
                self.new[operation].append((b"", 0, bytes(before_it)))
            self.new[operation].append((*shown.get(replaced, (b"", 0)), now[at:at + DMESG]))
        self.judge(operation, replaced, shown)
        if replaced in shown:
            self.first[replaced] = shown[replaced]

    def judge(self, operation, replaced, shown):
        """One instant: what it shows against what was there before"""
        logs = ["console-ramoops-0", "pmsg-ramoops-0"]
        may_go = [*logs, replaced, "dmesg-ramoops-3" if operation == "erase" else None]
        bad = set()
        for name, (content, bad_blocks) in shown.items():
            if name == replaced or name in logs and self.logging:
                continue
            if name not in self.shown:
                raise Violation(f"{name} shows {content[:80]}")
            if content != self.first[name][0]:
                raise Violation(f"{name} is damaged: {content[:80]}")
            if bad_blocks > self.first[name][1]:
                bad.add(name)
        self.judge_bad(bad)
        for name in self.shown:
            if name not in shown and name not in may_go:
                raise Violation(f"{name} is lost")
        self.shown = shown

    def judge_bad(self, bad):
        """A block that ECC cannot correct may be there after one store only, and for odd ECC."""
        if bad and ecc % 2 == 0 or bad & self.bad:
            raise Violation(f"{bad} has a block that ECC cannot correct")
        self.bad = bad

    def new_record(self, operation):
        """It is complete before anything behind it is cleared, and does not change then."""
        states = self.new[operation]
        if not states:
            raise Violation(f"no record was written: {operation}")
        content, bad_blocks, _ = states[-1]
        if bad_blocks:
            raise Violation(f"{operation}: {bad_blocks} bad blocks")
        complete = [state[:2] for state in states].index((content, 0))
        old, new = (Zone(states[at][2], ecc) for at in (0, complete))
        behind = -(-new.size // BLOCK) * BLOCK
        if not any(old.data[behind:]) or old.data[behind:] != new.data[behind:]:
            raise Violation(f"{operation}: memory was cleared before the new record was complete")
        self.bad = set()
        for now, bad_blocks, _ in states[complete:]:
            changed = now != content
            if changed and ecc % 2 == 0:
                raise Violation(f"{operation}: the new record has changed after it was complete:"
                                f" {now[:80]}")
            self.judge_bad({operation} if bad_blocks or changed else set())
        self.table[operation + ", new record complete"] = [
            "", "", len(states) - complete, {state[:2] for state in states[complete:]}]

    def end(self):
        """All that there was to do has been done."""
        for operation in ("boot", *OPERATIONS.values()):
            if operation not in self.table:
                raise Violation(f"nothing was written: {operation}")
        if "dmesg-ramoops-3" in self.shown:
            raise Violation("record 3 was not removed")
        for operation in self.new:
            self.new_record(operation)
        for operation, words in ("oops", b"kernel BUG at"), ("panic", b"\nKernel panic"):
            if words not in re.sub(rb"<\d>\[.*?\] ", b"", self.new[operation][-1][0]):
                raise Violation(f"the new record is not that of the {operation}")
        for number in range(DMESG_ZONES):
            at = number * DMESG
            for error in Zone(bytes(self.memory[at:at + DMESG]), ecc).errors(code):
                raise Violation(f"dmesg zone {number}: {error}")


with open(ram, "r+b") as file:
    file.seek(BASE - 0x40000000)
    file.write(before())
judge = Judge(before())
if sorted(judge.first) != ["console-ramoops-0", *(f"dmesg-ramoops-{i}" for i in range(4)),
                           "pmsg-ramoops-0"]:
    sys.exit(f"the reader finds {sorted(judge.first)} before the boot")
failed = False
instructions, pc = 0, 0
events, guest_events = os.pipe()
guest_answers, answers = os.pipe()
# pylint: disable=consider-using-with
guest = subprocess.Popen(command + [
    "-plugin", f"file={build}/instant/stores.so,ram={ram},from={BASE},size={SIZE},"
    f"events=/dev/fd/{guest_events},answers=/dev/fd/{guest_answers}"],
    pass_fds=(guest_events, guest_answers))
os.close(guest_events)
os.close(guest_answers)
try:
    with open(events, encoding="ascii") as asked, open(answers, "w", encoding="ascii") as tell, \
         open(ram, "rb") as file:
        for line in asked:
            instructions, pc, where, length, _ = line.split()
            file.seek(BASE - 0x40000000)
            judge.store(int(where), int(length), file.read(SIZE))
            tell.write(".")
            tell.flush()
        judge.end()
except Violation as violation:
    failed = True
    print(f"VIOLATION after instruction {instructions} at 0x{pc}:\n{violation}")
if guest.wait() and not failed:
    failed = True
    print(f"the guest has ended with status {guest.returncode}")
shutil.rmtree(shown_in, ignore_errors=True)
state.unlink()

with open(report, "w", encoding="ascii") as out:
    print(f"{'operation':30} {'stores':>7} {'bytes':>7} {'judged':>7} {'shown':>6}", file=out)
    for name, (stores, count, judged, different) in judge.table.items():
        print(f"{name:30} {stores:>7} {count:>7} {judged:7} {len(different):6}", file=out)
sys.exit(failed)
