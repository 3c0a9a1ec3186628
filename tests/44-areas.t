#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# For each shape of ramoops, the regions have exactly the addresses, sizes and bytes of its zones.
# See geometry.sh.
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=tests/lib/geometry.sh
. "$top/tests/lib/geometry.sh"

geometry "all kinds"
geometry "dmesg alone" console=0 pmsg=0 ftrace=0
geometry "console alone" record=0 pmsg=0 ftrace=0
geometry "pmsg alone" record=0 console=0 ftrace=0
geometry "ftrace alone" record=0 console=0 pmsg=0 ftrace=0x10000
geometry "console and pmsg, as nothing is left for dmesg" where=params size=0x80000 pmsg=0x40000 \
	ftrace=0
geometry "dmesg and ftrace" console=0 pmsg=0
geometry "one dmesg zone" record=0x100000
geometry "hundreds of dmesg zones" record=0x1000
geometry "sizes that are no powers of two" record=0x5555 console=0x30001 pmsg=0x9999 ftrace=0x3000
geometry "three CPUs, zone sizes rounded down to 4 bytes" cpus=3 ftrace=0x2000
geometry "three CPUs, sizes rounded down to 4 bytes, ECC" cpus=3 ftrace=0x8000 ecc=1 record=0x3000
geometry "one CPU, much ECC" cpus=1 ecc=32
geometry "unbuffered" type=1
geometry "cached" type=2
geometry "memory at an address of the command line" where=params
geometry "memory at no page's start, of an odd size" where=params address=0x4f000004 size=0xffffb
geometry "memory at an odd address" where=params address=0x4f000002 size=0xffffe none=1 \
	says="mem_address must be a multiple of 4"
geometry "zones of 4 bytes of data, of one entry" cpus=3 console=16 pmsg=16 ftrace=128
geometry "with other ECC, they have room for exactly one" ftrace=128 ecc=14
geometry "with ECC, they have no room for an entry by 4 bytes" ftrace=128 ecc=1 \
	says="no ftrace: 128 bytes are too few for 2 zones"
geometry "memory beyond what Linux uses, ECC" where=beyond more=mem=224M address=0x4e000000 \
	size=0x100000 ecc=1
ok "  it is" grep -F 'Memory limited to 224MB' "$log"
geometry "memory beyond what Linux uses, ECC, unbuffered" where=beyond more=mem=224M \
	address=0x4e000000 size=0x100000 ecc=1 type=1
geometry "200 KiB, all sizes 4096, ECC" where=params size=0x32000 record=4096 console=4096 \
	pmsg=4096 ecc=1
ok "  it has room for 47 records" grep -x 'KDMESG 4f000000 2f000 1000' "$work/areas"
has_modules || ok "  what the next boot shows is expanded" test \
	"$(stat -c %s "$work/pstore/dmesg-ramoops-0")" -gt 4096
geometry "three CPUs, one of them in use" cpus=3 more=maxcpus=1 traced=1
geometry "three CPUs, one of them possible" cpus=3 more=nr_cpus=1 zones=1
geometry "devicetree" where=dt zones=1 record=0x8000
geometry "devicetree, no-map, a zone per CPU, ECC" where=dt-no-map zones=2 ecc=0x10
geometry "devicetree, no-map, three CPUs, cached" where=dt-no-map cpus=3 zones=3 type=2 \
	ftrace=0x2000
geometry "devicetree, where Chromebooks have the node" where=dt-root zones=1 size=0x100000 \
	record=0x20000 console=0x20000 pmsg=0x20000 ftrace=0
geometry "no such memory type" record=0 type=3 none=1 says="invalid mem_type=3"
geometry "a zone smaller than its header" console=8 none=1 \
	says="no room for data in ramoops:console"
geometry "ftrace alone has too little for each CPU" ftrace=64 \
	says="no ftrace: 64 bytes are too few for 2 zones"
geometry "the smallest records" where=params size=0x10000 record=64 console=0 pmsg=0
geometry "the smallest records with ECC, 48 bytes" where=params size=0x10000 record=128 console=0 \
	pmsg=0 ecc=34
geometry "two bytes less" where=params size=0x10000 record=128 console=0 pmsg=0 ecc=35 none=1 \
	says="46 bytes for a record, less than 48"
for record in 16 32; do
	geometry "records of $record bytes" where=params size=0x10000 record=$record console=0 \
		pmsg=0 none=1 says="bytes for a record, less than 48"
done
geometry "a negative size of ECC" ecc=-128 none=1 says="invalid ecc_size -128"
geometry "more than there is" record=0 console=0x400000 none=1 \
	says="no room for console"
geometry "ECC without room for data" record=0 console=0x80 ecc=100 none=1 \
	says="invalid ecc_size"
geometry "the most ECC" ecc=127
geometry "more ECC than a codeword has" ecc=128 none=1 says="invalid ecc_size"
geometry "two devices, the first without dmesg" record=0 second=1 says="already initialized"
done_testing
