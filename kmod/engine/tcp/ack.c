// SPDX-License-Identifier: GPL-2.0
/* What a segment of an inspected connection acknowledges, and one that does nothing else. */
#include <esmtp/stream.h>

/**
 * esmtp_ack_process() - take what a segment acknowledges
 * @ins: the connection
 * @dir: direction of the segment
 * @pkt: the segment
 *
 * What was kept of that is let go.
 */
void esmtp_ack_process(struct esmtp_inspect *ins, enum esmtp_dir dir, const struct esmtp_pkt *pkt)
{
	struct esmtp_half_stream *other = &ins->half[!dir];

	if (!pkt->has_ack ||
	    !esmtp_stream_ack(&other->stream, pkt->ack - other->isn))
		return;
	esmtp_edit_store_prune(&other->log, other->stream.una);
	esmtp_flight_prune(other, other->stream.una);
}

/**
 * esmtp_ack_plain() - judge a segment that only acknowledges, if it needs no more than that
 * @ins: the connection
 * @pool: what all connections hold together
 * @dir: direction of the segment
 * @pkt: the segment
 *
 * A third of all segments are such. What it does is what esmtp_inspect_segment() would have
 * done, which says ESMTP_R_CONTROL of it.
 *
 * Context: any; the caller holds others off this connection.
 * Return: false, with nothing changed, if it is another one.
 */
bool esmtp_ack_plain(struct esmtp_inspect *ins, struct esmtp_pool *pool, enum esmtp_dir dir,
		     const struct esmtp_pkt *pkt)
{
	const struct esmtp_half_stream *other = &ins->half[!dir];
	u32 had = other->held;

	if (pkt->len || pkt->urg || ins->cleared || ins->resizes ||
	    ins->session.mode == ESMTP_MODE_CLOSED)
		return false;
	esmtp_ack_process(ins, dir, pkt);
	if (other->held != had)
		esmtp_pool_add(pool, (s32)(other->held - had));
	return true;
}
