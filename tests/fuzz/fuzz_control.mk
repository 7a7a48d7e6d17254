# SPDX-License-Identifier: GPL-2.0

fuzz_control-src := $(filter-out %/main.c %/ct.c %/control.c,$(wildcard $(TOP)/userspace/daemon/*.c \
	$(TOP)/userspace/daemon/kcompat/*.c)) \
	$(esmtp-stream:%=$(TOP)/kmod/%.c) $(esmtp-walk:%=$(TOP)/kmod/%.c) $(esmtp-shared:%=$(TOP)/kmod/%.c)
fuzz_control-flags := -I$(TOP)/userspace/daemon/kcompat -I$(TOP)/include/uapi -I$(TOP)/userspace \
	-I$(TOP)/userspace/daemon -Wno-unused -Wno-unused-parameter -Wno-sign-compare \
	-Wno-missing-field-initializers -Wno-string-plus-int -pthread
fuzz_control-run := -max_len=4096
fuzz_control-libs := -lnetfilter_queue -lmnl -lcap -lnftables
fuzz_control-seeds := corpus/control
