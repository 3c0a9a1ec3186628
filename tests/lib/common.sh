# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the tests: TAP, and what they share. scripts/check makes what they need.
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib.sh"
# Python's modules are not to be written beside the sources.
export PYTHONDONTWRITEBYTECODE=1
# A command that fails ends no test: ok reports it.
set +Ee +o pipefail
trap - ERR

tests=0
failures=0
# Empty at the start; removed at the end, unless something failed. Two tests may run one file, with
# other variables.
work=$(basename "$0" .t)${FULL:+-all}${OBJ:+-${OBJ##*/obj-}}${MODULES:+-$MODULES}${SUITE:+-$SUITE}
[[ $0 != */full/* ]] || work=full-$work
work=$build/t/$work
rm -rf "$work"
mkdir -p "$work"
# shellcheck disable=SC2034 # for those who source this
fwsim=$build/fwsim/fwsim reader=$build/reader/minidump-pstore obj=$build/obj-demo
# The kernel of modules, which is "debug" for one with KASAN and lockdep
# shellcheck disable=SC2034
modules=${MODULES:-modules}

# ok NAME COMMAND...: passes if the command does; its output is shown if not.
ok() {
	local name=$1 status=0
	shift
	tests=$((tests + 1))
	"$@" >"$work/.output" 2>&1 </dev/null || status=$?
	if [ "$status" -eq 0 ]; then
		echo "ok $tests - $name"
	else
		failures=$((failures + 1))
		echo "not ok $tests - $name"
		# prove shows what goes to stderr
		{
			echo "# $name: status $status of: $*"
			head -n 40 "$work/.output" | sed 's/^/# /'
		} >&2
	fi
}

is() { ok "$1" equal "$2" "$3"; }
equal() {
	[ "$1" = "$2" ] || { printf 'got:\n%s\nwanted:\n%s\n' "$1" "$2"; false; }
}

# fails NAME WORDS COMMAND...: passes if the command fails and says WORDS.
fails() {
	local name=$1 words=$2
	shift 2
	ok "$name" fails_saying "$words" "$@"
}
fails_saying() {
	local words=$1 output
	shift
	if output=$("$@" 2>&1); then
		echo "it succeeded: $output"
		return 1
	fi
	grep -qF -- "$words" <<<"$output" || { echo "it said: $output"; return 1; }
}

skip() {
	tests=$((tests + 1))
	echo "ok $tests - $1 # SKIP $2"
}

bail_out() {
	echo "Bail out! $*"
	exit 1
}

done_testing() {
	echo "1..$tests"
	if [ $failures -eq 0 ]; then
		rm -rf "$work"
	else
		echo "# what this test left behind: $work"
		exit 1
	fi
}

# For tests of what is posted
only_mainline() {
	[ "$BASE" != 7.3 ] || return 0
	skip "$(basename "$0")" "what is posted is for 7.3"
	done_testing
	exit
}

# no_complaint LOG [PATTERN]: LOG has no report of a mistake, and no line with PATTERN.
no_complaint() {
	local mistakes='WARNING:|BUG[: ]|KASAN:|KCSAN:|UBSAN:|possible .* detected|Unable to handle'
	! grep -E "$mistakes|kmemleak is off${2:+|$2}" "$1"
}
# no_leak LOG [PATTERN]: show_leaks of the guest has run, and found nothing but objects in whose
# backtrace the pattern is.
no_leak() {
	awk -v known="${2:-^$}" '
		function end_of_object() {
			if (object && object !~ known) {
				print object
				bad = 1
			}
			object = ""
		}
		/^BEGIN kmemleak/ { on = 1; next }
		/^END kmemleak/ { ended = on; exit }
		on && /^unreferenced/ { end_of_object() }
		on && (object || /^unreferenced/) { object = object "\n" $0 }
		END {
			end_of_object()
			exit bad || !ended
		}' "$1"
}

# boot SCENARIO [OPTION]...: one run on $work/ram; the serial line is in $work/SCENARIO.log.
boot() {
	local scenario=$1
	shift
	"$top/scripts/qemu/boot" --ram "$work/ram" --kernel "$obj" --scenario "$scenario" \
		--log "$work/$scenario.log" "$@"
}

# boot_until WORDS SCENARIO [OPTION]...: a run that ends once these words are on the serial line
boot_until() {
	local words=$1 log=$work/$2.log boot
	shift
	: >"$log"
	boot "$@" --pid "$work/pid" &
	boot=$!
	for _ in {1..600}; do
		! grep -qF "$words" "$log" || break
		sleep 0.1
	done
	kill -9 "$(cat "$work/pid")"
	wait $boot
	grep -F "$words" "$log"
}

# large_pages DTB: with pages of more than 4 KiB, the page of the hardware mutex must be no other's
large_pages() {
	fdtput -t x "$1" /reserved-memory/memory@4fdff000 reg 0 4fdf0000 0 10000
}

# RAM of $ram_size, as firmware leaves it
ram_size=256M
new_ram() {
	rm -f "$work/ram"
	truncate -s "$ram_size" "$work/ram" && "$fwsim" boot "$work/ram"
}

# What tests put into the last 256 MiB of RAM before a boot, as an earlier owner would
left_behind='left behind by an earlier owner of this RAM'
fill_ram() {
	rm -f "$work/ram"
	truncate -s "$ram_size" "$work/ram"
	yes "$left_behind" | head -c 256M | dd of="$work/ram" bs=1M iflag=fullblock conv=notrunc \
		seek=$(($(stat -c %s "$work/ram") / 1048576 - 256)) status=none
}

# saved_areas: name, address, size and zone size of each area in the dump, in hexadecimal
saved_areas() {
	# name type address offset size entry-size flags link info alignment; the zone size is info
	readelf -SW "$work/dump/md_KELF_HEADER.BIN" | sed 's/^.*\]//' |
		awk '$1 ~ /^K/ && $2 == "NOBITS" { printf "%s %s %s %x\n", $1, $3, $5, $9 }' |
		sed 's/ 0*/ /g'
}

# SUITE=newest takes the programs of scripts/debian/newer.
programs=(readelf eu-readelf gdb-multiarch file pyelftools)
[ -z "${SUITE:-}" ] || programs+=(llvm-readelf)
# programs_read DIRECTORY: they read its dump and minidump.elf without a mistake.
programs_read() {
	${SUITE:+"$top/scripts/debian/newer"} "$top/tests/lib/programs.py" "$1/dump" \
		"$1/minidump.elf" "${programs[@]}"
}

# firmware_saves: collects and decodes into $work/dump and $work/records.
firmware_saves() {
	rm -rf "$work/dump" "$work/records"
	"$fwsim" verify "$work/ram" KDMESG KCONSOLE KPMSG &&
		"$fwsim" dump "$work/ram" "$work/dump" &&
		"$reader" extract "$work/dump" "$work/records"
}

# next_boot_records [VARIANT [PARAMETERS [OPTION]...]]: what the next boot shows in /sys/fs/pstore,
# in $work/pstore. OPTION is one of scripts/qemu/boot.
next_boot_records() {
	local name
	"$fwsim" boot "$work/ram" "${1:-normal}" || return
	# Quiet: the kernel's own messages must not get between the lines of a record.
	boot records --append "loglevel=1 ${2:-}" "${@:3}" || return
	mkdir "$work/pstore"
	for name in $(tr -d '\r' <"$work/records.log" | sed -n 's/^BEGIN //p'); do
		tr -d '\r' <"$work/records.log" | sed -n "/^BEGIN $name\$/,/^END $name\$/p" |
			sed '1d;$d' | base64 -d >"$work/pstore/$name" || return
	done
}
