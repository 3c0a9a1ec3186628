#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes dumps like those from the field, for the tests beside it.

usage: field.py SET OUT

Writes OUT/<case>/dump, or OUT/<case>/mem, for each case.
"""

import os
import struct
import sys

from dumps import SIGNATURE, Dump, Zone, deflate, elf_header, log

TRACE = b"""[   %d.100000] Modules linked in:
[   %d.100001] CPU: 1 UID: 0 PID: 44 Comm: init Not tainted 7.3.0-test #1 PREEMPT
[   %d.100002] pc : bad_driver_write+0x8/0x18 [bad]
[   %d.100003] lr : vfs_write+0xc8/0x2c0
[   %d.100004] Call trace:
[   %d.100005]  bad_driver_write+0x8/0x18 [bad] (P)
[   %d.100006]  vfs_write+0xc8/0x2c0
[   %d.100007] ---[ end trace 0000000000000000 ]---
"""
STACK = b"""[   %d.200000] CPU: 0 UID: 0 PID: 1 Comm: init Not tainted 7.3.0-test #1 PREEMPT
[   %d.200001] Call trace:
[   %d.200002]  show_stack+0x1c/0x30 (C)
[   %d.200003]  dump_stack_lvl+0x34/0x88
[   %d.200004]  vpanic+0x110/0x2f0
[   %d.200005]  panic+0x60/0x68
[   %d.200006]  stop_here+0x3c/0x48
[   %d.200007] SMP: stopping secondary CPUs
[   %d.200008] CPU: 3 Call trace:
[   %d.200009]  another_cpu+0x3c/0x48
"""


def at(lines, second):
    return lines.replace(b"%d", b"%d" % second)


def panic(second, text=b"sysrq triggered crash"):
    return b"[   %d.000000] Kernel panic - not syncing: %s\n" % (second, text)


def oops(second, number=1):
    return b"[   %d.000000] Unable to handle kernel paging request at virtual address 0\n" \
        b"[   %d.000001] Internal error: Oops: 96000044 [#%d] SMP\n" % (
            second, second, number) + at(TRACE, second)


def record(seconds, reason, text):
    """A zone of dmesg; the kernel's levels are in each line of it."""
    kind = b"C" if len(text) > 500 else b"D"
    lines = b"".join(b"<6>" + line + b"\n" for line in text.splitlines())
    body = reason + b" Part1\n" + lines
    return Zone(4096).write(b"====%s-%s\n" % (seconds, kind) +
                            (deflate(body) if kind == b"C" else body))


def save(path, files, cut=None):
    """@cut: size by name, of files that end early"""
    os.makedirs(path)
    for name, data in files:
        with open(f"{path}/{name}", "wb") as file:
            file.write(data[:(cut or {}).get(name)])


def dump(console, records, **kwargs):
    made = Dump(**kwargs)
    made.console = Zone(8192, **kwargs).write(console)
    made.dmesg = records or [Zone(4096, **kwargs)]
    return made


def files_of(made, header=True):
    return [(f"md_{name}.BIN", data) for name, _, data in made.files()
            if header or name != "KELF_HEADER"]


