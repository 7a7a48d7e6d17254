// SPDX-License-Identifier: GPL-2.0
/* A line's CR LF and the end of data, where they are whole in hand, at once. */
#include "end.h"
#include "feed.h"
#include "message.h"
#include "message_line.h"

/* Has nothing been seen that looks like the end of data to somebody? */
static bool is_unsuspected(const struct esmtp_message *m)
{
	return !m->raw && (m->end == ESMTP_EOD_MID || m->end == ESMTP_EOD_BOL) &&
	       (m->look == ESMTP_LOOK_MID || m->look == ESMTP_LOOK_BOL);
}

static u32 take_line_end(struct esmtp_feed *f, u32 off)
{
	struct esmtp_message *m = &f->s->msg;

	m->look = ESMTP_LOOK_BOL;
	m->end = ESMTP_EOD_BOL;
	return esmtp_message_line_end(f, true, off + 1) ? 2 : 1;
}

static u32 take_end(struct esmtp_feed *f, u32 off)
{
	struct esmtp_message *m = &f->s->msg;

	m->look = ESMTP_LOOK_DOT_CR;
	m->end = ESMTP_EOD_DOT_CR;
	return esmtp_message_finish(f, off + 2) ? 3 : 2;
}

/**
 * esmtp_message_plain() - take CR LF, or the end of data behind it
 * @f: the call
 * @p: bytes
 * @n: how many, not 0
 * @off: stream offset of the first
 *
 * Return: bytes taken; 0 if they have to be read byte by byte. Where f->why is set, they
 * are those before the LF.
 */
u32 esmtp_message_plain(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	const struct esmtp_message *m = &f->s->msg;

	if (p[0] == '\r')
		return n >= 2 && p[1] == '\n' && is_unsuspected(m) ? take_line_end(f, off) : 0;
	if (p[0] != '.' || n < 3 || p[1] != '\r' || p[2] != '\n')
		return 0;
	return m->end == ESMTP_EOD_BOL && m->look == ESMTP_LOOK_BOL && !m->raw ?
	       take_end(f, off) : 0;
}
