#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# ramoops in Device memory, where an unaligned access is a fault: with mem_type=1, and in memory
# without a struct page also with the others but 0. QEMU checks alignment since version 9, so QEMU
# of the newest suite is used, and so are the programs that read the dump.
[ "$EUID" -ne 0 ] || export SUITE=newest
. "$(dirname "$0")/../lib/common.sh"
# shellcheck source=tests/lib/geometry.sh
. "$top/tests/lib/geometry.sh"

if [ "$EUID" -ne 0 ]; then
	skip "ramoops in Device memory" "scripts/debian/newer needs root"
	done_testing
	exit
fi
mkdir "$work/bin"
cat >"$work/bin/qemu-system-aarch64" <<END
#!/bin/sh
exec "$top/scripts/debian/newer" /usr/bin/qemu-system-aarch64 "\$@"
END
chmod +x "$work/bin/qemu-system-aarch64"
PATH=$work/bin:$PATH

ok "a module that reads an unaligned word" "$top/scripts/qemu/guest-module" unaligned demo
"$fwsim" boot "$work/ram" >/dev/null
ok "it is loaded" boot unaligned --add "$obj/unaligned.cpio.gz" --append address=0x4fdff000
ok "  the emulator notices" grep 'FSC = 0x21: alignment fault' "$work/unaligned.log"

geometry "all kinds" type=1
geometry "three CPUs" type=1 cpus=3 ftrace=0x2000
geometry "three CPUs, ECC" type=1 cpus=3 ftrace=0x8000 ecc=1 record=0x3000
geometry "one CPU, much ECC" type=1 cpus=1 ecc=33
geometry "memory at no page's start, of an odd size" type=1 where=params \
	address=0x4f000004 size=0xffffb
geometry "sizes that are no powers of two" type=1 record=0x5555 console=0x30001 \
	ftrace=0x3000
geometry "zones of 4 bytes of data, of one entry" type=1 cpus=3 console=16 pmsg=16 \
	ftrace=128
geometry "the smallest records" type=1 where=params size=0x10000 record=256 console=0 pmsg=0 \
	ftrace=0
geometry "devicetree" where=dt type=1 zones=1 record=0x8000
geometry "devicetree, no-map, a zone per CPU, ECC" where=dt-no-map type=1 zones=2 ecc=0x10
geometry "devicetree, no-map, three CPUs, cached" where=dt-no-map type=2 cpus=3 zones=3 \
	ftrace=0x2000
done_testing
