// SPDX-License-Identifier: GPL-2.0
/*
 * Segments that arrive ahead of a gap in the sequence space: which of them may be
 * forwarded before the missing bytes were seen. Only bytes that are hardly ever edited: the
 * octets of a BDAT, TLS records, and message text without a whole end of data in it. They are inspected when the gap is filled; the segment that
 * fills it is forwarded only if they pass, and without it no receiver can read them.
 */
#include <esmtp/core.h>

/* How much of an end of data (CR LF . CR LF) the last byte may complete. */
enum { TEXT, EOL, DOT, ANY };

/**
 * esmtp_ahead_init() - begin with a segment ahead of a gap
 * @a: the segment
 * @s: the session
 * @dir: the segment's direction
 * @end: bytes from the first one not judged to the segment's end
 *
 * Return: false if nothing of this direction may pass ahead now.
 */
bool esmtp_ahead_init(struct esmtp_ahead *a, const struct esmtp_session_head *s,
		      enum esmtp_dir dir, u32 end)
{
	a->state = ANY;
	if (s->mode == ESMTP_MODE_TLS)
		return true;
	if (dir == ESMTP_S2C || s->refused || s->undecided)
		return false;
	if (s->mode == ESMTP_MODE_CHUNK)
		return end <= s->chunk;
	a->state = EOL;			/* perhaps */
	return s->mode == ESMTP_MODE_MESSAGE;
}

/**
 * esmtp_ahead_feed() - look at the next bytes of such a segment
 * @a: the segment
 * @p: bytes
 * @n: how many
 *
 * The end of data is CR LF . CR LF (RFC 5321 4.1.1.4), and some servers take a
 * bare CR or LF, or a NUL, for part of it. Here a dot at the beginning of a line,
 * or of the segment, with one of those behind it is enough. One of those as the
 * segment's first byte is not: of forty segments of honest mail one begins so, and of
 * hardly any does a line with nothing but a dot end the gap. Where one does, what stands
 * behind it is judged when the gap is filled: before that its receiver can't read it, and if
 * it needs an edit then, what fills the gap does not pass and the connection is reset.
 *
 * Return: false if the segment may not pass.
 */
bool esmtp_ahead_feed(struct esmtp_ahead *a, const u8 *p, u32 n)
{
	u32 i;

	for (i = 0; i < n && a->state != ANY; i++) {
		if (p[i] == '\r' || p[i] == '\n' || !p[i]) {
			if (a->state == DOT)
				return false;
			a->state = EOL;
		} else if (p[i] == '.' && a->state != TEXT) {
			a->state = a->state == DOT ? TEXT : DOT;
		} else {
			a->state = TEXT;
		}
	}
	return true;
}
