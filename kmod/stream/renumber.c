// SPDX-License-Identifier: GPL-2.0
/*
 * Sequence numbers where edits have changed the length of a stream. Each end has
 * its own: data is renumbered on its way to the receiver, behind conntrack; what
 * the receiver acknowledges is turned back before conntrack sees it. So conntrack
 * knows each stream in its sender's numbers only, and everything here but
 * esmtp_renumber_segment() too.
 */
#include <esmtp/stream.h>

/**
 * esmtp_renumber_on() - do the ends of a connection count differently?
 * @ins: the connection
 *
 * Return: true if acknowledgements must be turned back.
 */
bool esmtp_renumber_on(const struct esmtp_inspect *ins)
{
	return ins->resizes && (esmtp_seqmap_on(&ins->way[ESMTP_C2S].log) ||
				esmtp_seqmap_on(&ins->way[ESMTP_S2C].log));
}

/**
 * esmtp_renumber_out() - a sequence number of the sender's, for the receiver
 * @way: the direction
 * @seq: the number
 *
 * The edits of what was acknowledged are forgotten: bytes there keep their
 * distance to what was not.
 *
 * Return: the receiver's number.
 */
u32 esmtp_renumber_out(const struct esmtp_way *way, u32 seq)
{
	u32 off = seq - way->isn, una = way->stream.una;

	if (esmtp_before(off, una))
		return way->isn + esmtp_seqmap_out(&way->log, una) - (una - off);
	return way->isn + esmtp_seqmap_out(&way->log, off);
}

/**
 * esmtp_renumber_in() - a number that the receiver acknowledges, for the sender
 * @way: the direction of the data
 * @ack: the number
 * @up: as for esmtp_seqmap_in()
 *
 * Return: the sender's number.
 */
u32 esmtp_renumber_in(const struct esmtp_way *way, u32 ack, bool up)
{
	return way->isn + esmtp_seqmap_in(&way->log, ack - way->isn, up);
}

/**
 * esmtp_renumber_segment() - make a segment as long as it leaves, and number it
 * @t: the segment, with all edits made that change no length
 *
 * Of a segment that was taken out whole, nothing would tell the sender that it
 * arrived. What goes on in its place is what a keepalive is (RFC 9293 3.8.4): the
 * number before the one that the receiver expects, which it answers.
 *
 * Return: 0, or a negative number without memory.
 */
int esmtp_renumber_segment(struct esmtp_task *t)
{
	const struct esmtp_way *way = t->way;
	struct esmtp_pkt *pkt = t->pkt;
	u32 seq, len = pkt->len;

	if (!esmtp_seqmap_on(&way->log))
		return 0;
	seq = esmtp_renumber_out(way, pkt->seq);
	if (len && esmtp_apply_resize(pkt, &way->log, pkt->seq - way->isn))
		return -1;
	if (len && !pkt->len && !pkt->fin)
		seq--;
	return seq == pkt->seq ? 0 : esmtp_apply_seq(pkt, seq);
}
