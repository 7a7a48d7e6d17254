# SPDX-License-Identifier: GPL-2.0
#
# What link.c needs beyond the core: the stream engine, and of the daemon what knows
# packets. TOP is set; objects.mk was read.

link-engine := $(esmtp-stream:%=$(TOP)/kmod/%.c)
link-aid := $(addprefix $(TOP)/tests/unit/,link.c link_packet.c link_check.c \
		link_receive.c link_ack.c) \
	$(addprefix $(TOP)/userspace/daemon/,packet_parse.c packet_keep.c packet_edit.c packet_resize.c)
link-cflags := -D_GNU_SOURCE -I$(TOP)/userspace/daemon/kcompat -I$(TOP)/userspace/daemon \
	-I$(TOP)/include/uapi
link-ldflags := -Wl,--wrap=esmtp_keep_alloc,--wrap=esmtp_pkt_write_resized \
	-Wl,--wrap=esmtp_memory_session
