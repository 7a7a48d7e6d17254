# SPDX-License-Identifier: GPL-2.0

fuzz_netlink-src := $(filter-out %/main.c %/ct.c %/control.c,$(wildcard $(TOP)/userspace/daemon/*.c \
	$(TOP)/userspace/daemon/kcompat/*.c)) \
	$(esmtp-stream:%=$(TOP)/kmod/%.c) $(esmtp-walk:%=$(TOP)/kmod/%.c) $(esmtp-shared:%=$(TOP)/kmod/%.c)
fuzz_netlink-flags := -I$(TOP)/userspace/daemon/kcompat -I$(TOP)/include/uapi -I$(TOP)/userspace \
	-I$(TOP)/userspace/daemon -Wno-unused -Wno-unused-parameter -Wno-sign-compare \
	-Wno-missing-field-initializers -Wno-string-plus-int -pthread
fuzz_netlink-run := -max_len=1024 -len_control=0
fuzz_netlink-libs := -lnetfilter_queue -lmnl -lcap -lnftables
fuzz_netlink-seeds := corpus/netlink
