#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The mails that make post writes can be sent, have the right recipients, and apply to give the
# branch's files. As root, the test runs without a network.
. "$(dirname "$0")/lib/common.sh"
only_mainline

from='A Tester <tester@minidump.example>'
post=$build/post
stamped=$post/linux
offline=()
[ "$EUID" -ne 0 ] || offline=(unshare -n)
cd "$top"

fails "a posting is somebody's" "FROM= is missing" scripts/post
fails "  by name and address" "is not a name and an address" scripts/post tester
fails "  who exists" "not a person who can sign off" scripts/post \
	'minidump developers <developers@minidump.example>'
ok "make post: b4 and git send-email take it" "${offline[@]}" scripts/post "$from"
mapfile -t sections < <(sed -n 's/^# \([a-z-]*\):.*/\1/p' series)

# A sparse clone is enough for git am, and quick.
try() {
	GIT_CONFIG_GLOBAL=/dev/null "${offline[@]}" git -C "$stamped" -c safe.directory='*' "$@"
}
all_in_order() {
	local section
	try checkout -q --detach base
	for section in "${sections[@]}"; do
		# A cover letter is no patch.
		mapfile -t mails < <(grep -L '^Subject: .* 0*0/' "$post/$section"/*.eml)
		"$@" "${mails[@]}" || return
	done
	try diff --stat --exit-code stamped HEAD
}
with_git_am() { try am -q "$@"; }
with_shazam() {
	local mail
	for mail; do
		echo 'From mails@minidump.example Thu Jan  1 00:00:00 1970'
		# b4 0.12 cannot take a subject of two lines, though it writes them.
		perl -0pe 's/^(Subject: .*)\n (.*)/$1 $2/m; s/^>*From />$&/mg' "$mail"
		echo
	done >"$work/mbox"
	(cd "$stamped" && XDG_CACHE_HOME=$work XDG_DATA_HOME=$work GIT_CONFIG_GLOBAL=/dev/null \
		GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' \
		GIT_CONFIG_KEY_1=b4.searchmask GIT_CONFIG_VALUE_1='' \
		"${offline[@]}" b4 shazam --no-cache -m "$work/mbox")
}
ok "git am, all of it in order, gives the branch's files" all_in_order with_git_am
ok "b4 shazam gives the same" all_in_order with_shazam
count_of() { # SECTION: its patches
	awk -v section="$1:" '/^# / { found = $2 == section } /^[^#]/ { n += found }
		END { print n + 0 }' series
}
# The section kmemdump is the last one, minidump the one before.
kmemdump=$(count_of kmemdump)
set=minidump~$((kmemdump + $(count_of minidump)))..minidump~$kmemdump
lines_added() { # RANGE FILE...
	git_plain -C "$tree" diff --shortstat "$1" -- "${@:2}" |
		sed 's/.* \([0-9]*\) insertions.*/\1/'
}
code=('*.c' '*.h' ':!*_test.c')
move=$(git_plain -C "$tree" log --format=%h --grep='^remoteproc: qcom: Move the minidump layout' \
	"$set")
is "the cover letter's numbers of lines are those of the branch" \
	"$(tr '\n' ' ' <post/minidump.txt | sed -n \
		's/.* adds \([0-9]*\) lines of C\. Its tests add \([0-9]*\) lines.*/\1 \2/p')" \
	"$(($(lines_added "$set" "${code[@]}") -
		$(lines_added "$move~..$move" "${code[@]}"))) $(
		lines_added "$set" '*_test.c')"
is "  and so are kmemdump's" "$(tr '\n' ' ' <post/kmemdump.txt |
	sed -n 's/.* adds \([0-9]*\) lines of C\..*/\1/p')" \
	"$(lines_added "minidump~$kmemdump..minidump" "${code[@]}")"
sizes() { # as a text about all sections has them
	tr -s '\n ' ' ' <"$1" | grep -F "$2"
}
fixes=$(count_of pstore-fixes) remoteproc=$(count_of remoteproc-fixes) patches=$(count_of minidump)
ok "  and so are its numbers of patches" sizes post/minidump.txt "This one has $patches, after $(
	)$fixes fixes of pstore and $remoteproc patches for remoteproc."
ok "  and those of reviewers.md" sizes Documentation/reviewers.md \
	"sections of $fixes, $remoteproc and $patches patches"
is "nothing is left to be filled in" "$(grep -nw XX post/*.txt)" ""
poster_only() {
	try diff -U0 origin/minidump stamped >"$work/diff"
	equal "$(grep -E '^[-+][^-+]' "$work/diff" | awk '!seen[$0]++')" \
		$'-M:\tminidump developers <developers@minidump.example>\n+M:\t'"$from"
}
ok "  which are those of patches/, but for the maintainer's name" poster_only

