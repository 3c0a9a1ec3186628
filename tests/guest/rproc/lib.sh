# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # what tests/lib.sh sets
# Sourced after tests/lib.sh: the crashes of cases.py, in a kernel of choice.

make_cases() { python3 "$top/tests/guest/rproc/cases.py" "$work" "$1"; }

# make_module TREE OBJ [ARGUMENT]...: test_rproc.ko for that kernel, packed with the cases
make_module() {
	local tree=$1 obj=$2 out=$2/test-rproc file
	shift 2
	mkdir -p "$out"
	# Linux 6.12 builds a module only where its source is.
	cp -p "$top/tests/guest/rproc"/{Makefile,*.c} "$top/tests/guest/fail.h" "$out/"
	make -C "$tree" O="$obj" ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- LOCALVERSION= \
		M="$out" "$@" modules || return
	{
		printf 'dir /%s 755 0 0\n' rproc lib lib/firmware
		# Its content does not matter, but there must be some.
		echo "file /lib/firmware/test_rproc $top/tests/guest/rproc/Makefile 644 0 0"
		echo "file /rproc/test_rproc.ko $out/test_rproc.ko 644 0 0"
		for file in "$work"/guest/*; do
			echo "dir /rproc/${file##*/} 755 0 0"
		done
		for file in "$work"/guest/*/*; do
			echo "file /rproc/${file#"$work/guest/"} $file 644 0 0"
		done
	} >"$out/list"
	"$build/initramfs/gen_init_cpio" -t 0 "$out/list" | gzip -n >"$work/rproc.cpio.gz"
}

# crash OBJ DIR: what became of each case, in DIR. A WARN() ends it.
crash() {
	local name
	"$fwsim" boot "$work/ram" || return
	"$top/scripts/boot" --ram "$work/ram" --kernel "$1" --scenario rproc \
		--add "$work/rproc.cpio.gz" --append "loglevel=1 panic_on_warn=1" \
		--log "$2.log" --timeout 300 || return
	mkdir "$2"
	for name in $(tr -d '\r' <"$2.log" | sed -n 's/^BEGIN //p'); do
		tr -d '\r' <"$2.log" | sed -n "/^BEGIN $name\$/,/^END $name\$/p" |
			sed '1d;$d' | base64 -d >"$2/$name" || return
	done
}
