#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""usage: judge.py RAM REPORT BUILD COMMAND...

Runs COMMAND, which ends with options of QEMU, with RAM and the plugin watch.so, and answers
watch.c. Whenever the memory that firmware would read has changed, fwsim verifies it and makes a
dump, and the reader reads the dump. The guest announces each step: words, +NAME and -NAME for
regions that the step registers and unregisters, ?NAME for one that it may register, and "on" or
"off" if something or nothing must be published afterwards. "off" removes all regions. Regions that
are registered before and after a step must be there at every instant of it, and LAST_* behind the
others after it. A note counts as a region of the name that it holds. The first
violation ends the run, with status 1. REPORT is a table of the operations.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

ram, report, build, *command = sys.argv[1:]
fwsim = build + "/fwsim/fwsim"
reader = build + "/reader/minidump-pstore"
dump = pathlib.Path(ram + ".dump")


class Violation(Exception):
    pass


def run(*argv):
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", check=False)
    return done.returncode, done.stdout


def place(name):
    """To sort by: the note, then the regions, in the order in which they were registered"""
    return not name.startswith("NOTE_"), name.startswith("LAST_")


class Step:
    """What is done between two marks, and what was seen of it"""
    def __init__(self, text, registered, on, instructions):
        words = [word for word in text.split() if word not in ("on", "off")]
        self.name = " ".join(word for word in words if not re.match("[-+?]", word))
        self.before = registered
        self.added = [word[1:] for word in words if word.startswith("+")]
        self.perhaps = [word[1:] for word in words if word.startswith("?")]
        removed = [word[1:] for word in words if word.startswith("-")]
        self.kept = [name for name in registered if name not in removed]
        self.was_on = on
        self.on = "on" in text.split() or (on and "off" not in text.split())
        if not self.on:
            self.kept = []
        self.begin = instructions
        self.changes = 0
        self.states = set()
        self.published = None

    def look(self):
        """One instant: what is published must be sound, and nothing may be lost."""
        must = [name for name in self.kept if not name.startswith("NOTE_")
                and self.was_on and self.on]
        status, said = run(fwsim, "verify", ram, *must)
        if status:
            raise Violation(said)
        if "disabled" in said:
            self.published = None
            return
        shutil.rmtree(dump, ignore_errors=True)
        status, said = run(fwsim, "dump", ram, str(dump))
        if status:
            raise Violation(said)
        self.published = [line.split()[0] for line in said.splitlines()]
        header = (dump / "md_KELF_HEADER.BIN").read_bytes()
        self.published[1:1] = [note.decode() for note in
                               re.findall(rb"VMCOREINFO\0\0(\w*)", header)]
        # A table that shrinks ends with a repetition.
        names = self.published[:-1] if self.published[-1] in self.published[:-1] \
            else self.published
        may = ["KELF_HEADER"] + self.before + self.added + self.perhaps
        for wrong, have, want in (("is there, but not registered", names, may),
                                  ("is registered, but not there", self.kept, names)):
            for name in have:
                if name not in want:
                    raise Violation(f"{name} {wrong}\n")
        status, said = run(reader, "list", str(dump))
        if status:
            raise Violation(said)

    def end(self):
        """After a step exactly what is registered is published."""
        self.look()
        self.added += [name for name in self.perhaps if name in (self.published or [])]
        want = ["KELF_HEADER"] + sorted(self.kept + self.added, key=place) if self.on else None
        if self.published != want:
            raise Violation(f"published is {self.published}, not {want}\n")


steps = []
step = Step("power-on +KDMESG +KCONSOLE +KPMSG +KFTRACE on", [], False, 0)
instructions = 0
failed = False
events, guest_events = os.pipe()
guest_answers, answers = os.pipe()
# pylint: disable=consider-using-with
guest = subprocess.Popen(command + [
    "-plugin", f"file={build}/instant/watch.so,ram={ram},events=/dev/fd/{guest_events},"
    f"answers=/dev/fd/{guest_answers}"], pass_fds=(guest_events, guest_answers))
os.close(guest_events)
os.close(guest_answers)
with open(events, encoding="ascii", errors="replace") as asked, \
     open(answers, "w", encoding="ascii") as tell:
    try:
        for line in asked:
            what, instructions, where, state, text = line.rstrip("\n").split(" ", 4)
            instructions = int(instructions)
            if what == "mark":
                step.end()
                step.instructions = instructions - step.begin
                steps.append(step)
                step = Step(text, step.kept + step.added, step.on, instructions)
            else:
                step.changes += 1
                step.states.add(state)
                if what == "others":
                    raise Violation("memory of the ToC that is not Linux's was written\n")
                step.look()
            tell.write(".")
            tell.flush()
        step.end()
        step.instructions = instructions - step.begin
        steps.append(step)
    except Violation as violation:
        failed = True
        print(f"VIOLATION in step '{step.name}', change {step.changes}, before instruction"
              f" {instructions} at 0x{where}:\n{violation}", end="")
if (guest.wait() or step.name != "shutdown") and not failed:
    failed = True
    print(f"the guest has ended with status {guest.returncode} in step '{step.name}'")
shutil.rmtree(dump, ignore_errors=True)

# Steps of one name, such as those of a loop, are one operation.
table = {}
for step in steps:
    row = table.setdefault(step.name, [0, 0, 0, set()])
    row[0] += 1
    row[1] += step.instructions
    row[2] += step.changes
    row[3] |= step.states
with open(report, "w", encoding="ascii") as out:
    print(f"{'operation':48} {'times':>5} {'instructions':>12} {'changes':>7} {'states':>6}",
          file=out)
    for name, (times, count, changes, states) in table.items():
        print(f"{name:48} {times:5} {count:12} {changes:7} {len(states):6}", file=out)
    everything = set().union(*(row[3] for row in table.values()))
    print(f"{'all':48} {len(steps):5} {instructions:12}"
          f" {sum(row[2] for row in table.values()):7} {len(everything):6}", file=out)
sys.exit(failed)
