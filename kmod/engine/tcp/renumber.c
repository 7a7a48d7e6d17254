// SPDX-License-Identifier: GPL-2.0
/*
 * Sequence numbers of a stream whose length was changed by edits. Data is renumbered on
 * its way to the receiver, after conntrack; acknowledgements of the receiver are turned
 * back into the sender's numbers before conntrack sees them. So conntrack, and all of the
 * engine but esmtp_renumber_segment(), know the sender's numbers only.
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
	return ins->resizes && (esmtp_seqmap_on(&ins->half[ESMTP_C2S].log) ||
				esmtp_seqmap_on(&ins->half[ESMTP_S2C].log));
}

/**
 * esmtp_renumber_out() - a sequence number of the sender's, for the receiver
 * @half: the direction
 * @seq: the number
 *
 * The edits of what was acknowledged are forgotten: bytes there keep their
 * distance to what was not.
 *
 * Return: the receiver's number.
 */
u32 esmtp_renumber_out(const struct esmtp_half_stream *half, u32 seq)
{
	u32 off = seq - half->isn, una = half->stream.una;

	if (esmtp_before(off, una))
		return half->isn + esmtp_seqmap_out(&half->log, una) - (una - off);
	return half->isn + esmtp_seqmap_out(&half->log, off);
}

/**
 * esmtp_renumber_in() - a number that the receiver acknowledges, for the sender
 * @half: the direction of the data
 * @ack: the number
 * @up: as for esmtp_seqmap_in()
 *
 * Return: the sender's number.
 */
u32 esmtp_renumber_in(const struct esmtp_half_stream *half, u32 ack, bool up)
{
	return half->isn + esmtp_seqmap_in(&half->log, ack - half->isn, up);
}

/**
 * esmtp_renumber_segment() - make a segment as long as it leaves, and number it
 * @t: the segment, with all edits made that change no length
 *
 * If all bytes of a segment were cut, the receiver would have nothing to acknowledge, and
 * the sender would retransmit it. A keepalive is forwarded in its place (RFC 9293 3.8.4):
 * an empty segment with SEQ = RCV.NXT - 1, which the receiver answers with an ACK.
 *
 * Return: 0, or a negative number without memory.
 */
int esmtp_renumber_segment(struct esmtp_task *t)
{
	const struct esmtp_half_stream *half = t->half;
	struct esmtp_pkt *pkt = t->pkt;
	u32 seq, len = pkt->len;

	/* a SYN is of another connection, or comes before all that was resized */
	if (pkt->syn || !esmtp_seqmap_on(&half->log))
		return 0;
	seq = esmtp_renumber_out(half, pkt->seq);
	if (len && esmtp_pkt_write_resized(pkt, &half->log, pkt->seq - half->isn))
		return -1;
	if (len && !pkt->len && !pkt->fin)
		seq--;
	return seq == pkt->seq ? 0 : esmtp_pkt_write_seq(pkt, seq);
}
