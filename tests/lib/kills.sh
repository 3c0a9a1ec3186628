# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the tests that kill the machine at random, after common.sh.
# shellcheck disable=SC2154 # from common.sh

# More than twice what it takes to get to user space
limit=400000000

# kill_once SEED: what the seed says is the same on any machine: the instructions count, not time.
kill_once() {
	local after churn status=0 complete
	read -r after churn < <(python3 -c 'import random, sys
rng = random.Random(int(sys.argv[1]))
print(rng.randrange(int(sys.argv[2])), rng.choice(["regions", "core", "ramoops"]))' "$1" $limit)
	echo "seed $1: $churn, dies after $after instructions"
	rm -rf "$work"/{dump,records,churn.log}
	new_ram || return
	boot churn --add "$obj/regions.cpio.gz" --append "churn=$churn" --timeout 300 -- \
		-icount shift=0,sleep=off -plugin "file=$build/instant/kill.so,after=$after" ||
		status=$?
	[ $status -eq 137 ] || { echo "QEMU has ended with status $status"; return 1; }
	tail -n 1 "$work/churn.log"

	# In RAM, as the serial line may be behind.
	! in_ram 'churn has failed: [0-9]+' || return 1
	complete=$(grep -c 'guest: scenario' "$work/churn.log")
	if [ "$complete" -eq 0 ] || [ "$(latest unbinding)" -gt "$(latest bound)" ]; then
		# While nothing is published, there is nothing to save.
		"$fwsim" verify "$work/ram" >"$work/said" 2>&1 || { cat "$work/said"; return 1; }
		cat "$work/said"
		! grep -q disabled "$work/said" || return 0
		"$fwsim" dump "$work/ram" "$work/dump" >/dev/null || return
		# ramoops gets all that the kernel remembers when it comes back, but not at once.
		# The core gets the regions one after the other.
		if [ "$churn" = ramoops ] ||
			! "$fwsim" verify "$work/ram" KDMESG KCONSOLE KPMSG >/dev/null 2>&1; then
			"$reader" list "$work/dump"
			return
		fi
		"$reader" extract "$work/dump" "$work/records" || return
	else
		firmware_saves || return
	fi
	"$top/tests/lib/kills.py" "$work/churn.log" "$work/records" || return
	! grep -q 'console line' "$work/churn.log" || {
		echo "$churn" >>"$work/compared"
		# For what follows
		[ "$churn" = ramoops ] ||
			[ "$(grep -c 'console line' "$work/churn.log")" -lt 10 ] || {
			rm -rf "$work/last"
			mkdir "$work/last"
			cp -r "$work"/{churn.log,records} "$work/last"
		}
	}
}
# What RAM has of a regular expression; tar does not read the holes of a large file.
in_ram() { tar -C "$work" -cSf - ram | grep -aoE "$1"; }
# The number after the last WORD that was logged: with its full stop, as part of what was there
# before could follow.
latest() { in_ram "$1 [0-9]+[.]" | awk '$2 > n { n = $2 } END { print n + 0 }'; }

missing() {
	cp "$work/last/records/$1" "$work/whole"
	eval "$2" <"$work/whole" >"$work/last/records/$1"
	"$top/tests/lib/kills.py" "$work/last/churn.log" "$work/last/records"
	local status=$?
	cp "$work/whole" "$work/last/records/$1"
	return $status
}

# kills FIRST COUNT: SEEDS="1 2" repeats those instead.
kills() {
	local seed
	: >"$work/compared"
	"$top/scripts/qemu/guest-module" regions demo || bail_out "cannot build the module"
	for seed in ${SEEDS:-$(seq "$1" $(($1 + $2 - 1)))}; do
		ok "killed at random, seed $seed" kill_once "$seed"
	done
	[ -z "${SEEDS:-}" ] || return
	sort "$work/compared" | uniq -c | sed 's/^/# compared: /'
	ok "a log to compare in a quarter of them" \
		test $(($(wc -l <"$work/compared") * 4)) -ge "$2"
	# In the middle, as more may have been recovered than shown
	fails "a line that is missing is noticed" "recovered:" missing console-ramoops-0 "sed 40d"
	fails "  the last ones" "recovered: b''" missing console-ramoops-0 "head -n 40"
	fails "  in pmsg" "not all to" missing pmsg-ramoops-0 "head -n 5"
}
