// SPDX-License-Identifier: GPL-2.0
/*
 * Sequence numbers of a stream whose length was changed by edits. The edit log is the
 * map: the growth of all acknowledged edits is one sum, and the edits in flight, of which
 * there may be any number in either direction, are walked.
 *
 * Bytes that were cut have no place in the receiver's stream: its acknowledgement of that
 * point covers them too. Where a LF was expanded to CR LF, the receiver may have got the
 * CR and not the LF: then the sender's LF does not count as received.
 */
#include <esmtp/core.h>

/**
 * esmtp_seqmap_on() - does a stream leave with another length than it came?
 * @log: the direction's log
 *
 * Return: true if so.
 */
bool esmtp_seqmap_on(const struct esmtp_log *log)
{
	u16 i;

	for (i = 0; i < log->n; i++)
		if (esmtp_edit_growth(esmtp_log_at(log, i)))
			return true;
	return log->grown;
}

/**
 * esmtp_seqmap_touches() - is there an edit that changes the length in a range?
 * @log: the direction's log
 * @off: stream offset of the range
 * @n: its bytes
 *
 * Return: true if so, even if several of them even out.
 */
bool esmtp_seqmap_touches(const struct esmtp_log *log, u32 off, u32 n)
{
	const struct esmtp_edit *e;
	u32 iter = 0;

	while ((e = esmtp_log_next(log, &iter, off, off + n)))
		if (esmtp_edit_growth(e))
			return true;
	return false;
}

/**
 * esmtp_seqmap_out() - where a byte of the sender's is in the receiver's stream
 * @log: the direction's log
 * @off: stream offset as sent, not before what was acknowledged
 *
 * Return: stream offset as received; of a byte that is cut, of what follows it.
 */
u32 esmtp_seqmap_out(const struct esmtp_log *log, u32 off)
{
	u32 to = off + log->grown;
	u16 i;

	for (i = 0; i < log->n && esmtp_before(esmtp_log_at(log, i)->off, off); i++) {
		const struct esmtp_edit *e = esmtp_log_at(log, i);

		if (e->kind == ESMTP_EDIT_CUT)
			to -= esmtp_least(off - e->off, e->len);
		else if (e->kind == ESMTP_EDIT_CRLF)
			to++;
	}
	return to;
}

/**
 * esmtp_seqmap_in() - where a byte of the receiver's is in the sender's stream
 * @log: the direction's log
 * @off: stream offset as received
 * @up: of a point within a byte that became two, take the end, not the beginning
 *
 * For acknowledgements (@up false) and both edges of a block of a SACK (RFC 2018;
 * @up for the left one): a byte counts as received when all of it was.
 *
 * Return: stream offset as sent.
 */
u32 esmtp_seqmap_in(const struct esmtp_log *log, u32 off, bool up)
{
	u32 grown = log->grown;
	u16 i;

	for (i = 0; i < log->n; i++) {
		const struct esmtp_edit *e = esmtp_log_at(log, i);

		if (esmtp_before(off, e->off + grown))
			break;
		if (e->kind == ESMTP_EDIT_CRLF) {
			if (off == e->off + grown)
				break;
			if (off == e->off + grown + 1)
				return e->off + up;
		}
		grown += esmtp_edit_growth(e);
	}
	return off - grown;
}

static u32 append_bytes(u8 *to, u32 n, const u8 *p, u32 len)
{
	if (to)
		memcpy(to + n, p, len);
	return n + len;
}

/**
 * esmtp_seqmap_copy() - make bytes as long as they leave
 * @log: the direction's log
 * @off: stream offset of @p
 * @p: bytes, with the edits made that change no length
 * @n: how many
 * @to: room for them, up to twice as many; or NULL to count them only
 *
 * Return: how many they are.
 */
u32 esmtp_seqmap_copy(const struct esmtp_log *log, u32 off, const u8 *p, u32 n,
		      u8 *to)
{
	static const u8 cr = '\r';
	const struct esmtp_edit *e;
	u32 iter = 0, done = 0, len = 0;

	while ((e = esmtp_log_next(log, &iter, off, off + n))) {
		u32 from = esmtp_before(e->off, off) ? 0 : e->off - off;

		if (!esmtp_edit_growth(e))
			continue;
		len = append_bytes(to, len, p + done, from - done);
		done = from;
		if (e->kind == ESMTP_EDIT_CUT)
			done = esmtp_least(n, e->off + e->len - off);
		else
			len = append_bytes(to, len, &cr, 1);
	}
	return append_bytes(to, len, p + done, n - done);
}
