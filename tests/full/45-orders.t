#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# tests/45-orders.t for each way in which Kconfig lets SMEM, the core, ramoops and the client be
# built in or modules. Then it runs a hundred times, to find memory that is not freed.
# shellcheck source=tests/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
# shellcheck source=tests/lib/orders.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/orders.sh"

config=matrix
cycles=100

# After the first fifth of the cycles, a leak of a page in each shows in both halves of the others,
# as at least half a page in a cycle. Noise can take as much, but hardly in both. Smaller leaks are
# for kmemleak, in tests/45-orders.t.
memory_is_flat() {
	tr -d '\r' <"$work/orders.log" | sed -n 's/.*orders: memory after/memory after/p'
	tr -d '\r' <"$work/orders.log" | awk -v limit=$((cycles * 4 / 5)) '
		/orders: memory after/ { free[++n] = $(NF - 2) }
		END {
			exit !(n == 3 && (free[1] - free[2] < limit || free[2] - free[3] < limit))
		}'
}

# In the order of Kconfig: what depends on a module is one
for smem in y m; do
	for core in y m; do
		for ramoops in y m; do
			for client in y m; do
				[ $smem$core != my ] || continue
				[ "$client$core$ramoops" = yyy ] || [ $client = m ] || continue
				name="smem=$smem core=$core ramoops=$ramoops client=$client"
				OPTIONS="CONFIG_QCOM_SMEM=$smem CONFIG_QCOM_MINIDUMP=$core"
				OPTIONS="$OPTIONS CONFIG_PSTORE_RAM=$ramoops"
				OPTIONS="$OPTIONS CONFIG_QCOM_PSTORE_MINIDUMP=$client"
				export OPTIONS
				ok "$name: builds" "$top/scripts/build" $config
				orders "$name" $cycles
				ok "  $cycles reloads leave memory as it was" memory_is_flat
			done
		done
	done
done
done_testing
