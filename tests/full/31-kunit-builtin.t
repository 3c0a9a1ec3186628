#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the KUnit tests of the series on arm64, built in, so that they run before user space starts.
. "$(dirname "$0")/../lib/common.sh"
# shellcheck source=tests/lib/kunit.sh
. "$(dirname "$0")/../lib/kunit.sh"

obj=$build/obj-kunit-arm64
ok "the kernel builds" "$top/scripts/build" kunit-arm64
# One of them makes a dump of more than 4 GiB.
ram_size=6G
truncate -s $ram_size "$work/ram"
"$fwsim" boot "$work/ram" no-item >/dev/null
ok "it boots" boot kunit --timeout 600 --append "ramoops.mem_name=none kunit.timeout=60"
kunit_ok "$work/kunit.log" "$(unsuited)"

ram_size=256M
# Where firmware offers a table, the drivers are bound while the tests run. With the tests or
# without them, the same stores must reach SMEM: those of the drivers. There is no ramoops.
# smem_stores ENABLE: in $work/stores-ENABLE, where in SMEM and how many bytes
smem_stores() {
	rm -f "$work/ram"
	"$fwsim" boot "$work/ram" && boot kunit --timeout 600 --append \
		"ramoops.mem_name=none kunit.enable=$1" -- -plugin \
		"file=$build/instant/stores.so,ram=$work/ram,from=0x4fe00000,size=0x200000,$(
		)events=$work/events" || return
	cut -d ' ' -f 3,4 "$work/events" >"$work/stores-$1"
	grep -F "$only_drivers" "$work/kunit.log"
}
ok "with a table in SMEM, it boots without the tests" smem_stores 0
ok "  and with them, which leave no client" smem_stores 1
kunit_ok "$work/kunit.log" "$(unsuited)"
ok "  the tests store nothing to SMEM" diff "$work/stores-0" "$work/stores-1"
ok "  but the drivers do" test -s "$work/stores-0"
done_testing
