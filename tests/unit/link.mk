# SPDX-License-Identifier: GPL-2.0
#
# What link.c needs beyond the core: the stream engine, and of the daemon what knows
# packets. TOP is set; objects.mk was read.

link-engine := $(esmtp-stream:%=$(TOP)/kmod/stream/%.c)
link-aid := $(addprefix $(TOP)/tests/unit/,link.c link_packet.c link_check.c \
		link_receive.c link_ack.c) \
	$(addprefix $(TOP)/userspace/queued/,packet.c held.c apply.c resize.c)
link-cflags := -D_GNU_SOURCE -I$(TOP)/userspace/queued/kernel -I$(TOP)/userspace/queued \
	-I$(TOP)/include/uapi
link-ldflags := -Wl,--wrap=esmtp_held_alloc,--wrap=esmtp_apply_resize
