#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes dumps with records that other compressors than today's have written.

usage: compressors.py OUT

Writes OUT/<case>/ with what dumps.py writes for a case. A case whose name ends in -<library> can
only be expanded with that library.
"""

import base64
import os
import sys
import zlib

from dumps import RECORD, Dump, Zone, log, save_directory, without

TEXT = b"Panic#1 Part1\n" + log(30)

# TEXT as the programs zstd, lz4 and lzop have compressed it; of the latter two, what is in the
# only block of the file, which is what the kernel's compressors of these names make
ZSTD = base64.b64decode(
    "KLUv/WAAA0UEAEJHFRWATRtE6CcFCJnArgmRyN6pEkdaA57rS12lp/3qNZ94/O/7fl9eyio5rVet6UTjfdvntZRK"
    "aVc1E/G3lacxZIkseewMcZjGihPOCMARZAzm4GAcYwg9qBGgcvt18DXWIAJChBOBC+YBZwURIRGQXjkAEyCTULjt"
    "dCaRFzxCMo/EVfcHtBo=")
LZ4 = base64.b64decode(
    "8QdQYW5pYyMxIFBhcnQxClsgICAgMC4wAQDyBF0gbGluZSAwIG9mIHRoZSBsb2chABoxIQAdMSEAGjIhAB0yIQAa"
    "MyEAHTMhABo0IQAdNCEAGjUhAB01IQAaNiEAHTYhABo3IQAdNyEAGjghAB04IQAaOSEAHDkhABsxSgEdMUsBHDFL"
    "AQ1MARsxTAEdMU0BGzFNAR0xTgEbMU4BHTFPARsxTwEdMVABGzFQAR0xUQEbMVEBHTFSARsxUgEdMVMBGzFTAR0x"
    "VAEbMlQBHTJUARsyVAEdMlQBHDKgAg1UARsyVAEdMlQBGzJUAR0yVAEbMlQBHTJUARsyVAEdMlQBGzJUAR0yVAEb"
    "MlQBHTJUARsyVAEUMlQBUCBsb2cK")
LZO = base64.b64decode(
    "AARQYW5pYyMxIFBhcnQxClsgICAgMC4wgAAAAV0gbGluZSAwIG9mIHRoZSBsb2ehBDEsgQAxL4EAMiyBADIvgQAz"
    "LIEAMy+BADQsgQA0L4EANSyBADUvgQA2LIEANi+BADcsgQA3L4EAOCyBADgvgQA5LIEAOS6BADEtJQUxLykFMS4o"
    "BS8tBTEtLQUxLzEFMS0xBTEvNQUxLTUFMS85BTEtOQUxLz0FMS09BTEvQQUxLUEFMS9FBTEtRQUxL0kFMS1JBTEv"
    "TQUyLU0FMi9NBTItTQUyL00FMi1NBTIvTQUyLU0FMi9NBTItTQUyL00FMi1NBTIvTQUyLU0FMi9NBTItTQUyL00F"
    "Mi1NBTIvTQUyKkwFDm5lIDI5IG9mIHRoZSBsb2cKEQAA")


def compress_842(text):
    """All as it is: 8 bytes with 5 zero bits before, the end, and a checksum"""
    bits = "".join("00000" + "".join(f"{byte:08b}" for byte in text[n:n + 8])
                   for n in range(0, len(text) // 8 * 8, 8)) + "11110" + 32 * "0"
    bits += "0" * (-len(bits) % 64)
    return bytes(int(bits[n:n + 8], 2) for n in range(0, len(bits), 8))


def compress_zlib(text):
    stream = zlib.compressobj(6, zlib.DEFLATED, 12, 4)
    return stream.compress(text) + stream.flush()


def main(out):
    def save(name, data, shown=None, says=None, size=RECORD):
        dump = Dump()
        dump.dmesg = [Zone(size).write(b"====1700000000.000001-C\n" + data)]
        dump.expect = without(dump.expect, "dmesg-ramoops-0", "dmesg-ramoops-1")
        if shown is not None:
            dump.expect["dmesg-ramoops-0"] = shown
        else:
            dump.expect["dmesg-ramoops-0.enc.z"] = data
        save_directory(f"{out}/{name}", dump,
                       [f"KDMESG: zone 0: left compressed: {says}"] if says else [])

    def corrupt(name, data):
        save(f"{name}-corrupt" + (f"-{name}" if name != "zlib" else ""), data,
             says=f"probably {name}, but its data is corrupt")

    os.makedirs(out)
    save("zlib", compress_zlib(TEXT), TEXT)
    save("zlib-large-window", zlib.compress(TEXT), TEXT)
    save("zstd-zstd", ZSTD, TEXT)
    save("lz4-lz4", LZ4, TEXT)
    # a first run of literals that needs no further byte for its length
    save("lz4-short-lz4", b"\xe0" + TEXT[:14] + b"\x0e\0" + b"\x50ABCDE",
         TEXT[:14] + TEXT[:4] + b"ABCDE")
    save("lzo", LZO, says="probably lzo, which this program does not know")
    save("lzo-short", b"\x38Oops" + LZO[6:], says="probably lzo, which this program does not know")
    save("842", compress_842(TEXT), says="probably 842, which this program does not know")
    save("neither", TEXT, says="its data is corrupt")
    save("short", b"PQ", says="its data is corrupt")

    corrupt("zlib", compress_zlib(TEXT)[:-1] + b"x")
    corrupt("zstd", ZSTD[:-9])
    corrupt("lz4", LZ4[:60] + b"\xff\xff" + LZ4[62:])

    # more than three times the zone is not expanded, whatever the compressor
    limit = 3 * (RECORD - 12)
    corrupt_says = "probably {}, but its data is corrupt"
    for extra in (0, 1):
        text = (TEXT + limit * b"A")[:limit + extra]
        runs, rest = divmod(len(text) - len(TEXT) - 1 - 4 - 15 - 5, 255)
        lz4 = (b"\xff" + 3 * b"\xff" + bytes([len(TEXT) + 1 - 15 - 3 * 255]) + TEXT + b"A\1\0" +
               runs * b"\xff" + bytes([rest]) + b"\x50AAAAA")
        fits = text if not extra else None
        name = "long" if extra else "just-fits"
        save(f"zlib-{name}", compress_zlib(text), fits,
             corrupt_says.format("zlib") if extra else None)
        save(f"lz4-{name}-lz4", lz4, fits, corrupt_says.format("lz4") if extra else None)
        # one block of a byte repeated behind one that is as it is
        zstd = b"\x28\xb5\x2f\xfd\x00\x58"
        zstd += (len(TEXT) << 3).to_bytes(3, "little") + TEXT
        zstd += (3 | (len(text) - len(TEXT)) << 3).to_bytes(3, "little") + b"A"
        save(f"zstd-{name}-zstd", zstd, fits, corrupt_says.format("zstd") if extra else None)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
