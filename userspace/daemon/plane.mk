# SPDX-License-Identifier: GPL-2.0
#
# A packet's way in the daemon, without the machine that it runs on: what replays
# recordings brings another (userspace/replay/machine.c).
plane-files := bypassed.c flow.c hook.c icmp.c inject.c inspect.c overrun.c \
	packet_edit.c packet_keep.c packet_parse.c packet_resize.c pickup.c plane.c table.c \
	walk.c
