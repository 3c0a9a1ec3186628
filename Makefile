# SPDX-License-Identifier: GPL-2.0-only

help:			## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 20
	@echo 'BASE=7.3 chooses the kernel version (kernel-config/bases), and'
	@echo 'KERNEL=path the git tree or tarball to take it from.'

demo:			## from a clone to a decoded crash log
	scripts/demo

check:			## the tests, in minutes
	scripts/check

check-full:		## those and the long ones, in hours
	scripts/check --full

kunit:			## the KUnit tests of the series: UML, arm64, built in, modules
	scripts/check $(wildcard tests/*kunit*.t tests/full/*kunit*.t)

kernel:			## the kernel tree with the series applied
	scripts/deps
	scripts/kernel

export:			## the tree's branch to patches/
	scripts/export

clean:			## remove what was built, but no kernel tree and no download
	rm -rf $(filter-out build/cache build/linux-%,$(wildcard build/* build/.[!.]*))

.PHONY: help demo check check-full kunit kernel export clean
