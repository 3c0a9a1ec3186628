#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Cuts the power of a guest that collects a dump, and checks the result of the next boot.

usage: powercuts.py WORK RUNS EXPECT COMMAND...

COMMAND boots the guest with the scenario powercut, and takes options for QEMU behind "--".
WORK/disk has a dump in its first partition, at 1 MiB, and an ext4 file system in its second, at
5 MiB. Copies of it are used, several at a time. After each cut and another boot, each file system
must have one directory with the files of EXPECT, and each dump must be marked as read. What the
guest has not flushed is lost in a cut; what it has written to the disk is not.
"""

import filecmp
import os
import random
import shutil
import signal
import subprocess
import sys
import time

PER_CUT = 4
AT_ONCE = 8
BESIDE = {".id", "summary", "regions"}


class Guest:
    def __init__(self, work, command):
        self.log = f"{work}/powercut.log"
        self.pid = f"{work}/pid"
        self.command = command

    def start(self, disks, cut):
        for path in (self.log, self.pid):
            if os.path.exists(path):
                os.remove(path)
        options = []
        for n, disk in enumerate(disks):
            options += ["-drive", f"file={disk},if=none,id=d{n},format=raw,cache=writeback",
                        "-device", f"virtio-blk-device,drive=d{n}"]
        append = "loglevel=1 cut=1" if cut else "loglevel=1"
        command = [*self.command, "--append", append, "--pid", self.pid, "--", *options]
        # the shell says that QEMU was killed
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def count(self, text):
        try:
            with open(self.log, "rb") as file:
                return file.read().count(text)
        except FileNotFoundError:
            return 0

    def wait_for(self, process, text):
        while not self.count(text):
            if process.poll() is not None:
                sys.exit(f"the guest ended before {text}")
            time.sleep(0.002)

    def kill(self, process):
        with open(self.pid, encoding="ascii") as file:
            os.kill(int(file.read()), signal.SIGKILL)
        process.wait()

    def duration(self, disk):
        """Of a run that nothing cuts, as seen from here"""
        process = self.start([disk], True)
        self.wait_for(process, b"powercut: go")
        began = time.monotonic()
        self.wait_for(process, b"powercut: status 0")
        duration = time.monotonic() - began
        self.kill(process)
        return duration


def extract(disk, out):
    """The files of the second partition"""
    part = out + ".ext4"
    os.makedirs(out)
    with open(disk, "rb") as source, open(part, "wb") as file:
        source.seek(5 << 20)
        shutil.copyfileobj(source, file)
    # debugfs reads the journal only when it is told to
    subprocess.run(["debugfs", "-w", "-R", "jr", part], check=True, capture_output=True)
    subprocess.run(["debugfs", "-R", f"rdump /crashes {out}", part], check=True,
                   capture_output=True)
    os.remove(part)


def marked(disk):
    with open(disk, "rb") as file:
        file.seek(1 << 20)
        return file.read(8) == b"CopyDone"


def is_stored(disk, work):
    out = f"{work}/now"
    shutil.rmtree(out, ignore_errors=True)
    extract(disk, out)
    names = os.listdir(f"{out}/crashes") if os.path.isdir(f"{out}/crashes") else []
    return any(name[0] != "." for name in names)


def check(disk, expect, work):
    out = f"{work}/files"
    shutil.rmtree(out, ignore_errors=True)
    extract(disk, out)
    names = os.listdir(f"{out}/crashes")
    crashes = [name for name in names if name[0] != "."]
    if len(crashes) != 1 or ".new" in names:
        sys.exit(f"{disk}: {names}")
    crash = f"{out}/crashes/{crashes[0]}"
    whole = os.listdir(expect)
    if set(os.listdir(crash)) != BESIDE | set(whole):
        sys.exit(f"{disk}: {os.listdir(crash)}")
    if filecmp.cmpfiles(expect, crash, whole, shallow=False)[0] != whole:
        sys.exit(f"{disk}: other contents")
    if not marked(disk):
        sys.exit(f"{disk}: not marked")


def main(work, rounds, expect, command):
    guest = Guest(work, command)
    shutil.copy(f"{work}/disk", f"{work}/probe")
    span = guest.duration(f"{work}/probe")
    stored = mark = done = 0
    for first in range(0, rounds, AT_ONCE):
        disks = []
        for n in range(first, min(first + AT_ONCE, rounds), PER_CUT):
            cut = [f"{work}/disk{m}" for m in range(n, min(n + PER_CUT, rounds))]
            for disk in cut:
                shutil.copy(f"{work}/disk", disk)
            process = guest.start(cut, True)
            guest.wait_for(process, b"powercut: go")
            time.sleep(random.uniform(0, span))
            guest.kill(process)
            # The span follows the speed of this machine, which other programs change.
            ended = guest.count(b"powercut: status")
            span *= 0.9 if ended > len(cut) // 2 else 1.1
            done += ended
            mark += sum(marked(disk) for disk in cut)
            stored += sum(is_stored(disk, work) for disk in cut)
            disks += cut
        process = guest.start(disks, False)
        if process.wait() or guest.count(b"cannot mount"):
            sys.exit(f"rounds from {first}: the next boot fails")
        for disk in disks:
            check(disk, expect, work)
            os.remove(disk)
    print(f"# {rounds} runs, {PER_CUT} per power cut: {stored} had stored the dump, "
          f"{mark} marked it, {done} ended")
    if stored in (0, rounds) or mark == 0 or done > rounds * 3 // 4:
        sys.exit("the cuts were not spread over the run")


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:])
