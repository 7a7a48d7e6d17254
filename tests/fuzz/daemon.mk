# SPDX-License-Identifier: GPL-2.0
#
# What targets of the daemon's code have in common.

daemon-src := $(filter-out %/main.c %/ct.c %/control.c,$(wildcard $(TOP)/userspace/daemon/*.c \
	$(TOP)/userspace/daemon/kcompat/*.c)) \
	$(esmtp-stream:%=$(TOP)/kmod/%.c) $(esmtp-walk:%=$(TOP)/kmod/%.c) $(esmtp-shared:%=$(TOP)/kmod/%.c)
daemon-flags := -I$(TOP)/userspace/daemon/kcompat -I$(TOP)/include/uapi -I$(TOP)/userspace \
	-I$(TOP)/userspace/daemon -Wno-unused -Wno-unused-parameter -Wno-sign-compare \
	-Wno-missing-field-initializers -Wno-string-plus-int -pthread
daemon-libs := -lnetfilter_queue -lmnl -lcap -lnftables
