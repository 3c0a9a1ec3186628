# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the tests that look at every instant, after common.sh.
# shellcheck disable=SC2154 # from common.sh

config=demo
obj=$build/obj-$config

instants_ready() {
	"$top/scripts/qemu/guest-module" steps $config && CPUS=1 "$top/scripts/qemu/dtb" "$work/dtb"
}

# every_instant [CPIO [PARAMETER]]: runs the guest's scenario "steps", on one CPU and by the
# instruction counter, so that each run is the same. Memory that is freed is overwritten.
every_instant() {
	new_ram &&
		CPUS=1 "$top/tests/instant/judge.py" "$work/ram" "$work/report" "$build" \
			"$top/scripts/qemu/boot" --ram "$work/ram" --kernel "$obj" \
			--scenario steps --log "$work/steps.log" --add "${1:-$obj/steps.cpio.gz}" \
			--dtb "$work/dtb" --timeout 1200 --append "init_on_free=1 ${2:-}" \
			-- -icount shift=0,sleep=off
}

# mutant SCRIPT: the core's driver with a mistake that a sed script makes, in $work/mutant.cpio.gz
mutant() {
	local out=$work/mutant core=$tree/drivers/soc/qcom/qcom_minidump.c
	mkdir -p "$out"
	# Another driver of its own, in a module that has a beginning and an end already
	sed -e '/^module_platform_driver/d; /^MODULE_/d' \
		-e 's/"qcom-minidump"/"mutant"/' "$core" >"$out/plain.c"
	sed -e "$1" "$out/plain.c" >"$out/mutant.c"
	[ -z "$1" ] || ! cmp -s "$out/plain.c" "$out/mutant.c" || {
		echo "nothing to change: $1"
		return 1
	}
	cp -p "$top/tests/guest/steps"/* "$top/tests/guest"/*.h "$out/"
	make -C "$tree" O="$obj" ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- LOCALVERSION= \
		M="$out" MUTANT="$out/mutant.c" \
		KCFLAGS=-Wno-unused modules >"$out/log" 2>&1 || { tail "$out/log"; return 1; }
	echo "file /steps.ko $out/steps.ko 644 0 0" >"$out/list"
	"$build/initramfs/gen_init_cpio" -t 0 "$out/list" | gzip -n >"$work/mutant.cpio.gz"
}
