#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""usage: barriers.py [BARRIER]

Models stores that reach memory in another order than the program's, which an emulator cannot show.
Between two barriers, any set of the stores may have reached memory when the machine is reset. The
model splits the life of a table, as drivers/soc/qcom/qcom_minidump.c writes it, into stores and
barriers, and checks each set of stores that is possible. With BARRIER, that barrier is left out, to
show that it is needed. The first bad set is printed, and the exit status is then 1.
"""
import itertools
import sys

BARRIERS = {
    "image": "the image, before the pointer to it",
    "pointer": "the pointer, before the count",
    "count": "the count, before register or unregister returns",
    "entry": "the entry, before it is enabled",
    "disable": "disabled, before what the entry describes changes",
}
LENGTH = 4		# entries of the largest table; what follows the table is the ELF header
JUNK = "junk"


class Program:
    """A list of stores and barriers, and for each change what is registered before and after it"""
    def __init__(self):
        self.steps = []
        self.slot = 0
        self.count = 0
        self.change = (0, set(), set())

    def store(self, where, what):
        self.steps.append((where, what, self.change))

    def barrier(self, name):
        self.steps.append((None, name, self.change))

    def publish(self, before, after):
        self.change = (self.change[0] + 1, set(before), set(after))
        table = ["K"] + after
        length = max(len(table), self.count)
        self.slot ^= 1
        for i in range(LENGTH):
            self.store(("image", self.slot, i), (table + table[-1:])[i] if i < length else JUNK)
        self.barrier("image")
        self.store("pointer", self.slot)
        self.barrier("pointer")
        self.store("count", len(table))
        self.barrier("count")
        self.count = len(table)

    def returned(self):
        """What the caller does when the function has returned: from then on it must be so."""
        number, _, after = self.change
        self.change = (number + 1, after, after)
        self.store("returned", self.change)

    def disable(self):
        self.store("enabled", False)
        self.barrier("disable")

    def probe(self, regions):
        self.disable()
        self.publish([], regions)
        self.store("ready", True)
        self.barrier("entry")
        self.store("enabled", True)

    def remove(self):
        self.disable()
        self.store("ready", False)
        self.store("count", 0)
        self.store("pointer", None)
        for slot in range(2):
            for i in range(LENGTH):
                self.store(("image", slot, i), JUNK)
        self.count = 0


def life():
    """Two devices' lives, over all that a change can be"""
    program = Program()
    program.probe([])
    program.returned()
    now = []
    for after in (["a"], ["a", "b"], ["a", "b", "c"], ["a", "c"], ["a"], ["a", "b"], ["b"], [],
                  ["c"], ["b", "c"][::-1]):
        program.publish(now, after)
        program.returned()
        now = after
    program.remove()
    program.probe(now)
    return program


def wrong(memory, changes):
    """What firmware would find wrong, or None; it may be at any of the changes."""
    if not memory["enabled"]:
        return None
    if not memory["ready"]:
        return "enabled, but not complete"
    if memory["pointer"] is None:
        return "enabled, but there is no table"
    table = [memory["image", memory["pointer"], i] for i in range(memory["count"])]
    if not table or table[0] != "K" or JUNK in table:
        return f"the table is {table}"
    # A surplus entry repeats the one before it, which may be the header's own.
    names = set(table[1:]) - {"K"}
    # What has returned is over.
    possible = [memory["returned"]] + [c for c in changes if c[0] > memory["returned"][0]]
    kept = set.intersection(*[before & after for _, before, after in possible])
    known = set.union(*[before | after for _, before, after in possible])
    if not kept <= names <= known:
        return (f"the table has {sorted(names)}, not {sorted(kept)} and perhaps more of"
                f" {sorted(known)}")
    return None


def main():
    without = sys.argv[1] if len(sys.argv) > 1 else None
    if without and without not in BARRIERS:
        sys.exit(f"no such barrier; there are: {', '.join(BARRIERS)}")
    # As firmware, or a kernel before, may have left it
    memory = {("image", slot, i): JUNK for slot in range(2) for i in range(LENGTH)}
    memory.update(enabled=True, ready=False, pointer=None, count=0,
                  returned=(0, set(), set()))
    sets = 0
    segment = []
    steps = life().steps
    # Nothing is promised of what was before the first barrier.
    started = False
    for step in steps + [(None, "end", None)]:
        if step[0] is not None:
            segment.append(step)
        if step[0] is not None or step[1] == without:
            continue
        for chosen in itertools.product((False, True), repeat=len(segment)):
            now = dict(memory)
            for (key, value, _), reached in zip(segment, chosen):
                if reached:
                    now[key] = value
            sets += 1
            bad = wrong(now, [step[2] for step in segment]) if started else None
            if bad:
                stores = [f"{key}={value}" for key, value, _ in segment]
                print(f"without '{BARRIERS.get(without, 'nothing')}': {bad}\n"
                      f"after {list(itertools.compress(stores, chosen))}\nof {stores}")
                return 1
        for key, value, _ in segment:
            memory[key] = value
        segment = []
        started = True
    print(f"{sets} sets of stores, all good")
    return 0


sys.exit(main())
