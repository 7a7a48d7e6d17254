/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _REPLAY_ACCEPT_H
#define _REPLAY_ACCEPT_H

#include <esmtp/core.h>

struct talk;
struct frame;
struct packet;

/**
 * struct accept - the line of a reply at hand
 * @head: its first bytes
 * @n: how many
 */
struct accept {
	u8 head[4];
	u8 n;
};

enum esmtp_reason accept_judge(struct talk *t, const struct frame *f, struct packet *p,
			       u32 skip);

#endif /* _REPLAY_ACCEPT_H */
