#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# usage: minidump-pstore-collect [--root=DIR] [OPTION]...
#
# Runs "minidump-pstore collect OPTION..." at boot, for init systems other than systemd and for an
# initramfs, where DIR is the mounted root file system. Messages go to the output and to the
# kernel's log, as there may be no other log yet.
# init's PATH may not have the place where both are installed.
PATH=$PATH:${0%/*}/../bin
root=
case ${1-} in
--root=*)
	root=${1#--root=}
	shift
	;;
esac
[ ! -d "$root/var" ] || mkdir -p "$root/var/lib"
output=$(minidump-pstore collect --to="$root/var/lib/minidump-pstore" "$@" 2>&1)
status=$?
[ -z "$output" ] || printf '%s\n' "$output" | while IFS= read -r line; do
	printf '%s\n' "$line"
	line=${line#minidump-pstore: }
	# One write is one message.
	[ ! -w /dev/kmsg ] || printf '<5>minidump-pstore: %s\n' "$line" >/dev/kmsg
done
exit $status
