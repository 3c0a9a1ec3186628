# SPDX-License-Identifier: GPL-2.0-only

help:			## this list
	@sed -n 's/^## /\n/p; s/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 21
	@echo
	@echo 'BASE=6.12 chooses another kernel version than 7.3 (kernel-config/bases), and'
	@echo 'KERNEL=path the git tree or tarball to take it from.'

## See it work

demo:			## from a clone to a decoded crash log
	scripts/demo

reader:			## the program that reads a dump: build/reader/minidump-pstore
	$(MAKE) -C reader

## Test it

check:			## the tests, in minutes
	scripts/check

check-full:		## those and the long ones, in hours
	scripts/check --full

kunit:			## the KUnit tests of the series: UML, arm64, built in, modules
	scripts/check $(wildcard tests/*kunit*.t tests/full/*kunit*.t)

instant:		## a crash at every instruction that matters, and a table of them
	scripts/check tests/70-instants.t
	cat build/$(if $(filter-out 7.3,$(BASE)),$(BASE)/)instants.txt

fuzz:			## hostile input for the kernel and for the reader, the same each time
	scripts/measure/fuzz-tables
	scripts/measure/fuzz-reader

## Measure it

bench:			## what the series costs, and how fast the reader is
	scripts/measure/bench
	scripts/measure/bench-reader

coverage:		## what the tests execute of the kernel code
	scripts/measure/coverage

## Change and send the patches

kernel:			## the kernel tree with the series applied, but not built
	scripts/debian/deps --tree
	scripts/kernel

export:			## the tree's branch to patches/
	scripts/export

rebase-check:		## which patches apply to KERNEL=path, or to the newest kernel there is
	scripts/rebase-check "$(KERNEL)"

gate:			## each patch as maintainers' bots would see it
	scripts/debian/deps
	scripts/kernel
	scripts/gate/gate

post:			## what FROM="Name <mail>" would send, in build/post
	scripts/post "$(FROM)"

## Run it on a device

board:			## what BOARD=sm8450-hdk or sm8450-qrd needs, and how to start it
	scripts/boards/board "$(BOARD)"

## Clean up

clean:			## remove what was built, but no kernel tree, download or dump of a device
	rm -rf $(filter-out build/cache build/device build/linux-%,$(wildcard build/* build/.[!.]*))

.PHONY: help demo reader check check-full kunit instant fuzz bench coverage board kernel gate post \
	rebase-check export clean