def summary(out):
    def case(name, console, records=(), header=True, cut=None, **kwargs):
        save(f"{out}/{name}/dump",
             files_of(dump(console, list(records), **kwargs), header), cut)

    hung = panic(99, b"hung_task: blocked tasks")
    old = record(b"1700000000.000002", b"Panic#2", log(40) + panic(12, b"Fatal exception"))
    case("stale", log(30) + hung,
         [record(b"1800000000.000001", b"Panic#1", log(30) + hung), old, Zone(4096)])
    case("other-crash", log(9) + oops(20), [old])
    case("earlier-boot", log(120) + b"[  301.000000] last line before the reset\n", [old])
    init = panic(30, b"Attempted to kill init! exitcode=0x0000000b")
    boot = b"[    0.412345] watchdog: Delayed init of the lockup detector failed: -19\n" \
        b"[    0.412346] watchdog: NMI not fully supported\n" \
        b"[    0.412347] watchdog: watchdog0: watchdog did not stop!\n" \
        b"[    0.412348] Oops, no driver. Internal error: none\n"
    case("boot-message", boot + log(9) + init,
         [record(b"1800000000.000001", b"Panic#1", boot + log(24) + init)])
    case("boot-message-only", boot + log(9))

    def five(known):
        text = [b"[    %d.000000] Internal error: Oops: number %d [#%d]\n" % (n, n, n)
                for n in range(6)]
        case("more-oopses" + known, log(30) + (b"".join(text) if known else b""),
             [record(b"170000000%d.000001" % n, b"Oops#%d" % n, log(30) + text[n])
              for n in (4, 5, 3)])

    five("")
    five("-known")
    case("oops-panic", log(9) + oops(20) + panic(21, b"Oops: Fatal exception"),
         [record(b"1700000020.000001", b"Oops#1", log(9) + oops(20)),
          record(b"1700000021.000001", b"Panic#2",
                 log(9) + oops(20) + panic(21, b"Oops: Fatal exception"))])
    case("oops-then-panic", log(9) + oops(20) + oops(30, 2) + panic(90) + at(STACK, 90))
    case("oops-lost-panic", log(9) + oops(20) + panic(90) + at(STACK, 90),
         [record(b"1700000020.000001", b"Oops#1", log(9) + oops(20))])
    warning = b"[   40.000000] WARNING: drivers/a.c:9 at careless+0x8/0x10, CPU#1: init/1\n"
    case("panic-on-warn", log(9) + warning + at(TRACE, 40) +
         panic(41, b"kernel: panic_on_warn set ...") + at(STACK, 41))
    case("soft-lockup", log(9) + b"[   50.000000] watchdog: BUG: soft lockup - CPU#1 stuck "
         b"for 26s! [init:1]\n" + at(TRACE, 50))
    case("overflow", log(9) + b"[   20.000000] Insufficient stack space to handle exception!\n" +
         at(TRACE, 20) + panic(21, b"kernel stack overflow"))
    case("unhandled", log(9) + b"[   20.000000] Unhandled 64-bit el1h sync exception on CPU1, "
         b"ESR 0x0000000034000003 -- BTI\n" + at(TRACE, 20) + panic(21, b"Unhandled exception"))
    case("kasan", log(9) + b"[   20.000000] BUG: KASAN: slab-out-of-bounds in careless+0x8/0x10\n" +
         at(TRACE, 20) + panic(21, b"kasan.fault=panic set ..."))
    case("ubsan", log(9) + b"[   20.000000] UBSAN: shift-out-of-bounds in drivers/a.c:9:8\n" +
         at(TRACE, 20) + panic(21, b"UBSAN: panic_on_warn set ..."))
    case("hang-warned", log(9) + b"[   60.000000] rcu: INFO: rcu_preempt self-detected stall "
         b"on CPU\n" + at(TRACE, 60) + b"[   61.000000] the end\n")
    case("arm32", log(9) + b"[   20.000000] Internal error: Oops: 17 [#1] SMP ARM\n"
         b"[   20.000001] PC is at bad_write+0x10/0x20\n")
    case("arm32-stack", log(9) + panic(20) + b"[   20.000001] Call trace: \n"
         b"[   20.000002]  unwind_backtrace from show_stack+0x10/0x14\n"
         b"[   20.000003]  show_stack from panic+0x10/0x14\n"
         b"[   20.000004]  panic from stop_here+0x10/0x14\n")

    for name, before in (("caller", b"[   30.000000][    T1] "),
                         ("mediatek", b"[   30.000000] -(3)[1:swapper/0]"),
                         ("mediatek-caller", b"[   30.000000][  T123]  (3)[1:swapper/0]"),
                         ("samsung", b"[   30.000000]  [3:    kworker/3:1:  123] "),
                         ("samsung-level", b"[   30.000000] I[3:    kworker/3:1:  123] "),
                         ("huawei", b"[   30.000000][pid:1,cpu2,swapper/0]"),
                         ("no-time", b"")):
        case("prefix-" + name, log(9) + before + init[15:])
    case("prefix-driver", log(9) + b"[   30.000000] [drm] Kernel panic - not syncing: no\n")

    # a panic, then an oops and a panic before anything had set the clock, then a hang
    def unset(name, first, second, console=b""):
        case(name, log(9) + console, [record(first[0], b"%s#1" % first[1], first[2]),
                                      record(second[0], b"%s#2" % second[1], second[2])])

    oops_ = b"15.000000", b"Oops", oops(15)
    mine = b"15.000000", b"Panic", panic(15, b"mine")
    later = b"80.000000", b"Panic", panic(80, b"later")
    earlier = b"1700000000.000000", b"Panic", panic(90, b"of another boot")
    unset("clock", oops_, later)
    unset("clock-panic", mine, later)
    unset("clock-panic-set", mine, earlier)
    unset("clock-oops-set", oops_, earlier)
    save(f"{out}/clock-each-zone/dump", [
        ("md_KCONSOLE.BIN", Zone(8192).write(log(9)).raw()),
        ("md_KDMSG2.BIN", record(mine[0], b"Panic#1", mine[2]).raw()),
        ("md_KDMSG10.BIN", record(later[0], b"Panic#1", later[2]).raw())])
    unset("clock-confirmed", oops_, later, oops_[2])
    case("no-console", b"", [old])
    case("clock-jump", log(9) + panic(15),
         [record(b"1700000000.1", b"Oops#1", panic(15)),
          record(b"1700000009.1", b"Panic#2", b"[   16.000000] Kernel panic - not syncing: x\n")])
    long = panic(15, 200 * b"x")
    case("long-panic", log(9) + long, [record(b"1700000000.1", b"Panic#1", long)])
    case("clock-back", log(9) + panic(15),
         [record(b"1700000000.1", b"Panic#1", panic(15)),
          record(b"1800000000.1", b"Panic#1", panic(99))])
    case("shutdown", log(9), [record(b"1700000000.1", b"Shutdown#1", oops(3))])
    case("lines-lost", log(9) + b"[   30.000000] the end\n",
         [record(b"1700000000.1", b"Panic#1", b"[   29.999999] other CPU\n")])
    case("corrupt", log(9), [Zone(4096).write(b"====1700000000.1-C\n" + 60 * b"\xff")])
    case("cut", log(90), cut={"md_KCONSOLE.BIN": 2500})
    case("cut-wrapped-once", log(400), cut={"md_KCONSOLE.BIN": 8000})
    made = dump(log(200), [])
    made.console.write(log(220)[-1500:])
    save(f"{out}/cut-wrapped/dump", files_of(made), {"md_KCONSOLE.BIN": 7000})
    case("ecc-hang", log(20), ecc=16)
    banner = b"[    0.000000] Linux version 6.6.1-vendor (me@here) (gcc (x #2) 14, ld 2.44) " \
        b"#7 SMP PREEMPT Tue Jan  6 08:00:00 UTC 2026\n"
    case("kernel-unknown", banner + log(9), header=False)
    case("many", log(9), [record(b"1700000000.%d" % n, b"Oops#%d" % n, oops(n))
                          for n in range(40)])
    case("quotes", log(9) + b'[    9.000000] a "b\\c"\td\n')
    long = b"[    9.000000] " + 3000 * b"x" + b"\x1b[31m\n"
    case("long", b"[    8.000000] a\tb\n" + long)
    save(f"{out}/it's here/dump", files_of(dump(log(9), [])))


