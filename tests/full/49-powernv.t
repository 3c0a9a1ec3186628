#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The kernel log is registered with OPAL, on QEMU's powernv machine. Its OPAL lacks the call that
# registers a region for a dump, so gdb answers in its place. The reader gets the log from these
# regions.
. "$(dirname "$0")/../lib/common.sh"

obj=$build/obj-powernv
log=$obj/build.log
mkdir -p "$obj"
power() {
	local cc=powerpc64le-linux-gnu-gcc
	! command -v ccache >/dev/null || cc="ccache $cc"
	make -C "$tree" O="$obj" ARCH=powerpc CROSS_COMPILE=powerpc64le-linux-gnu- CC="$cc" \
		LOCALVERSION= -j"$(nproc)" "$@" >>"$log" 2>&1
}
configured() {
	: >"$log"
	KCONFIG_ALLCONFIG=$top/kernel-config/powernv.config power allnoconfig &&
		! grep -E '^(# )?CONFIG_' "$top/kernel-config/powernv.config" |
			grep -vxFf "$obj/.config"
}
progress() { say "$(grep -cE '^  (CC|AS) ' "$log") files"; }
ok "there are a compiler and QEMU" "$top/scripts/debian/deps" gcc-powerpc64le-linux-gnu \
	qemu-system-ppc
ok "the kernel is configured" configured
status=0
watch progress power vmlinux || status=$?
ok "it builds" test $status -eq 0

# boots RC [OPTION]...: OPAL returns RC for region 0xfc. Calls of a function within the kernel skip
# its first two instructions.
boots() {
	local machine
	rm -f "$work"/{gdb,ram}
	truncate -s 1G "$work/ram"
	cat >"$work/commands" <<-END
		set pagination off
		target remote $work/gdb
		break *((long)&opal_check_token + 8) if \$r3 == 101
		commands
		silent
		set \$r3 = 1
		set \$pc = \$lr
		continue
		end
		break *((long)&opal_register_dump_region + 8)
		commands
		silent
		printf "region %#lx %#lx %lu\\n", \$r3, \$r4, \$r5
		set \$r3 = \$r3 == 0xfc ? $1 : 0
		set \$pc = \$lr
		continue
		end
		break *((long)&opal_unregister_dump_region + 8)
		commands
		silent
		printf "unregister %#lx\\n", \$r3
		set \$r3 = 0
		set \$pc = \$lr
		continue
		end
		continue
	END
	timeout -k 5 300 qemu-system-ppc64 -M powernv9,memory-backend=ram -smp 1 -m 1G \
		-object "memory-backend-file,id=ram,size=1G,mem-path=$work/ram,share=on" \
		-kernel "$obj/vmlinux" -append "console=hvc0 panic=-1" -display none \
		-monitor none -nic none -no-reboot -serial "file:$work/serial.log" \
		"${@:2}" </dev/null &
	machine=$!
	if [ $# -gt 1 ]; then
		for _ in {1..600}; do
			[ ! -S "$work/gdb" ] || break
			sleep 0.1
		done
		gdb-multiarch -q -batch -nx -x "$work/commands" "$obj/vmlinux" >"$work/gdb.log" 2>&1
		sed -n 's/^region //p' "$work/gdb.log" >"$work/regions"
	fi
	wait $machine
	grep 'Kernel panic' "$work/serial.log"
}
gdb=(-gdb "unix:$work/gdb,server=on,wait=off" -S)
ok "it boots as far as it goes: there is no init" boots 0
is "  OPAL does not offer the call, and nothing is said" "$(grep -c DUMP "$work/serial.log")" 0

ok "with gdb in the place of OPAL, it boots, too" boots 0 "${gdb[@]}"
ids() { cut -d ' ' -f 1 "$work/regions" | sort | xargs; }
is "  the regions have these ids" "$(ids)" "0x80 0xfb 0xfc 0xfd 0xfe 0xff"
is "  OPAL keeps them" "$(grep -c unregister "$work/gdb.log")" 0
is "  the text is the first, with the id that it has always had" \
	"$(head -n 1 "$work/regions" | cut -d ' ' -f 1,3)" \
	"0x80 $((1 << $(sed -n 's/^CONFIG_LOG_BUF_SHIFT=//p' "$obj/.config")))"
# An ELF core file of these regions, at the addresses of the linear map, the note first.
core() {
	python3 - "$work/ram" "$work/regions" <<-'END'
		import struct, sys
		ram = open(sys.argv[1], "rb")
		regions = sorted(([int(n, 0) for n in line.split()] for line in open(sys.argv[2])),
		    reverse=True)
		headers, data = [], b""
		for number, address, size in regions:
		    ram.seek(address)
		    at = 64 + 56 * len(regions) + len(data)
		    headers.append(struct.pack("<2I6Q", 4 if number == 0xff else 1, 4, at,
		        0xc000000000000000 + address, address, size, size, 4))
		    data += ram.read(size)
		ehdr = struct.pack("<16s2HI3QI6H", b"\x7fELF\2\1\1", 4, 21, 1, 0, 64, 0, 0, 64,
		    56, len(regions), 0, 0, 0)
		sys.stdout.buffer.write(ehdr + b"".join(headers) + data)
	END
}
core >"$work/core"
"$reader" log "$work/core" >"$work/log" 2>"$work/log.said"
is "  the reader says nothing about them" "$(cat "$work/log.said")" ""
tr -d '\r' <"$work/serial.log" | grep -E '^\[ *[0-9]+\.[0-9]{6}\] ' >"$work/console"
ok "  the console has lines" test -s "$work/console"
ok "  and the log has each of them" sh -c "! grep -vxFf '$work/log' '$work/console'"

ok "where OPAL refuses one, it boots" boots -6 "${gdb[@]}"
is "  the console says so" "$(grep -c 'cannot dump region 3: -5' \
	"$work/serial.log")" 1
is "  the kernel asks for the others, too" "$(ids)" "0x80 0xfb 0xfc 0xfd 0xfe 0xff"
is "  it has OPAL forget the one" "$(sed -n 's/^unregister //p' "$work/gdb.log")" 0xfc
done_testing
