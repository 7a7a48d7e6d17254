// SPDX-License-Identifier: GPL-2.0
/*
 * One line of the server (RFC 5321 4.2): its code, its separator and its text, which
 * in the greeting and in the answer to EHLO is masked.
 */
#include "internal.h"

enum reply_state {
	CODE,				/* three digits and a separator */
	KEYWORD,			/* of an EHLO line */
	TEXT,				/* anything */
	BROKEN,				/* no code: not a reply line */
};

enum {
	PREFIX = ESMTP_REPLY_PREFIX,
	LINE_MAX = 510,			/* RFC 5321, 4.5.3.1.5, without CR LF */
};

static void begin(struct esmtp_feed *f, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;
	u8 awaited = esmtp_queue_head(&f->s->queue);

	r->start = off;
	r->len = 0;
	r->code = 0;
	r->state = CODE;
	r->cr = 0;
	r->more = 0;
	r->masked = 0;
	r->cut = 0;
	r->word = 0;
	r->nul = 0;
	esmtp_keyword_begin(r);
	if (!r->lines)
		r->head = awaited;
	if (!r->lines && awaited == ESMTP_PEND_HELLO)
		f->s->offered = 0;
	/* a reply begun before the EHLO answers nothing, but looks as if */
	r->hello = awaited == ESMTP_PEND_HELLO;
}

/* Does this line offer an extension (RFC 5321 4.1.1.1)? */
static bool offers(const struct esmtp_reply *r)
{
	return r->hello && r->lines && r->code / 100 == 2;
}

/**
 * esmtp_reply_mask() - the rest of the line at hand becomes X
 * @f: the call
 * @from: stream offset of the first byte to overwrite
 * @to: that of the byte behind those that were read
 */
void esmtp_reply_mask(struct esmtp_feed *f, u32 from, u32 to)
{
	struct esmtp_reply *r = &f->s->reply;

	r->masked = 1;
	r->last = to - 1;
	if (!r->cut)
		esmtp_feed_fill(f, from, to, ESMTP_EDIT_FILL, 'X');
}

/* Not a reply line after all. In the answer to EHLO it could hide a keyword. */
static void broken(struct esmtp_feed *f, u32 to)
{
	struct esmtp_reply *r = &f->s->reply;

	r->state = BROKEN;
	if (r->hello)
		esmtp_reply_mask(f, r->start, to);
}

static void separator(struct esmtp_reply *r, u8 c)
{
	r->more = c == '-';
	r->state = offers(r) ? KEYWORD : TEXT;
}

static void code_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;
	u32 pos = off - r->start;

	if (pos < PREFIX - 1) {
		if (esmtp_digit(c))
			r->code = r->code * 10 + (c - '0');
		else
			broken(f, off + 1);
	} else if (c == ' ' || c == '-') {
		separator(r, c);
	} else {
		broken(f, off + 1);
	}
}

static void text_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;

	if (r->head == ESMTP_PEND_GREETING)
		esmtp_banner_byte(f, c, off);
	r->nul |= !c;
	switch (r->state) {
	case CODE:
		code_byte(f, c, off);
		break;
	case KEYWORD:
		if (c == ' ')
			r->state = TEXT;
		esmtp_keyword_byte(f, c, off);
		break;
	default:
		if (r->masked && c != '\r')
			esmtp_reply_mask(f, off, off + 1);
	}
}

/* The CR before this byte ended no line: it stays, and no keyword has one. */
static void bare_cr(struct esmtp_feed *f, u32 cr)
{
	struct esmtp_reply *r = &f->s->reply;

	if (r->head == ESMTP_PEND_GREETING)
		esmtp_banner_end(f, cr);
	if (r->state == CODE) {
		broken(f, cr);
	} else if (r->state == KEYWORD) {
		r->known = 0;
		r->state = TEXT;
		esmtp_keyword_end(f, cr);
	}
}

/*
 * What no server should say, and some client has stumbled over (CVE-2020-8794).
 * A line that is too long counts when it has ended, for it passes all the same.
 */