field() { # FILE NAME: the field, unfolded
	sed '/^$/q' "$1" | perl -0pe 's/\n[ \t]+/ /g' | sed -n "s/^$2: //p"
}
recipients_are_right() { # the patches' own are among those of the whole set
	local section=$1 mail role
	for mail in "$post/$section"/*.eml; do
		sed '/^$/q' "$mail" | perl -0pe 's/\n[ \t]+/ /g' >"$work/header"
		while read -r role; do
			grep -E '^(To|Cc): ' "$work/header" | grep -qF "$role" ||
				{ echo "$(basename "$mail") does not go to $role"; return 1; }
		done < <(grep '^    ' "$post/$section.maintainers" | grep -oE '[^ <]+@[^ >]+')
	done
}
subjects() { # RFC, numbered, and the titles of the branch
	local section=$1 mail
	for mail in "$post/$section"/*.eml; do
		field "$mail" Subject | grep -E '^\[PATCH RFC( [0-9]+/[0-9]+)?\] ' || return
	done
}
signed() { # each patch, by who posts
	! grep -LFx "Signed-off-by: $from" "$@" | grep .
}
for section in "${sections[@]}"; do
	mails=("$post/$section"/*.eml)
	patches=$(count_of "$section")
	is "$section: a mail for each patch, and a cover letter for more than one" \
		"${#mails[@]}" $((patches + (patches > 1)))
	ok "  each is an RFC" subjects "$section"
	ok "  each patch is signed off" signed "${mails[@]:patches > 1}"
	ok "  it goes to all whom get_maintainer.pl names" recipients_are_right "$section"
	ok "  it tells what it is based on" \
		grep -Ex "base-commit: $(try rev-parse 'base^{commit}')" "${mails[0]}"
	ok "  and which set it is" grep -Ex "change-id: [0-9]{8}-[a-z-]+-[0-9a-f]{12}" "${mails[0]}"
	ok "  the cover letter is ASCII of 75 columns, links aside" \
		test -z "$(grep -nP '[^\x00-\x7f]|^(?!.*https?://).{76}' "post/$section.txt")"
done
prerequisites() { sed -n 's/^prerequisite-change-id: .*-\([a-z]*\)-.*/\1/p' "$1"/*.eml | xargs; }
is "the fixes need nothing" "$(prerequisites "$post/pstore-fixes")" ""
is "  neither do the other ones" "$(prerequisites "$post/remoteproc-fixes")" ""
is "minidump needs both" "$(prerequisites "$post/minidump")" "fixes fixes"
is "kmemdump needs all three" "$(prerequisites "$post/kmemdump")" "fixes fixes minidump"
wanted="$(series_patches | head -n $((fixes + remoteproc)) | sed "s|^|$top/patches/|" | xargs cat |
	git patch-id --stable | cut -d ' ' -f 1)"
is "  by their patch-ids, which are those of patches/" \
	"$(sed -n 's/^prerequisite-patch-id: //p' "$post/minidump"/*.eml)" "$wanted"

strangers() { # addresses of people are those that the kernel tree has
	sed -n 's/^Cc: .*<\(.*\)>/\1/p' post/*.txt | while read -r address; do
		grep -qF "<$address>" "$tree/MAINTAINERS" || echo "$address"
	done
}
is "who is copied by hand is in MAINTAINERS" "$(strangers)" ""

rows() { sed -nE 's/^- (R[0-9]+): .*/\1/p' Documentation/reviewers.md | xargs; }
is "reviewers.md: each row, once" "$(rows)" \
	"$(printf 'R%s\n' {1..24} {30..35} {40..50} {60..63} {70,71} {80..91} | xargs)"
# In one line, as what is quoted may be broken in two.
{
	cat "${BASH_SOURCE[0]%/*}"/../post/*.txt Makefile
	xargs -I {} cat patches/{} < <(series_patches)
} | sed 's/^[+ ]//' | tr -s '\t\n' '  ' >"$work/text"
# shellcheck disable=SC2016 # these are what is looked for
named_things() {
	local thing status=0
	while read -r thing; do
		case $thing in
		'make '*) grep -q "^${thing#make }:" Makefile && continue ;;
		*/*) [ -e "$top/$thing" ] || [ -e "$tree/$thing" ] && continue ;;
		esac
		grep -qF -- "$thing" "$work/text" && continue
		echo "there is no: $thing"
		status=1
	done < <(sed '1,/^## /d' Documentation/reviewers.md | grep -o '`[^`]*`' | tr -d '`' |
		sort -u)
	return $status
}
ok "reviewers.md: what it names exists" named_things
done_testing
