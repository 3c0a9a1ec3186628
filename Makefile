# SPDX-License-Identifier: GPL-2.0-only

help:			## this list
	@sed -n 's/^## /\n/p; s/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 21
	@echo
	@echo 'BASE=6.12 chooses Linux 6.12 instead of 7.3 (kernel-config/bases). KERNEL=path is'
	@echo 'the kernel source to use: a git tree or a tarball; rebase-check takes no tarball.'

## See it work

demo:			## from a clone to a decoded crash log
	scripts/demo

reader:			## the program that reads a dump: build/reader/minidump-pstore
	$(MAKE) -C reader

## Test it

check:			## the tests, in 15 minutes after make demo
	scripts/check

check-full:		## the same and the long tests, in hours
	scripts/check --full

kunit:			## the KUnit tests: UML, arm64, 32 bits; on x86-64 those of kmemdump
	scripts/check $(wildcard tests/*kunit*.t tests/full/*kunit*.t)

instant:		## the dump at every instruction that changes it; prints a table
	scripts/check tests/70-instants.t
	cat build/$(if $(filter-out 7.3,$(BASE)),$(BASE)/)instants.txt

fuzz:			## hostile input for the kernel and the reader, the same each time
	scripts/measure/fuzz-tables
	scripts/measure/fuzz-reader

## Measure it

bench:			## the cost of the series, and the speed of the reader
	scripts/measure/bench
	scripts/measure/bench-reader

coverage:		## the share of the kernel code that the tests execute
	scripts/measure/coverage

## Change and send the patches

tree:			## the kernel tree with the series applied, but not built
	scripts/debian/deps --tree
	scripts/tree

export:			## write the tree's branch to patches/
	scripts/export

rebase-check:		## which patches apply to KERNEL=path, or to Debian's newest kernel
	scripts/rebase-check "$(KERNEL)"

gate:			## check each patch as maintainers' bots would
	scripts/debian/deps
	scripts/tree
	scripts/gate/gate

post:			## the mails that FROM="Name <mail>" would send, in build/post
	scripts/post "$(FROM)"

## Run it on a device

board:			## the files for BOARD=sm8450-hdk or sm8450-qrd, and how to start them
	scripts/boards/board "$(BOARD)"

## Clean up

clean:			## remove what was built, but no kernel tree, download or dump of a device
	rm -rf $(filter-out build/cache build/device build/linux-%,$(wildcard build/* build/.[!.]*))

.PHONY: help demo reader check check-full kunit instant fuzz bench coverage board tree gate post \
	rebase-check export clean
