#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Several ramoops devices of different shapes are bound one after another, in each order. The driver
# refuses some of them, and in the second boot pstore refuses all. Only the areas of the bound
# device are published, and the kernel, which finds mistakes at run time, does not complain.
. "$(dirname "$0")/lib/common.sh"

obj=$build/obj-$modules

# node ADDRESS SIZE [PROPERTY VALUE]...: in hexadecimal
node() {
	local node=/reserved-memory/ramoops@$1
	fdtput -c "$work/dtb" "$node" && fdtput -tx "$work/dtb" "$node" reg 0 "$1" 0 "$2" &&
		fdtput -ts "$work/dtb" "$node" compatible ramoops || return
	shift 2
	while [ $# -gt 0 ]; do
		fdtput -tx "$work/dtb" "$node" "$1" "$2" || return
		shift 2
	done
}
# All kinds; one dmesg zone, with ECC; no dmesg zone; two that are refused once there are zones
devicetree() {
	"$top/scripts/qemu/dtb" "$work/dtb" &&
		node 4f000000 40000 record-size 4000 console-size 8000 pmsg-size 8000 \
			ftrace-size 4000 flags 1 &&
		node 4f080000 18000 record-size 10000 console-size 8000 ecc-size 10 &&
		node 4f100000 8000 pmsg-size 8000 &&
		node 4f180000 10000 record-size 4000 console-size 4000 pmsg-size 8 &&
		node 4f200000 1000 record-size 20
}
# shapes PARAMETERS
shapes() {
	"$fwsim" boot "$work/ram" >/dev/null && boot shapes --add "$obj/modules.cpio.gz" \
		--dtb "$work/dtb" --timeout 600 --append "ramoops.mem_name= kasan_multi_shot $1"
}
nothing_is_wrong() {
	tr -d '\r' <"$work/shapes.log" | grep 'shapes: '
	tr -d '\r' <"$work/shapes.log" | grep -E 'shapes: 26 devices, 0 wrong'
}

ok "a devicetree with them" devicetree
for parameters in '' 'refused=1 pstore.backend=none'; do
	ok "${parameters:+pstore refuses each of them: }they come and go" shapes "$parameters"
	ok "  always with the areas of the one that is bound" nothing_is_wrong
	ok "  the kernel has no complaint" no_complaint "$work/shapes.log"
	ok "  nothing is leaked" no_leak "$work/shapes.log"
done
done_testing