def memory(out):
    os.makedirs(out)
    calls = b"".join(struct.pack("<3Q", 1 << 63 | n, 1 << 63, n << 8) for n in range(5))
    messages = b"".join(b"I/Manager (1234): message number %d\n" % n for n in range(99))

    def area(size, zones=1, text=b"", signature=SIGNATURE, ecc=0, align=2, at=0):
        size = size // zones // align * align
        return b"".join(Zone(size, signature, ecc).write(text if n == at else b"").raw()
                        for n in range(zones))

    def case(name, *areas):
        with open(f"{out}/{name}", "wb") as file:
            file.write(b"".join(areas))

    def dmesg(size, zones, **kwargs):
        return area(size, zones, b"====1700000000.000001-C\n" + deflate(log(60)), **kwargs)

    def ftrace(size, zones=1, version=0x50400, align=2):
        return area(size, zones, calls, SIGNATURE ^ version, align=align, at=zones - 1)

    parts = [dmesg(0x4000, 4), area(0x2000, text=log(90)), area(0x1000, text=messages)]
    case("new", *parts, ftrace(0x1000))
    case("old", parts[0], parts[1], ftrace(0x1000), parts[2])
    case("old-text", dmesg(0x2000, 2), area(0x1000, text=log(30)),
         area(0x800, signature=SIGNATURE ^ 0x50400), area(0x800, text=messages))
    case("no-ftrace", *parts)
    case("cpus", *parts, ftrace(0x1000, 6, 0x60c00), bytes(4))
    case("cpus-old", parts[0], parts[1], ftrace(0x1000, 8), parts[2])
    case("cpus-old-six", parts[0], parts[1], ftrace(0x1000, 6), parts[2], bytes(4))
    # sizes that a division leaves, rounded down as the kernels of different times do it
    for align in (1, 2, 4):
        made = b"".join([dmesg(0x4ffc, 4, align=align), *parts[1:],
                         ftrace(0x1000, 6, 0x70300, align)])
        case(f"align-{align}", made.ljust(0x8ffc, b"\0"))
    case("inside", 0x5000 * b"\x55\xaa", *parts, ftrace(0x1000), 0x3000 * b"\xaa\x55")
    case("ecc", dmesg(0x3800, 3, ecc=16), area(0x2000, text=log(250), ecc=16),
         area(0x800, text=messages, ecc=16))
    case("no-kernel", parts[0], parts[1], parts[2], ftrace(0x1000, 1, 0x20600))