static bool regular(struct esmtp_feed *f, u32 len, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;

	if (!r->lines)
		r->first = r->code;
	if (r->nul && !esmtp_rule_violation(f, ESMTP_EV_REPLY_CONTROL, off, 0))
		return false;
	if (len > LINE_MAX && !esmtp_rule_violation(f, ESMTP_EV_REPLY_LONG, off, len))
		return false;
	return r->code == r->first ||
	       esmtp_rule_violation(f, ESMTP_EV_REPLY_MIXED, off, r->code);
}

static void offer(struct esmtp_feed *f, u32 end, u32 off)
{
	if (f->s->reply.state == KEYWORD)
		esmtp_keyword_alone(f, end, off);
	esmtp_keyword_over(f, end, off);
}

static void end(struct esmtp_feed *f, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;
	u32 end = off - r->cr;

	if (r->state == CODE && end - r->start != PREFIX - 1)
		broken(f, end);
	if (r->head == ESMTP_PEND_GREETING)
		esmtp_banner_end(f, end);
	if (r->state == BROKEN) {
		esmtp_rule_violation(f, ESMTP_EV_REPLY_MALFORMED, off, 0);
		return;
	}
	if (!regular(f, end - r->start, off))
		return;
	if (offers(r) && end - r->start > PREFIX)
		offer(f, end, off);
	if (f->why)
		return;
	if (!r->cut)
		r->sep = r->start + PREFIX - 1;
	if (r->more) {
		r->lines += r->lines < 0xff;
		return;
	}
	if (esmtp_banner_masked(f))
		esmtp_feed_event(f, ESMTP_EV_BANNER_MASKED, off, 0);
	r->lines = 0;
	r->letter = 0;
	esmtp_session_reply(f, off);
}

static void byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;

	if (!esmtp_feed_room(f))
		return;
	if (!r->len)
		begin(f, off);
	if (c == '\n') {
		u32 rest = r->cut ? off : off - r->cr;

		end(f, off);
		if (r->cut)
			esmtp_feed_cut(f, rest, off + 1);
		r->len = 0;
		return;
	}
	if (r->cr)
		bare_cr(f, off - 1);
	r->len = 1;
	if (c != '\r')
		text_byte(f, c, off);
	if (r->cut)
		esmtp_feed_cut(f, off, off + 1);
	r->cr = c == '\r';
}

/* A whole prefix, "250-". Returns its length, 0 if the next byte must be read. */
static u32 prefix(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;

	if (n < PREFIX || !esmtp_digit(p[0]) || !esmtp_digit(p[1]) || !esmtp_digit(p[2]) ||
	    (p[3] != ' ' && p[3] != '-'))
		return 0;
	begin(f, off);
	r->len = 1;
	r->code = (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
	separator(r, p[3]);
	return PREFIX;
}

/* Text of which every byte becomes the same. Returns how much, 0 as above. */
static u32 text(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;
	bool greeting = r->head == ESMTP_PEND_GREETING;
	u32 run;

	if (r->cut || (greeting && !esmtp_banner_alike(f->s)))
		return 0;
	run = esmtp_line_text(p, n);
	if (greeting)
		esmtp_banner_run(f, off, off + run);
	if (run && r->masked)
		esmtp_reply_mask(f, off, off + run);
	return run;
}

/* Bytes that need no look one by one. Returns how many, 0 as above. */
static u32 skim(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	const struct esmtp_reply *r = &f->s->reply;

	if (!esmtp_feed_room(f))
		return 0;
	if (!r->len)
		return prefix(f, p, n, off);
	if (r->cr)
		return 0;
	if (r->state == TEXT)
		return text(f, p, n, off);
	return r->state == KEYWORD ? esmtp_keyword_rest(f, p, n) : 0;
}

/**
 * esmtp_reply_feed() - read bytes of the server
 * @f: the call
 * @p: bytes
 * @n: how many
 *
 * Return: bytes taken: fewer than @n when f->why is set, or TLS begins.
 */
u32 esmtp_reply_feed(struct esmtp_feed *f, const u8 *p, u32 n)
{
	u32 i = 0;

	while (i < n && f->s->mode != ESMTP_MODE_TLS) {
		u32 off = f->io->off + i;
		u32 run = skim(f, p + i, n - i, off);

		if (!run)
			byte(f, p[i], off);
		if (f->why)
			break;
		i += run ?: 1;
	}
	return i;
}
