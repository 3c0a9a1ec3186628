# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by scripts/gate/gate, for the checks that compile: in a full tree, with objects for each
# kind of kernel.

"$top/scripts/qemu/tools" >&2
"$top/scripts/debian/deps" clang-19 lld-19 llvm-19 gcc-arm-linux-gnueabihf coccinelle ocaml \
	gcc-powerpc64le-linux-gnu python3-sphinx python3-yaml libssl-dev >&2
full=$out/full
mkdir -p "$out/obj"
if [ ! -d "$full" ]; then
	say "a tree to compile in"
	git_plain clone -q --shared --no-checkout "$tree" "$full"
fi
git_full() { git_plain -C "$full" "$@"; }
# Copies, as that tree does not stay.
git_full fetch -q "$stamped" '+HEAD:refs/heads/now' '+stamped:refs/heads/stamped'
at() {
	[ "$(git_full rev-parse HEAD)" = "$1" ] || git_full checkout -q --force --detach "$1" || {
		echo "cannot check out $1"
		exit 1
	}
}
at "${commits[0]}~1"

# KERNEL is ARCHITECTURE-COMPILER-KIND, KIND being built in (y), as modules (m), or a file of
# kernel-config/.
# Each architecture has both compilers and both kinds, and that of the devices all four.
builds=(arm64-{gcc,clang}-{y,m} x86_64-{gcc-m,clang-y} arm-{gcc-y,clang-m})
directories=(fs/pstore/ drivers/soc/qcom/ drivers/remoteproc/ kernel/kmemdump/)
# Those that there are at this patch
there() {
	local directory
	for directory in "${directories[@]}"; do
		[ ! -d "$full/$directory" ] || echo "$directory"
	done
}

# full_make KERNEL ARGUMENT...
full_make() {
	local arch compiler kind options=()
	IFS=- read -r arch compiler kind <<<"$1"
	shift
	if [ "$compiler" = clang ]; then
		options=(LLVM=-19)
	else
		case $arch in
		arm64) options=(CROSS_COMPILE=aarch64-linux-gnu-) ;;
		arm) options=(CROSS_COMPILE=arm-linux-gnueabihf-) ;;
		powerpc) options=(CROSS_COMPILE=powerpc64le-linux-gnu-) ;;
		esac
	fi
	make -C "$full" O="$out/obj/$arch-$compiler-$kind" ARCH="$arch" -j"$(nproc)" \
		LOCALVERSION= "${options[@]}" "$@"
}

# configure KERNEL [LINE]...: what the tree does not have yet is left out, by kconfig.
configure() {
	local obj=$out/obj/$1 kind=${1##*-} option hash
	mkdir -p "$obj"
	case $kind in
	y | m)
		cat "$top/kernel-config/gate.config"
		for option in PSTORE_RAM QCOM_SMEM QCOM_MINIDUMP QCOM_PSTORE_MINIDUMP \
			QCOM_MINIDUMP_TOC QCOM_RPROC_COMMON QCOM_Q6V5_PAS \
			QCOM_KMEMDUMP_MINIDUMP; do
			echo "CONFIG_$option=$kind"
		done ;;
	options) cat "$top"/kernel-config/{base-arm64,gate}.config ;;
	powernv)
		cat "$top/kernel-config/powernv.config"
		# W=1 has warnings of mainline's own files.
		echo CONFIG_PPC_DISABLE_WERROR=y ;;
	*) cat "$top"/kernel-config/{base-arm64,"$kind"}.config ;;
	esac >"$obj/.fragment"
	shift
	printf '%s\n' "$@" >>"$obj/.fragment"
	set -- "${obj##*/}"
	# A run of make for nothing, where no Kconfig has changed
	hash=$({
		printf 'HEAD:%sKconfig\n' "${directories[@]}" | git_full cat-file --batch-check
		cat "$obj/.fragment"
	} | sha256sum)
	[ "$(cat "$obj/.configured" 2>/dev/null)" != "$hash" ] || return 0
	rm -f "$obj/.configured"
	KCONFIG_ALLCONFIG=$obj/.fragment full_make "$1" allnoconfig >"$obj/.log" 2>&1 ||
		{ tail "$obj/.log"; return 1; }
	# A kernel that has lost its options would pass with nothing in it.
	case $kind in
	y | m)
		for option in PSTORE_RAM QCOM_SMEM QCOM_MINIDUMP QCOM_PSTORE_MINIDUMP \
			QCOM_KMEMDUMP_MINIDUMP; do
			git_full grep -q "^config $option\$" -- '*Kconfig' || continue
			grep -qx "CONFIG_$option=$kind" "$obj/.config" ||
				{ echo "the configuration has no $option=$kind"; return 1; }
		done ;;
	esac
	echo "$hash" >"$obj/.configured"
}

# complaints NAME COMMAND...: fails if COMMAND does, or says what it has not said before.
complaints() {
	local name=$1 status=0
	shift
	touch "$out/obj/$name.seen"
	"$@" >"$out/obj/$name.log" 2>&1 || status=$?
	grep -iE '(warning|error):' "$out/obj/$name.log" | without_lines |
		grep -vxFf "$out/obj/$name.seen" >"$out/obj/$name.new" || true
	cat "$out/obj/$name.new" >>"$out/obj/$name.seen"
	cat "$out/obj/$name.new"
	[ $status -eq 0 ] || { tail -n 20 "$out/obj/$name.log"; return 1; }
	[ ! -s "$out/obj/$name.new" ]
}

# walk COMMAND NAME...: COMMAND NAME for each, first on the state before the patch, unless that was
# the last one seen, then on the patch; as many at a time as there are CPUs.
walk() {
	local command=$1 name behind=() status=0
	shift
	for name; do
		[ "$(cat "$out/obj/$name.last" 2>/dev/null)" = \
			"$(git_plain rev-parse "$commit~1")" ] || behind+=("$name")
	done
	if [ ${#behind[@]} -gt 0 ]; then
		at "$commit~1"
		for name in "${behind[@]}"; do
			rm -f "$out/obj/$name.seen"
			one_less
			complaints "$name" "$command" "$name" >/dev/null &
		done
		wait
	fi
	at "$commit"
	for name; do
		rm -f "$out/obj/$name.failed"
		one_less
		complaints "$name" "$command" "$name" >"$out/obj/$name.said" ||
			touch "$out/obj/$name.failed" &
	done
	wait
	for name; do
		echo "$commit" >"$out/obj/$name.last"
		[ -e "$out/obj/$name.failed" ] || continue
		echo "$name:"
		cat "$out/obj/$name.said"
		status=1
	done
	return $status
}
one_less() { while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done; }

# touches PATTERN NAME...: where the patch does not, there is nothing to walk, and the state before
# the next patch has been seen.
touches() {
	local pattern=$1 last
	shift
	printf '%s\n' "${files[@]}" | grep -qE "$pattern" && return
	for last in "${@/#/$out/obj/}"; do
		[ "$(cat "$last.last" 2>/dev/null)" != "$(git_plain rev-parse "$commit~1")" ] ||
			echo "$commit" >"$last.last"
	done
	return 1
}
source_files='^(fs|drivers|include|kernel)/.*(\.[ch]|Kconfig|Makefile)$'

# What is linked shows what is exported too little.
build() {
	local targets
	case $1 in
	arm64-gcc-*) targets=(vmlinux modules) ;;
	powerpc-*) targets=(arch/powerpc/platforms/powernv/) ;;
	*) mapfile -t targets < <(there) ;;
	esac
	configure "$1" && full_make "$1" W=1 "${targets[@]}"
}
