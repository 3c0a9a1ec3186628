#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Geometries of ramoops in the devicetrees of the kernel tree: a few that differ much, and with
# FULL=40 all of them, of which 7.3 has at least 40
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=tests/lib/geometry.sh
. "$top/tests/lib/geometry.sh"

# The fewest and the most records, none at all, sizes that are no powers of two, 8 bytes of ECC
# and no-map
few='aspeed-bmc-facebook-yosemite4|msm8953-motorola-potter|milos-nothing-asteroids'
few+='|qcom-msm8974pro-samsung-klte-common|sm8250-xiaomi-elish-common'

"$top/tests/lib/devicetrees.py" "$tree" >"$work/devicetrees"
mapfile -t found < <(grep -E "^(${FULL:+.*|}$few) " "$work/devicetrees")
least=${FULL:-5}
# Some of these devicetrees are newer.
[ "$BASE" != 6.12 ] || least=$((${FULL:-0} ? 37 : 3))
ok "${#found[@]} of $(wc -l <"$work/devicetrees") geometries" test ${#found[@]} -ge "$least"
for words in "${found[@]}"; do
	# shellcheck disable=SC2086 # a name and parameters
	geometry $words
done
done_testing
