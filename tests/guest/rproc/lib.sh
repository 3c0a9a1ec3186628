# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # what tests/lib/common.sh sets
# Sourced after tests/lib/common.sh: the crashes of cases.py, in a kernel of choice.

# make_cases good|all [BASE [RESERVED]]: in $work, see cases.py
make_cases() { python3 "$top/tests/guest/rproc/cases.py" "$work" "$@"; }

# make_module TREE OBJ [ARGUMENT]...: test_rproc.ko for that kernel, packed with the cases
make_module() {
	local tree=$1 obj=$2 out=$2/test-rproc file
	shift 2
	# Kbuild does not notice that the kernel has another configuration.
	mkdir -p "$out"
	rm -f "$out"/*.o "$out"/.*.o
	# Linux 6.12 builds a module only where its source is.
	cp -p "$top/tests/guest/rproc"/{Makefile,*.c} "$top/tests/guest/fail.h" "$out/"
	make -C "$tree" O="$obj" ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- LOCALVERSION= \
		M="$out" "$@" modules || return
	{
		printf 'dir /%s 755 0 0\n' rproc lib lib/firmware
		# Its content does not matter, but there must be some.
		echo "file /lib/firmware/test_rproc $top/tests/guest/rproc/Makefile 644 0 0"
		echo "file /rproc/test_rproc.ko $out/test_rproc.ko 644 0 0"
		echo "file /rproc/base $work/base 644 0 0"
		for file in "$work"/guest/*; do
			echo "dir /rproc/${file##*/} 755 0 0"
		done
		for file in "$work"/guest/*/*; do
			echo "file /rproc/${file#"$work/guest/"} $file 644 0 0"
		done
	} >"$out/list"
	"$build/initramfs/gen_init_cpio" -t 0 "$out/list" | gzip -n >"$work/rproc.cpio.gz"
}

# crash OBJ DIR [PARAMETERS [OPTION]...]: what became of each case, in DIR. A WARN() ends it.
# OPTION is one of scripts/qemu/boot.
crash() {
	local name
	new_ram || return
	"$top/scripts/qemu/boot" --ram "$work/ram" --kernel "$1" --scenario rproc \
		--add "$work/rproc.cpio.gz" --append "loglevel=1 panic_on_warn=1 ${3:-}" \
		--log "$2.log" --timeout 300 "${@:4}" || return
	mkdir "$2"
	for name in $(tr -d '\r' <"$2.log" | sed -n 's/^BEGIN //p'); do
		tr -d '\r' <"$2.log" | sed -n "/^BEGIN $name\$/,/^END $name\$/p" |
			sed '1d;$d' | base64 -d >"$2/$name" || return
	done
}

# crash_in_hole OBJ DIR: the same where the memory of the remote processor, as make_cases has been
# told, is unknown to Linux but for a no-map node, and a memory section away from what it knows.
hole=0x70000000
crash_in_hole() {
	local node=/reserved-memory/memory@${hole#0x} ram_size=1G
	cp "${dtb:-$build/virt.dtb}" "$work/hole.dtb" &&
		fdtput -c "$work/hole.dtb" "$node" &&
		fdtput -t x "$work/hole.dtb" "$node" reg 0 $hole 0 100000 &&
		fdtput "$work/hole.dtb" "$node" no-map &&
		crash "$1" "$2" mem=256M --dtb "$work/hole.dtb"
}

# same_dumps WANTED GOT: of the cases that are in WANTED, byte for byte
same_dumps() {
	local dump name
	for dump in "$1"/*.dump; do
		name=$(basename "$dump" .dump)
		ok "$name: the dump is the same" cmp "$dump" "$2/$name.dump"
		is "  and there is no message" "$(cat "$2/$name.says" 2>&1)" ""
	done
}

# dumps_and_messages GOT: what became of each case is what should
dumps_and_messages() {
	local directory name
	for directory in "$work"/guest/*/; do
		name=$(basename "$directory")
		if [ -e "$work/want/$name.dump" ]; then
			ok "$name: the dump is as it should be" \
				cmp "$work/want/$name.dump" "$1/$name.dump"
			is "  and there is no message" "$(cat "$1/$name.says" 2>&1)" ""
		else
			ok "$name: one message" says "$1/$name.says" "$work/want/$name.says"
			ok "  and no dump" test ! -e "$1/$name.dump"
		fi
	done
}
says() {
	local got=$1 want=$2
	[ "$(wc -l <"$got")" -eq 1 ] && grep -qx -f "$want" "$got" && return
	echo "wanted one message, $(cat "$want"); got:"
	cat "$got"
	false
}

# mainline_module TREE OBJ: with the code of mainline
mainline_module() {
	local file
	for file in qcom_common.c remoteproc_coredump.c; do
		git_plain -C "$1" show "base:drivers/remoteproc/$file" >"$2/test-rproc/$file"
	done
	make_module "$1" "$2" MINIDUMP="qcom_common.o remoteproc_coredump.o"
}
