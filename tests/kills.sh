# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the tests that kill the machine at random, after lib.sh.
# shellcheck disable=SC2154 # from lib.sh

# About four times what it takes to get to user space
limit=400000000

# kill_once SEED: what the seed says is the same on any machine: the instructions count, not time.
kill_once() {
	local after churn status=0 complete
	read -r after churn < <(python3 -c 'import random, sys
rng = random.Random(int(sys.argv[1]))
print(rng.randrange(int(sys.argv[2])), rng.choice(["regions", "core", "ramoops"]))' "$1" $limit)
	echo "seed $1: $churn, dies after $after instructions"
	rm -rf "$work"/{ram,dump,records,churn.log}
	"$fwsim" boot "$work/ram" || return
	boot churn --add "$obj/regions.cpio.gz" --append "churn=$churn" --timeout 300 -- \
		-icount shift=0,sleep=off -plugin "file=$build/instant/kill.so,after=$after" ||
		status=$?
	[ $status -eq 137 ] || { echo "QEMU has ended with status $status"; return 1; }
	tail -n 1 "$work/churn.log"

	complete=$(grep -c 'boot firmware saves what is registered' "$work/churn.log")
	if [ "$churn" != regions ] || [ "$complete" -eq 0 ]; then
		# While nothing is published, there is nothing to save.
		"$fwsim" check "$work/ram" >"$work/said" 2>&1 || { cat "$work/said"; return 1; }
		cat "$work/said"
		! grep -q disabled "$work/said" || return 0
		"$fwsim" dump "$work/ram" "$work/dump" >/dev/null || return
		# Without ramoops there are no records; when it comes back, it gets all that the
		# kernel remembers, but not at once.
		[ "$churn" != ramoops ] || { "$reader" list "$work/dump"; return; }
		"$reader" extract "$work/dump" "$work/records" || return
	else
		firmware_saves || return
	fi
	"$top/tests/kills.py" "$work/churn.log" "$work/records"
}

# kills FIRST COUNT: SEEDS="1 2" repeats those instead.
kills() {
	local seed
	"$top/scripts/guest-module" regions demo || bail_out "cannot build the module"
	for seed in ${SEEDS:-$(seq "$1" $(($1 + $2 - 1)))}; do
		ok "killed at random, seed $seed" kill_once "$seed"
	done
}
