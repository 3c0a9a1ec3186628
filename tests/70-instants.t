#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A crash at any instant: before every instruction of the kernel, the memory that firmware would
# read is compared with its last state. At each change, the table is verified, and the dump is made
# and read. The same is done with drivers that have a mistake, which must be found. The table of the
# results is in Documentation/instants.md.
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=tests/lib/instant.sh
. "$(dirname "$0")/lib/instant.sh"

ok "what it needs" instants_ready
ok "every instant is good" every_instant
ok "  each step ended as it should" grep -E '^steps: 0 wrong' "$work/steps.log"
# The entry's, the table's
for caller in qcom_minidump_register __dma_direct_alloc; do
	ok "  $caller() has had no memory once" grep "no memory for $caller" "$work/steps.log"
done
cp "$work/report" "$build/instants.txt"
sed 's/^/# /' "$build/instants.txt"

# found WORDS: the violation that a driver with a mistake must show
found() {
	local words=$1
	! every_instant "$work/mutant.cpio.gz" mutant=1 >"$work/said" || return
	cat "$work/said"
	grep -q VIOLATION "$work/said" && grep -qE "$words" "$work/said"
}
# For sed: what goes before the line that it has found, except for copy
count='WRITE_ONCE(minidump->toc->region_count, cpu_to_le32(count));\n&'
fill='minidump_fill_image(minidump, to->virt + offset, to->phys + offset, '
fill+='max(count, minidump->count));\n&'
free='if (old.virt \&\& old.virt != to->virt) minidump_free(minidump->dev, \&old);\n&'
copy='/strscpy(strings + strings_len, region->name,/{n;s/strings_size - strings_len'
enable='minidump_enable(minidump);\n&'
insert='struct minidump_entry *next; list_for_each_entry(next, \&minidump->regions, node) '
insert+='if (next->region.last > region->last) break; '
insert+='list_add_tail(\&entry->node, \&next->node);'
publish='/^static void minidump_publish/,/^}/'
create='/^static struct qcom_minidump \*minidump_create/,/^}/'
register='/^int qcom_minidump_register/,/^}/'
shutdown='/^static const struct syscore_ops/,/^}/'
destroy='/^static void minidump_destroy/,/^}/'

# mistake NAME WORDS SED-SCRIPT
mistake() {
	ok "$1: builds" mutant "$3"
	ok "  is found" found "$2"
}

ok "the driver as it is, in the place of those with a mistake: builds" mutant ''
ok "  is good" every_instant "$work/mutant.cpio.gz" mutant=1
mistake "the count before the pointer" "I2-" \
	"$publish{/toc->region_count/d; s/.*toc->regions_baseptr.*/$count/}"
mistake "no entry too many while the table shrinks" "I2-" \
	"$publish s/max(count, minidump->count)/count/"
mistake "the pointer before what it points to" "I[12]-" \
	"$publish{/minidump_fill_image/,+1d; s/.*toc->region_count.*/$fill/}"
mistake "the count is forgotten" "I1-count" "$publish{/toc->region_count/d}"
mistake "a new region before another at once" "I3-" "$register s/list_add_tail.*/$insert/"
mistake "the published image is changed" "I2-" "$publish s/!minidump->slot/minidump->slot/"
mistake "the old image is freed too early" "I2-" \
	"$publish{s/.*minidump_fill_image.*/$free/; /^\tif (old/,\$s/minidump_free(.*/;/}"
mistake "enabled too early" "I[12]-" \
	"$create{/^\tminidump_enable/d; s/.*minidump_grow.*/$enable/}"
mistake "not disabled before it is taken apart" "I1-" "$destroy{/minidump_disable/d}"
mistake "not disabled at the end of a shutdown" "published is" "$shutdown{/shutdown = /d}"
mistake "a copy of a name that writes more than the name" "I2-" \
	"$copy/sizeof(region->name)/}"
done_testing
