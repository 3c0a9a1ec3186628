# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by scripts/gate/gate: the checks that compile, in a full tree, with objects for each
# kind of kernel; and those of the series as a whole.

compiling=(builds sparse coccinelle htmldocs kunit boots)
whole=(allmodconfig options)
"$top/scripts/qemu/tools" >&2
"$top/scripts/debian/deps" clang-19 lld-19 llvm-19 gcc-arm-linux-gnueabihf coccinelle ocaml \
	python3-sphinx python3-yaml libssl-dev >&2
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
builds=()
for arch in arm64 x86_64 arm; do
	builds+=("$arch-gcc-y" "$arch-gcc-m" "$arch-clang-y" "$arch-clang-m")
done
directories=(fs/pstore/ drivers/soc/qcom/ drivers/remoteproc/)

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
			QCOM_MINIDUMP_TOC QCOM_RPROC_COMMON QCOM_Q6V5_PAS; do
			echo "CONFIG_$option=$kind"
		done ;;
	options) cat "$top"/kernel-config/{base-arm64,gate}.config ;;
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
		for option in PSTORE_RAM QCOM_SMEM QCOM_MINIDUMP QCOM_PSTORE_MINIDUMP; do
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
source_files='^(fs|drivers|include)/.*(\.[ch]|Kconfig|Makefile)$'

