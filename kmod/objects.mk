# SPDX-License-Identifier: GPL-2.0
#
# What the module is made of. The one list: the kernel's build (Kbuild), the
# tool and the tests (Makefile, tests/*/Makefile) and scripts/purity read it.

# kmod/core/*.c: the inspection core, the same in the kernel and out of it
esmtp-core := line queue command verb permit group chunk mail address parameter domain reply keyword banner \
	session order turn say tls hello \
	message bulk end header encoding mime filename filetype boundary map recommended rule dfa \
	classify half index check check_map check_addr seal layout edit seqmap stream ahead names text

# kmod/stream/*.c: the stream engine, the same too
esmtp-stream := segment desk tcp renumber flight edits ending

# kmod/*.c: the module around them
esmtp-module := main net hook pkt flow spec part walk inspect tally inject held apply resize acks icmp mptcp \
	memory limits quota embryonic intercept cookie opening hosts rate policy carry hits view proc \
	netlink netlink_set netlink_fill netlink_map netlink_get netlink_view \
	netlink_event audit record ring

# those of them that know no packet's memory: esmtp-queued has them too (userspace/queued/kernel)
esmtp-shared := mptcp tally memory quota hosts rate policy carry hits view record ring \
	netlink netlink_set netlink_fill netlink_map netlink_get netlink_view netlink_event
