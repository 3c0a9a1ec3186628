# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the tests of load orders, after common.sh.
# shellcheck disable=SC2154 # what common.sh and the tests set

# orders NAME CYCLES: runs the guest's scenario "orders" on the kernel and the modules of $config,
# and watches the RAM from outside meanwhile.
orders() {
	local name=$1 cycles=$2 boot looks=0 bad=0
	"$top/scripts/qemu/modules" "$config" || bail_out "cannot pack the modules of $config"
	obj=$build/obj-$config
	"$fwsim" boot "$work/ram" >/dev/null
	: >"$work/check.log"
	boot orders --add "$obj/modules.cpio.gz" --timeout 1200 \
		--append "cycles=$cycles kasan_multi_shot" &
	boot=$!
	while kill -0 $boot 2>/dev/null; do
		looks=$((looks + 1))
		"$fwsim" verify "$work/ram" >"$work/look" 2>&1 || {
			bad=$((bad + 1))
			cat "$work/look" >>"$work/check.log"
		}
		sleep 0.1
	done
	ok "$name: the machine runs to its end" wait_for $boot
	ok "  in every state, what is in use is published, and nothing else" states_are_right
	ok "  the kernel has no complaint" no_complaint "$work/orders.log" 'cannot use'
	ok "  firmware always finds a correct table ($looks looks, $bad bad)" \
		all_looks_good $looks $bad
	ok "  in the end it is disabled" grep -F 'APSS entry is disabled' "$work/look"
}

wait_for() { wait "$1"; }

# The last line says how many there were, so that a scenario that ends early fails.
states_are_right() {
	tr -d '\r' <"$work/orders.log" | grep 'orders: '
	tr -d '\r' <"$work/orders.log" | grep -E 'orders: [0-9]{3,} states, 0 wrong'
}

all_looks_good() {
	head "$work/check.log"
	[ "$1" -gt 50 ] && [ "$2" -eq 0 ]
}