# What is linked shows what is exported too little.
build() {
	local targets=("${directories[@]}")
	[[ $1 != arm64-gcc-* ]] || targets=(vmlinux modules)
	configure "$1" && full_make "$1" W=1 "${targets[@]}"
}
# Of the sources that the patch touches; tests are included by another.
objects() {
	printf '%s\n' "${files[@]}" | sed -n 's/\(_test\)\?\.c$/.o/p' | sort -u
}
check_builds() {
	local kernel object status=0 any='' without=()
	if touches "$source_files" "${builds[@]}"; then
		any=1
		# What a later patch has left there does not count.
		for object in $(objects); do
			rm -f "$out/obj"/*/"$object"
		done
		walk build "${builds[@]}" || status=1
		for kernel in "${builds[@]}"; do
			for object in $(objects); do
				[ -e "$out/obj/$kernel/$object" ] ||
					without+=("$kernel ($object)")
			done
		done
	fi
	if touches ^arch/arm64/configs/; then
		any=1
		defconfig || status=1
	fi
	[ -n "$any" ] || return "$none"
	[ "$status" -ne 0 ] || [ ${#without[@]} -eq 0 ] || {
		# Some architectures cannot have all drivers; that of the devices has to.
		echo "not all compiled: ${without[*]}"
		[[ ${without[*]} != *arm64* ]] || return 1
		status=$warn
	}
	return "$status"
}
# What the patch sets, make defconfig has.
defconfig() {
	local line
	at "$commit"
	full_make arm64-gcc-defconfig defconfig || return
	while read -r line; do
		grep -qx "$line" "$out/obj/arm64-gcc-defconfig/.config" ||
			{ echo "make defconfig has no $line"; return 1; }
	done < <(sed -n 's/^+CONFIG/CONFIG/p' "$mail")
}

# C=2 looks at all sources, not only at those that have changed.
sparse() {
	build arm64-gcc-m &&
		full_make arm64-gcc-m C=2 CHECK="$top/scripts/debian/newer sparse" \
			"${directories[@]}"
}
check_sparse() {
	local valid
	touches "$source_files" sparse || return "$none"
	[ "$EUID" -eq 0 ] || { echo "scripts/debian/newer needs root"; return "$skip"; }
	# make would only warn of a sparse that is too old, and check nothing.
	valid=$(TMPDIR=$out "$full/scripts/checker-valid.sh" "$top/scripts/debian/newer" \
		sparse 2>&1)
	[ "$valid" = 1 ] || { echo "sparse of scripts/debian/newer is too old: $valid"; return 1; }
	export TMPDIR=$out
	walk sparse sparse
}

# As scripts/coccicheck does for directories, but without the paths of the kernel's headers, which
# takes minutes for a file.
coccinelle() {
	local script options
	(cd "$full" && grep -rl 'virtual report' scripts/coccinelle | sort |
		while read -r script; do
			read -r -a options < <(sed -n 's|^// Options: *||p' "$script")
			spatch -D report --very-quiet --no-show-diff "${options[@]}" \
				--cocci-file "$script" "$@" 2>&1 </dev/null || exit
		done | sed '/^warning: line/d') | without_lines
}
check_coccinelle() {
	local sources
	mapfile -t sources < <(printf '%s\n' "${files[@]}" | grep -E '^(fs|drivers)/.*\.c$')
	[ ${#sources[@]} -gt 0 ] || return "$none"
	at "$commit"
	coccinelle "${sources[@]}" >"$out/obj/cocci.new" || { cat "$out/obj/cocci.new"; return 1; }
	[ -s "$out/obj/cocci.new" ] || return "$pass"
	at "$commit~1"
	mapfile -t sources < <(cd "$full" && ls -d "${sources[@]}" 2>/dev/null)
	: >"$out/obj/cocci.old"
	[ ${#sources[@]} -eq 0 ] || coccinelle "${sources[@]}" >"$out/obj/cocci.old"
	! grep -vxFf "$out/obj/cocci.old" "$out/obj/cocci.new"
}

htmldocs() {
	rm -rf "$out/obj/docs"
	make -C "$full" BUILDDIR="$out/obj/docs" SPHINXDIRS=admin-guide htmldocs
}
check_htmldocs() {
	touches ^Documentation/admin-guide htmldocs || return "$none"
	walk htmldocs htmldocs
}

# All suites that the tree has by then, with the configuration that comes with them.
check_kunit() {
	local configs=() directory
	at "$commit"
	for directory in "${directories[@]}"; do
		[ ! -e "$full/$directory.kunitconfig" ] ||
			configs+=(--kunitconfig="$full/$directory")
	done
	[ ${#configs[@]} -gt 0 ] && touches '^(fs|drivers|include)/' || return "$none"
	"$full/tools/testing/kunit/kunit.py" run "${configs[@]}" --build_dir="$out/obj/kunit" \
		--jobs="$(nproc)"
}

# What anybody who bisects would want: it boots, and ramoops keeps a crash.
check_boots() {
	local kernel=arm64-gcc-demo ram=$out/obj/ram scenario append
	touches '^(fs|drivers|include|arch)/' || return "$none"
	at "$commit"
	configure $kernel || return
	full_make $kernel Image >"$out/obj/$kernel/.log" 2>&1 || {
		tail "$out/obj/$kernel/.log"
		return 1
	}
	rm -f "$ram"
	"$build/fwsim/fwsim" boot "$ram" || return
	for scenario in panic records; do
		append=marker=$commit
		# The kernel's own messages must not get between the lines of a record.
		[ $scenario = panic ] || append=loglevel=1
		"$top/scripts/qemu/boot" --ram "$ram" --kernel "$out/obj/$kernel" \
			--scenario $scenario --log "$out/obj/$scenario.log" --append "$append" ||
			{ tail "$out/obj/$scenario.log"; return 1; }
	done
	tr -d '\r' <"$out/obj/records.log" |
		sed '1,/^BEGIN dmesg-ramoops-0$/d; /^END/,$d' | base64 -d >"$out/obj/record"
	grep "console marker $commit" "$out/obj/record" &&
		grep "Kernel panic - not syncing: sysrq triggered crash" "$out/obj/record"
}

# All options that there are, in the directories that the series touches.
check_allmodconfig() {
	at "${commits[-1]}"
	full_make arm64-gcc-all allmodconfig &&
		grep -x CONFIG_QCOM_PSTORE_MINIDUMP=m "$out/obj/arm64-gcc-all/.config" &&
		full_make arm64-gcc-all "${directories[@]}"
}

# Each set of the series' options that kconfig allows, in a kernel that is linked: all of them with
# y and n, and 20 with y, m and n. Another KUNIT would compile all of the kernel again.
check_options() {
	local options lines hash seed=20261121
	at "${commits[-1]}"
	# Those without a prompt are not there to be set.
	mapfile -t options < <(git_plain diff -U10 base "${commits[-1]}" -- '*Kconfig' |
		awk '/^[+ ]config / { name = $2 } /^\+\t(tristate|bool) "/ { print name }')
	[ "${#options[@]}" -ge 5 ] || { echo "options: ${options[*]}"; return 1; }
	python3 - $seed PSTORE_RAM "${options[@]}" >"$out/obj/options.sets" <<-'END'
		import itertools, random, sys
		options = sys.argv[2:]
		rng = random.Random(int(sys.argv[1]))
		sets = [values + ("y",) for values in itertools.product("yn", repeat=len(options))]
		sets += [[rng.choice("ymn") for _ in options] + [rng.choice("ym")]
			for _ in range(20)]
		options += ["QCOM_SMEM"]
		for values in sets:
		    print("CONFIG_KUNIT=y", *(f"CONFIG_{o}={v}" for o, v in zip(options, values)))
	END
	rm -f "$out/obj/options.done"
	touch "$out/obj/options.done"
	echo "seed $seed"
	while read -r -a lines; do
		configure arm64-gcc-options "${lines[@]}" || return
		hash=$(sha256sum <"$out/obj/arm64-gcc-options/.config")
		# Most of them are the same to kconfig.
		! grep -q "$hash" "$out/obj/options.done" || continue
		echo "${lines[*]}"
		full_make arm64-gcc-options vmlinux modules >"$out/obj/options.log" 2>&1 || {
			tail "$out/obj/options.log"
			return 1
		}
		! grep -i warning: "$out/obj/options.log" || return 1
		echo "$hash" >>"$out/obj/options.done"
	done <"$out/obj/options.sets"
	echo "$(wc -l <"$out/obj/options.sets") sets," \
		"$(wc -l <"$out/obj/options.done") different configurations"
}
