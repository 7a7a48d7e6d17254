/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_WALK_H
#define _QUEUED_WALK_H

#include <esmtp/walk.h>

#include "flow.h"

/**
 * struct hooked - a packet on its way
 * @walk: the engine's part of it
 * @p: the packet
 * @chain: of its connection, locked
 * @key: of its connection
 * @flow: the same as the table has it, or NULL
 * @src_lo: its sender is the lower end of @key
 * @limited: of a SYN: a limit may be against it
 * @opened: it has had the policy judge
 */
struct hooked {
	struct esmtp_walk walk;
	struct packet *p;
	struct chain *chain;
	struct flow_key key;
	struct flow *flow;
	bool src_lo;
	bool limited;
	bool opened;
};

/* walk.c */
void walk_see_flow(struct hooked *h);
void walk_see_unfit(struct hooked *h);

/* overrun.c */
void overrun_look(struct flow *flow, struct packet *p);

#endif /* _QUEUED_WALK_H */
