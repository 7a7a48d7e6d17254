// SPDX-License-Identifier: GPL-2.0
/* What an end is told to have arrived has, and all of it. */
#include <arpa/inet.h>
#include <stdlib.h>

#include "link.h"
#include "packet_resize.h"

/**
 * link_turn() - do what a plane does before the engine: both ends count differently
 * @l: the connection
 * @p: a packet; what it acknowledges is in its receiver's numbers afterwards
 */
void link_turn(struct link *l, struct packet *p)
{
	struct link_way *half = &l->half[!p->dir];
	u32 ack;

	if (esmtp_renumber_on(&l->ins))
		resize_acks(p, &l->ins.half[!p->dir]);
	ack = p->pkt.ack - link_isn(!p->dir) - l->base;
	if (ack > half->judged && (s32)ack >= 0)
		ack = half->judged;
	if ((s32)ack > (s32)half->una)
		half->una = ack;
}

static bool arrived(const struct link_way *half, u32 from, u32 to)
{
	u32 i, r;

	for (i = from; i < to; i++) {
		u32 end = i < half->judged ? half->at[i + 1] :
			  half->at[half->judged] + (i + 1 - half->judged);

		for (r = i < half->judged ? half->at[i] : end - 1; r < end; r++)
			if (!half->has[r])
				return false;
	}
	return true;
}

/* Blocks of SACK, in the sender's numbers, are of bytes that have arrived. */
static void check_sack(struct link *l, const struct packet *p, enum esmtp_dir dir)
{
	u8 *at = packet_options(p);
	u32 first = link_isn(dir) + l->base, i, from, to;

	at = esmtp_tcp_option(at, packet_payload(p), ESMTP_TCP_SACK);
	for (i = 2; at && i + 8 <= at[1]; i += 8) {
		memcpy(&from, at + i, sizeof(from));
		memcpy(&to, at + i + 4, sizeof(to));
		from = ntohl(from) - first;
		to = ntohl(to) - first;
		if (to > LINK_STREAM || !arrived(&l->half[dir], from, to))
			link_fail(l, "SACK of what has not arrived", from, to);
	}
}

static void check_ack(struct link *l, const struct packet *p, enum esmtp_dir dir)
{
	struct link_way *half = &l->half[dir];
	u32 ack = p->pkt.ack - link_isn(dir) - l->base;

	if (half->lied || l->over)
		return;
	if (ack > half->judged || half->at[ack] > half->acked)
		link_fail(l, "the sender is told of more than arrived", ack, half->acked);
	if (half->acked == half->at[half->judged] && ack != half->judged)
		link_fail(l, "the sender is not told of all that arrived", ack, half->judged);
	check_sack(l, p, dir);
}

/**
 * link_ack() - a receiver acknowledges
 * @l: the connection
 * @dir: the direction of the data
 * @upto: bytes, in its own count; beyond what it has read it lies
 * @lost: that does not come to the sender
 */
void link_ack(struct link *l, enum esmtp_dir dir, u32 upto, bool lost)
{
	struct link_packet lp = { .dir = !dir, .off = l->half[!dir].sent, .lost = lost };
	struct link_way *half = &l->half[dir];
	enum esmtp_reason why;
	struct packet p;
	u32 ack;
	u8 *bytes;

	half->lied |= upto > half->read;
	if (upto > half->acked)
		half->acked = upto;
	bytes = link_make(l, &p, &lp);
	link_turn(l, &p);
	check_ack(l, &p, dir);
	ack = p.pkt.ack - link_isn(dir) - l->base;
	why = link_judge(l, &p);
	if (!l->over && why != ESMTP_R_CONTROL)
		link_fail(l, "an acknowledgement does not pass", why, ack);
	if (!lost && !l->over && ack <= half->judged && ack > half->told)
		half->told = ack;
	free(bytes);
}
