/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _REPLAY_FRAME_H
#define _REPLAY_FRAME_H

#include <esmtp/port.h>

enum { FRAME_NONE = ~0u };

/**
 * struct frame - a packet of a recording
 * @time: nanoseconds since 1970
 * @bytes: as they were recorded, its link's header first
 * @have: how many there are
 * @len: how many there were
 * @ip: where the IP packet begins; the header of its link is before it
 * @iplen: bytes of the IP packet, as far as there are any
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @cut: the recording has not all of the packet
 */
struct frame {
	u64 time;
	const u8 *bytes;
	u32 have, len;
	u32 ip, iplen;
	u8 family;
	bool cut;
};

/* What a frame is. */
enum frame_kind {
	FRAME_IP,
	FRAME_OTHER,			/* it carries no IP */
	FRAME_BROKEN,			/* nobody would take it */
};

/* link.c */
bool link_known(int type);
u32 link_find_ip(int type, const u8 *p, u32 n);
void link_turn(int type, u8 *header, u32 n);
void link_resize(int type, u8 *header, u32 n, u32 len);

/* frame.c */
enum frame_kind frame_open(struct frame *f, int type);

#endif /* _REPLAY_FRAME_H */
