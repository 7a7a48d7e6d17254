# SPDX-License-Identifier: GPL-2.0

include $(TOP)/userspace/daemon/plane.mk

fuzz_pcap-src := $(wildcard $(TOP)/userspace/replay/*.c) \
	$(plane-files:%=$(TOP)/userspace/daemon/%) \
	$(esmtp-stream:%=$(TOP)/kmod/%.c) $(esmtp-walk:%=$(TOP)/kmod/%.c) \
	$(patsubst %,$(TOP)/kmod/%.c,$(filter-out control/netlink%,$(esmtp-shared)))
fuzz_pcap-flags := $(daemon-flags)
fuzz_pcap-run := -max_len=16384
fuzz_pcap-libs := -lpcap
fuzz_pcap-seeds := corpus/pcap
