#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""usage: leaves.py AREAS DUMP ECC [TEXT]...

Checks that the files of DUMP hold no byte that ramoops did not put there. AREAS has a line for each
area: name, address, size and zone size, in hexadecimal. Behind the valid data of a zone, each byte
must be 0. With ECC bytes of parity per block, the parity of each block and of the header must be
right. No file may contain TEXT. The exit status is 1 if anything is wrong.
"""
import pathlib
import struct
import sys

HEADER = struct.Struct("<3I")
BLOCK = 128


class Parity:
    """The Reed-Solomon code of ramoops: 8-bit symbols, polynomial 0x11d, first root 1"""
    def __init__(self, size):
        power = [1]
        for _ in range(254):
            power.append(power[-1] << 1 ^ (0x11d if power[-1] & 0x80 else 0))
        log = {value: exponent for exponent, value in enumerate(power)}

        def times(left, right):
            return power[(log[left] + log[right]) % 255] if left and right else 0

        # The product of (x - 2^i), the highest coefficient first
        generator = [1]
        for i in range(size):
            generator = [high ^ times(low, power[i])
                         for high, low in zip(generator + [0], [0] + generator)]
        self.size = size
        self.rows = [int.from_bytes(bytes(times(byte, factor) for factor in generator[1:]), "big")
                     for byte in range(256)]

    def of(self, data):
        """The parity of one block"""
        top, mask, value = 8 * (self.size - 1), (1 << 8 * self.size) - 1, 0
        for byte in data:
            value = (value << 8 & mask) ^ self.rows[byte ^ value >> top]
        return value.to_bytes(self.size, "big")


class Zone:
    """One zone of ramoops, with ecc bytes of parity per block"""
    def __init__(self, raw, ecc):
        self.sig, self.start, self.size = HEADER.unpack_from(raw)
        self.raw_header = raw[:HEADER.size]
        self.data = raw[HEADER.size:]
        self.parity = b""
        if ecc:
            blocks = -(-(len(self.data) - ecc) // (BLOCK + ecc))
            data_size = len(self.data) - (blocks + 1) * ecc
            self.data, self.parity = self.data[:data_size], self.data[data_size:]
        self.ecc = ecc

    def errors(self, code):
        """What is wrong with the zone"""
        if self.size > len(self.data) or self.start > self.size:
            yield f"size {self.size}, start {self.start} in {len(self.data)} bytes"
            return
        behind = self.data[self.size:]
        foreign = len(behind) - behind.count(0)
        if foreign:
            yield (f"{foreign} bytes behind {self.size} bytes of data:"
                   f" {behind.lstrip(bytes(1))[:40]}")
        if not self.ecc:
            return
        wrong = [at for at in range(0, len(self.parity) - self.ecc, self.ecc)
                 if self.parity[at:at + self.ecc] != code.of(self.block(at // self.ecc))]
        if wrong:
            yield f"wrong parity of {len(wrong)} blocks, first at {wrong[0] // self.ecc * BLOCK}"
        if self.parity[-self.ecc:] != code.of(self.raw_header):
            yield "wrong parity of the header"

    def block(self, number):
        """The data of one block. ramoops may have parity for one block more than there is data."""
        return self.data[number * BLOCK:(number + 1) * BLOCK]


def main(areas, dump, ecc, *texts):
    """Prints each error. True if there is none"""
    # ramoops takes 1 for 16 from the command line.
    ecc = {1: 16}.get(int(ecc, 0), int(ecc, 0))
    code = Parity(ecc) if ecc else None
    errors = []
    found = [line.split() for line in pathlib.Path(areas).read_text().splitlines()]
    found = [(name, *(int(number, 16) for number in numbers)) for name, *numbers in found]
    for name, address, size, zone_size in found:
        raw = (pathlib.Path(dump) / f"md_{name}.BIN").read_bytes()
        # Regions begin and end at multiples of 4, perhaps in the area before or behind.
        first = address % 4
        for at in [*range(first), *range(first + size, len(raw))]:
            if raw[at] and not any(other <= address - first + at < other + other_size
                                   for _, other, other_size, _ in found):
                errors.append(f"{name}: a byte outside the areas at {at}")
        for at in range(first, first + size, zone_size):
            errors += [f"{name} at {at}: {error}"
                       for error in Zone(raw[at:at + zone_size], ecc).errors(code)]
    for file in sorted(pathlib.Path(dump).iterdir()):
        for text in texts:
            count = file.read_bytes().count(text.encode())
            if count:
                errors.append(f"{file.name}: {count} times '{text}'")
    print("\n".join(errors))
    return not errors


if __name__ == "__main__":
    sys.exit(not main(*sys.argv[1:]))
