# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# Completion of minidump-pstore for bash.

_minidump_pstore() {
	local word=${COMP_WORDS[COMP_CWORD]} options
	COMPREPLY=()
	if [[ $word == -* ]]; then
		# --help names every option once, at the beginning of a line.
		options=$("${COMP_WORDS[0]}" --help 2>/dev/null |
			sed -n 's/^  .*\(--[a-z-]*=\{0,1\}\).*/\1/p')
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
		[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace
	elif [ "$COMP_CWORD" -eq 1 ]; then
		options='log list extract cat assemble check collect'
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word"; compgen -f -- "$word")
		compopt -o filenames
	fi
}
complete -o default -F _minidump_pstore minidump-pstore
