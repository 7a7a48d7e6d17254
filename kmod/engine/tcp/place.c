// SPDX-License-Identifier: GPL-2.0
/* One direction of a TCP connection: which bytes are new and which retransmitted. */
#include <esmtp/core.h>

/**
 * esmtp_stream_place() - lay a segment into the stream
 * @st: the direction
 * @off: stream offset of its first byte
 * @len: its bytes
 *
 * Return: its parts; they add up to @len unless there is a gap.
 */
struct esmtp_place esmtp_stream_place(const struct esmtp_stream *st, u32 off,
				      u32 len)
{
	struct esmtp_place at = { 0 };

	if (esmtp_before(st->next, off)) {
		at.gap = true;
		return at;
	}
	if (esmtp_before(off, st->una))
		at.stale = esmtp_least(len, st->una - off);
	at.again = esmtp_least(len - at.stale, st->next - (off + at.stale));
	at.fresh = len - at.stale - at.again;
	return at;
}

/**
 * esmtp_stream_ack() - the receiver acknowledged
 * @st: the direction
 * @ack: stream offset of the byte it expects next
 *
 * An acknowledgement beyond the last byte forwarded, such as one of the FIN, is
 * lowered to that byte.
 *
 * Return: true if it acknowledges new bytes.
 */
bool esmtp_stream_ack(struct esmtp_stream *st, u32 ack)
{
	if (esmtp_before(st->next, ack))
		ack = st->next;
	if (!esmtp_before(st->una, ack))
		return false;
	st->una = ack;
	return true;
}