def names(out):
    first, second = (record(b"170000000%d.5" % n, b"Panic#1", log(20) + panic(30 + n))
                     for n in (0, 1))
    console = Zone(4096).write(log(20) + panic(31)).raw()
    pmsg = Zone(1024).write(b"a message\n").raw()
    calls = [Zone(1024, SIGNATURE ^ 0x70300).write(
        b"".join(struct.pack("<3Q", 1 << 63 | n, 1 << 63, n << 8 | cpu) for n in range(3 + cpu)))
        for cpu in (0, 1)]
    empty = Zone(4096).raw()

    def case(name, *files):
        save(f"{out}/{name}/dump", files)

    case("each-zone", ("md_KDMSG0.BIN", first.raw()), ("md_KDMSG1.BIN", empty),
         ("md_KDMSG2.BIN", second.raw()), ("md_KDMSG10.BIN", first.raw()),
         ("md_KCONSOLE.BIN", console), ("md_KPMSG.BIN", pmsg),
         ("md_KFTRACE0.BIN", calls[0].raw()), ("md_KFTRACE1.BIN", calls[1].raw()))
    case("no-zero", ("md_KDMESG2.BIN", second.raw()), ("md_KDMESG3.BIN", first.raw()))
    case("second", ("md_KDMESG.BIN", first.raw() + empty + empty),
         ("md_KDMESG1.BIN", second.raw()), ("md_KCONSOLE.BIN", console))
    case("upper-case", ("MD_KDMESG.BIN", first.raw()), ("MD_KCONSOLE.bin", console))
    case("browser", ("md_KDMESG (1).BIN", first.raw()), ("md_KCONSOLE(2).BIN", console))
    case("browser-both", ("md_KPMSG (1).BIN", first.raw()), ("md_KPMSG.BIN", pmsg))
    case("unknown", ("md_OOPS.BIN", first.raw()), ("md_BLACKBOX.BIN", console),
         ("md_USER.BIN", pmsg), ("md_CALLS.BIN", calls[1].raw()), ("md_EMPTY.BIN", empty),
         ("md_MODEM.BIN", b"DBGC" + bytes(range(1, 200))), ("md_SHORT.BIN", b"DBGC"),
         ("md_KDMESGX.BIN", second.raw()), ("md_KDMESG99999.BIN", second.raw()))
    case("wrapped", ("md_BLACKBOX.BIN", Zone(4096).write(log(900)).raw()))


def salvage(out):
    crash = log(60) + panic(90)

    def case(name, change, **kwargs):
        made = dump(crash, [record(b"1700000000.5", b"Panic#1", crash), Zone(4096, **kwargs)],
                    **kwargs)
        made.pmsg = Zone(2048).write(40 * b"a message of user space\n")
        change(made)
        save(f"{out}/{name}/dump", files_of(made))

    def forget(zone, start=0, size=0):
        zone.start, zone.size = start, size

    def forget_all(made):
        for zone in (made.console, made.pmsg, *made.dmesg):
            forget(zone)

    def no_text(made):
        forget(made.console)
        made.console.data[:] = bytes((n * n * 7 + n // 256) % 256 for n in range(8180))

    def least_text(made):
        forget(made.console)
        made.console.data[:] = b"x" * 24 + bytes(8180 - 24)

    def pmsg_only(made):
        forget_all(made)
        made.dmesg = [Zone(4096)]
        made.console.data[:] = bytes(8180)

    def full(made):
        made.console.write(log(300))
        forget(made.console)

    case("console", lambda made: forget(made.console))
    case("console-corrupt", lambda made: forget(made.console, 9, 3))
    case("console-signature", lambda made: setattr(made.console, "signature", 0x12345678))
    case("dmesg", lambda made: forget(made.dmesg[0]))
    case("dmesg-corrupt", lambda made: forget(made.dmesg[0], 9999, 1))
    case("all", forget_all)
    case("pmsg-only", pmsg_only)
    case("no-text", no_text)
    case("least-text", least_text)
    case("full", full)
    case("whole", lambda made: None)


def modular(out):
    """ftrace of a kernel with pstore as a module, which stores addresses as moved"""
    offset = 0x12340000
    first, second = 0xffff800080000010, 0xffff800080000044
    for name, moved in (("moved", offset), ("linked", 0)):
        zone = Zone(1024, SIGNATURE ^ 0x70300)
        for n in range(5):
            zone.write(struct.pack("<3Q", first + moved, second + moved, n << 8))
        save(f"{out}/{name}/dump", [("md_KFTRACE.BIN", zone.raw())])
    with open(f"{out}/System.map", "w", encoding="ascii") as file:
        file.write("ffff800080000000 T first\nffff800080000040 T second\n"
                   "ffff800080000080 T third\nffff800080001000 T _etext\n")


SETS = {"summary": summary, "memory": memory, "names": names, "salvage": salvage,
        "modular": modular}

if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in SETS:
        sys.exit(__doc__)
    SETS[sys.argv[1]](sys.argv[2])
