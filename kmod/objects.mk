# SPDX-License-Identifier: GPL-2.0
#
# What the module is made of. The one list: the kernel's build (Kbuild), the
# tool and the tests (Makefile, tests/*/Makefile) and scripts/purity read it.

# kmod/core/*.c: the inspection core, the same in the kernel and out of it
esmtp-core := line command reply address session message header mime rule \
	classify edit names

# kmod/*.c: the module around it
esmtp-module := main net hook pkt flow apply limits netlink policy proc
