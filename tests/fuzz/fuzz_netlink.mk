# SPDX-License-Identifier: GPL-2.0

fuzz_netlink-src := $(daemon-src)
fuzz_netlink-flags := $(daemon-flags)
fuzz_netlink-run := -max_len=1024 -len_control=0
fuzz_netlink-libs := $(daemon-libs)
fuzz_netlink-seeds := corpus/netlink
