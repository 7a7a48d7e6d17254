// SPDX-License-Identifier: GPL-2.0
/* What leaves: each byte is what the core, alone, made of it, at the place it had. */
#include <arpa/inet.h>
#include <netinet/tcp.h>

#include "link.h"

/* Behind the last byte that was judged, once the connection was ended. */
static void after_end(struct link *l, enum esmtp_dir dir, u32 at, u8 byte)
{
	const struct link_way *half = &l->half[dir];
	const char *say = esmtp_reject_text(&l->ins.session);
	u32 i = at - half->at[half->judged], len = (u32)strlen(say);

	if (dir != ESMTP_S2C || l->ins.session.act != ESMTP_ACT_REJECT)
		link_fail(l, "a byte after the end", at, byte);
	else if (byte != (i < len ? (u8)say[i] : i == len ? '\r' : '\n') || i > len + 1)
		link_fail(l, "a byte of the reply is another", i, byte);
}

/* One byte of a packet on its way to the receiver, at a place in its stream. */
static void leaves(struct link *l, const struct link_packet *lp, s32 place, u8 byte)
{
	struct link_way *half = &l->half[lp->dir];
	u32 at = (u32)place;

	/* what it has acknowledged it does not look at: blanks, and what edits make of them */
	if (place < (s32)half->at[half->una]) {
		if (byte != 'X' && byte != '*' && (place < 0 || byte != half->is[at]))
			link_fail(l, "old bytes are not blanked", at, byte);
		return;
	}
	if (at >= LINK_IS) {
		link_fail(l, "a byte is beyond the stream", at, byte);
		return;
	}
	if (at < half->at[half->judged]) {
		if (byte != half->is[at])
			link_fail(l, "a byte leaves as another", at, byte);
	} else if (l->over) {
		after_end(l, lp->dir, at, byte);
	} else if (!half->ahead[lp->off]) {
		link_fail(l, "a byte leaves that was not judged", at, half->why);
	}
	if (lp->lost)
		return;
	half->has[at] = 1;
	half->got[at] = byte;
	if (half->far <= at)
		half->far = at + 1;
}

/**
 * link_receive() - a packet leaves, and comes to the receiver unless it is lost
 * @l: the connection
 * @p: the packet, as the engine let it go
 * @lp: as it was sent
 */
void link_receive(struct link *l, const struct packet *p, const struct link_packet *lp)
{
	const struct tcphdr *th = (const void *)(p->buf.data + p->pkt.thoff);
	struct link_way *half = &l->half[lp->dir];
	s32 place = (s32)(ntohl(th->seq) - link_isn(lp->dir) - l->base);
	u32 i;

	if (th->urg)
		link_fail(l, "an urgent byte", lp->off, 0);
	if (!p->pkt.len && !lp->fin && !l->over && lp->off >= half->una &&
	    place != (s32)half->at[lp->off] - 1)
		link_fail(l, "what was taken out whole leaves no probe", lp->off, place);
	if (th->fin && half->why == ESMTP_R_TRIMMED)
		link_fail(l, "a FIN behind what was trimmed", lp->off, lp->len);
	for (i = 0; i < p->pkt.len; i++)
		leaves(l, lp, place + (s32)i, packet_payload(p)[i]);
	while (half->read < half->far && half->has[half->read])
		half->read++;
	if (half->read > half->at[half->judged] && !l->over && !half->lied)
		link_fail(l, "the receiver reads what was not judged", half->read,
			  half->at[half->judged]);
}
