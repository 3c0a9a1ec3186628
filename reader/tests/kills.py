#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Kills collect, and checks the result of the next run.

usage: kills.py READER DUMP EXPECT WORK ROUNDS

READER collects DUMP with --clear and is killed: ROUNDS times at a random instant, or, if that is 0
and strace is installed, once at each system call that changes or opens something. The next run is
not killed. After that, there must be one directory, with the files of EXPECT, and DUMP must be
marked as read.
"""

import filecmp
import os
import random
import shutil
import subprocess
import sys
import time

BESIDE = {".id", "summary", "regions"}
CALLS = {"fsync", "link", "linkat", "mkdir", "mkdirat", "open", "openat", "pwrite64", "rename",
         "renameat", "renameat2", "syncfs", "unlinkat", "utimensat", "write"}


def names(path):
    return os.listdir(path) if os.path.isdir(path) else []


class Collection:
    def __init__(self, reader, dump, expect, work):
        self.dump = dump
        self.expect = expect
        self.partition = f"{work}/partition"
        self.to = f"{work}/to"
        self.command = [reader, "collect", "--clear", f"--to={self.to}", self.partition]
        os.mkdir(work)

    def reset(self):
        shutil.rmtree(self.to, ignore_errors=True)
        shutil.copy(self.dump, self.partition)

    def start(self, before=()):
        return subprocess.Popen([*before, *self.command], stdout=subprocess.DEVNULL)

    def crashes(self):
        return [name for name in names(self.to) if name[0] != "."]

    def check(self, what):
        if self.start().wait():
            sys.exit(f"{what}: the next run fails")
        if len(self.crashes()) != 1 or ".new" in names(self.to):
            sys.exit(f"{what}: {names(self.to)}")
        crash = f"{self.to}/{self.crashes()[0]}"
        whole = names(self.expect)
        if set(names(crash)) != BESIDE | set(whole):
            sys.exit(f"{what}: {names(crash)}")
        if filecmp.cmpfiles(self.expect, crash, whole, shallow=False)[0] != whole:
            sys.exit(f"{what}: other contents")
        if os.path.getsize(f"{crash}/.id"):
            sys.exit(f"{what}: the ID is not empty, so an equal dump would be missed")
        with open(self.partition, "rb") as file:
            if file.read(8) != b"CopyDone":
                sys.exit(f"{what}: not marked")


def at_random(collection, rounds):
    collection.reset()
    began = time.monotonic()
    collection.start().wait()
    span = time.monotonic() - began

    killed = stored = 0
    for n in range(rounds):
        collection.reset()
        process = collection.start()
        time.sleep(random.uniform(0, span))
        process.kill()
        # The span follows the speed of this machine, which other programs change.
        if process.wait():
            killed += 1
            stored += len(collection.crashes())
            span *= 1.1
        else:
            span *= 0.9
        collection.check(f"round {n}")
    print(f"{rounds} rounds: {killed} killed, {stored} of them after the dump was stored")
    return killed >= rounds // 4


def at_each_call(collection):
    collection.reset()
    trace = collection.partition + ".trace"
    collection.start(["strace", "-o", trace]).wait()
    counts = {}
    killed = stored = 0
    with open(trace, encoding="ascii", errors="replace") as file:
        calls = [line.split("(")[0] for line in file]
    for call in calls:
        counts[call] = counts.get(call, 0) + 1
        if call not in CALLS:
            continue
        collection.reset()
        kill = f"inject={call}:signal=KILL:when={counts[call]}"
        killed += collection.start(["strace", "-o", trace, "-e", kill]).wait() != 0
        stored += len(collection.crashes())
        collection.check(f"{call} {counts[call]}")
    print(f"{killed} killed, {stored} of them after the dump was stored")
    return killed == sum(counts[call] for call in CALLS if call in counts) and stored


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    rounds = int(sys.argv[5])
    collection = Collection(*sys.argv[1:5])
    if not (at_random(collection, rounds) if rounds else at_each_call(collection)):
        sys.exit("too few were killed")
