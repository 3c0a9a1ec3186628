# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the tests that have allocations fail and repeat steps, after common.sh.
# shellcheck disable=SC2154 # from common.sh
# shellcheck source=tests/guest/rproc/lib.sh
. "$top/tests/guest/rproc/lib.sh"

# faults CONFIG CYCLES BINDS TIMEOUT
faults() {
	local append="cycles=$2 binds=$3 kasan_multi_shot ramoops.record_size=0x80000"
	obj=$build/obj-$1
	rm -rf "$work/guest" "$work/want"
	make_cases good
	ok "the module of a co-processor" make_module "$tree" "$obj"
	cat "$obj/modules.cpio.gz" "$obj/steps.cpio.gz" "$work/rproc.cpio.gz" >"$work/add"
	"$fwsim" boot "$work/ram" >/dev/null
	ok "each allocation fails once; $2 registrations, $3 bindings" boot faults \
		--add "$work/add" --timeout "$4" --append "$append"
	log=$work/$1.log
	tr -d '\r' <"$work/faults.log" >"$log"
	sed -n 's/^faults: /# /p' "$log"
	ok "  nothing is wrong" grep -E '^faults: [0-9]+ registrations, [0-9]+ bindings, 0 wrong' \
		"$log"
	ok "  allocations have failed" enough_failed
	ok "  the kernel has no complaint" no_complaint "$log"
}

# In each step, and among them those of the series: the entry, the table, the copy of a table. The
# first device that SMEM has is not of the series.
enough_failed() {
	# The entry's may be inlined.
	awk '/^faults: .* allocations,/ { n++; sub(/.*: /, ""); if ($1 < 2 || $4 < 2) bad = 1 }
		END { exit n != 5 || bad }' "$log" &&
		[ "$(grep -c 'no memory for platform_device_alloc' "$log")" -eq 2 ] &&
		grep -E 'no memory for qcom_minidump(_copy_regions)?\b' "$log" &&
		grep -E 'no memory for qcom_minidump_register' "$log" &&
		grep -E 'no memory for minidump_(create|probe)' "$log" &&
		grep -E 'no memory for __dma_direct_alloc' "$log"
}

# memory_is_flat SLAB OTHER: how many KiB may be gone
memory_is_flat() {
	awk -v slab="$1" -v other="$2" '/^faults: memory/ {
			for (i = 4; i < NF; i += 2) value[$i] = $(i + 1) - was[$i]
			for (i = 4; i < NF; i += 2) was[$i] = $(i + 1)
			n++
		}
		END {
			print "MemFree", value["MemFree:"], "Slab", value["Slab:"], \
				"vmalloc", value["vmalloc:"]
			exit !(n == 2 && value["Slab:"] <= slab && value["MemFree:"] >= -other &&
				value["vmalloc:"] <= 0)
		}' "$log"
}
