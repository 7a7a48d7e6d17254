// SPDX-License-Identifier: GPL-2.0
/*
 * A line of the server that is whole in hand, at once: a code and text of which all bytes
 * become the same, or a keyword. What is not so is left to reply.c.
 */
#include "banner.h"
#include "feed.h"
#include "keyword.h"
#include "line.h"
#include "reply.h"
#include "reply_line.h"

/* A keyword, and what stands behind it: all of it shown, or all masked. False for any other. */
static bool take_keyword(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	if (!esmtp_keyword_whole(f, p, n))
		return esmtp_keyword_hidden(f, p, n, off);
	f->s->reply.state = TEXT;
	return true;
}

/* Text behind the prefix. False if its bytes have to be looked at. */
static bool take_text(struct esmtp_feed *f, u32 from, u32 to)
{
	if (f->s->reply.head != ESMTP_PEND_GREETING)
		return true;
	if (!esmtp_banner_alike(f->s))
		return false;
	if (from != to)
		esmtp_banner_run(f, from, to);
	return true;
}

/**
 * esmtp_reply_plain() - take a line that needs no look byte by byte
 * @f: the call
 * @p: bytes
 * @n: how many
 * @off: stream offset of the first
 *
 * What it does is what reply.c would have done; a line that is plain only in its code is
 * taken up to there.
 *
 * Return: bytes taken; 0 if these have to be read byte by byte. Where f->why is set, they
 * are those before the line's LF.
 */
u32 esmtp_reply_plain(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;
	u32 len, prefix;

	if (r->len)
		return 0;
	len = esmtp_line_text(p, n);
	if (len < ESMTP_REPLY_PREFIX || n - len < 2 || p[len] != '\r' || p[len + 1] != '\n' ||
	    !esmtp_feed_room(f, off))
		return 0;
	prefix = esmtp_reply_prefix(f, p, n, off);
	if (!prefix)
		return 0;
	esmtp_feed_spend(f, ESMTP_COST_LINE);
	if (r->state == KEYWORD ? !take_keyword(f, p + prefix, len - prefix, off + prefix) :
	    !take_text(f, off + prefix, off + len))
		return prefix;
	r->cr = 1;
	esmtp_reply_end(f, off + len + 1);
	r->len = 0;
	return len + (f->why ? 1 : 2);
}
