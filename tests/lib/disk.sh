# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # offset is for those who source this, work from common.sh
# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the tests of a dump in a partition, after common.sh.

# disk NAME=MIB|NAME=FILE...: makes $work/disk with these partitions, which begin with FILE. $offset
# is then where rawdump is, in bytes.
disk() {
	local argument content at=1 mib
	local -a copies=()
	offset=
	for argument; do
		content=${argument#*=} mib=${argument#*=}
		if [ -f "$content" ]; then
			mib=$((($(stat -c %s "$content") + 1048575) >> 20))
			copies+=("if=$content seek=$at")
		fi
		[ "${argument%%=*}" != rawdump ] || offset=$((at << 20))
		echo "start=${at}MiB, size=${mib}MiB, name=${argument%%=*}"
		at=$((at + mib))
	done >"$work/layout"
	rm -f "$work/disk"
	truncate -s $((at + 1))M "$work/disk" &&
		sfdisk -q -X gpt "$work/disk" <"$work/layout" || return
	for argument in "${copies[@]}"; do
		# shellcheck disable=SC2086 # two operands
		dd $argument "of=$work/disk" bs=1M conv=notrunc,sparse status=none || return
	done
}
