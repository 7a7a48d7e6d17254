// SPDX-License-Identifier: GPL-2.0
/*
 * One line of the server (RFC 5321 4.2): its code, its separator and its text, which
 * in the greeting and in the answer to EHLO is masked.
 */
#include "banner.h"
#include "feed.h"
#include "keyword.h"
#include "line.h"
#include "order_reply.h"
#include "reply.h"
#include "reply_line.h"
#include "reply_queue.h"
#include "rule.h"
#include "engine/ascii.h"

enum {
	PREFIX = ESMTP_REPLY_PREFIX,
	LINE_MAX = 510,			/* RFC 5321, 4.5.3.1.5, without CR LF */
};

/* Is the client in the midst of a line that it will get an answer to? */
static bool is_client_in_line(const struct esmtp_session *s)
{
	return (s->mode == ESMTP_MODE_COMMAND || s->mode == ESMTP_MODE_AUTH) && s->cmd.open;
}

static void begin_reply_line(struct esmtp_feed *f, u32 off)
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
	r->odd = 0;
	if (!r->lines) {
		r->head = awaited;
		r->early = awaited == ESMTP_PEND_NONE && is_client_in_line(f->s);
	}
	if (!r->lines && awaited == ESMTP_PEND_HELLO)
		f->s->offered = 0;
	/* to the client, a reply begun before its EHLO looks like the answer to it */
	r->hello = awaited == ESMTP_PEND_HELLO ||
		   (f->s->shaky && esmtp_queue_has(&f->s->queue, ESMTP_PEND_HELLO));
}

/*
 * Does this line offer an extension (RFC 5321 4.1.1.1)? Many clients look at the code of
 * one line only.
 */
static bool is_extension_line(const struct esmtp_reply *r)
{
	return r->hello && r->lines && (r->code / 100 == 2 || r->first / 100 == 2);
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

/* Not a reply line. Masked in the reply to EHLO, where it could hide a keyword. */
static void mark_line_broken(struct esmtp_feed *f, u32 to)
{
	struct esmtp_reply *r = &f->s->reply;

	r->state = BROKEN;
	if (r->hello)
		esmtp_reply_mask(f, r->start, to);
}

/* May a code begin so (RFC 5321 4.2.1)? */
static bool is_code_start(u8 c)
{
	return c >= '2' && c <= '5';
}

static void parse_separator(struct esmtp_reply *r, u8 c)
{
	r->more = c == '-';
	r->state = is_extension_line(r) ? KEYWORD : TEXT;
}

/*
 * Clients read the first three bytes of a line as its code, and go on: so must we. In the
 * midst of a reply, and in the greeting, it is as a line without a code.
 */
static void parse_odd_separator(struct esmtp_feed *f, u8 c, u32 to)
{
	struct esmtp_reply *r = &f->s->reply;

	if (r->lines || r->head == ESMTP_PEND_GREETING) {
		mark_line_broken(f, to);
		return;
	}
	r->odd = 1;
	r->more = c == '-';
	r->state = TEXT;
}

static void parse_reply_code_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;
	u32 pos = off - r->start;

	if (!pos && esmtp_blank(c)) {
		r->start = off + 1;
		r->odd = 1;
	} else if (pos < PREFIX - 1) {
		if (pos ? esmtp_digit(c) : is_code_start(c))
			r->code = r->code * 10 + (c - '0');
		else
			mark_line_broken(f, off + 1);
	} else if ((c == ' ' || c == '-') && !r->odd) {
		parse_separator(r, c);
	} else {
		parse_odd_separator(f, c, off + 1);
	}
}

static void parse_reply_text(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;

	if (r->head == ESMTP_PEND_GREETING && (off != r->start || !esmtp_blank(c)))
		esmtp_banner_byte(f, c, off);
	r->nul |= !c;
	switch (r->state) {
	case CODE:
		parse_reply_code_byte(f, c, off);
		break;
	case KEYWORD:
		if (esmtp_blank(c) && r->klen)
			r->state = TEXT;
		esmtp_keyword_byte(f, c, off);
		break;
	default:
		if (r->masked && c != '\r')
			esmtp_reply_mask(f, off, off + 1);
	}
}

/* The CR before this byte is bare: keep it; it ends a keyword, as unknown. */
static void break_at_bare_cr(struct esmtp_feed *f, u32 cr)
{
	struct esmtp_reply *r = &f->s->reply;

	if (r->head == ESMTP_PEND_GREETING)
		esmtp_banner_end(f, cr);
	if (r->state == CODE && cr - r->start == PREFIX - 1) {
		parse_odd_separator(f, '\r', cr);
	} else if (r->state == CODE) {
		mark_line_broken(f, cr);
	} else if (r->state == KEYWORD) {
		r->known = 0;
		r->state = TEXT;
		esmtp_keyword_end(f, cr);
	}
}

/*
 * Violations in a reply line: NUL, length, and a code other than the first line's
 * (RFC 5321 4.2.1), which clients have had bugs with (CVE-2020-8794). The length is
 * checked at the end of the line, as its bytes were already forwarded.
 */
static bool check_reply_line(struct esmtp_feed *f, u32 len, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;

	if (!r->lines)
		r->first = r->code;
	if (r->odd && !esmtp_rule_violation(f, ESMTP_EV_REPLY_MALFORMED, off, r->code))
		return false;
	if (r->nul && !esmtp_rule_violation(f, ESMTP_EV_REPLY_CONTROL, off, 0))
		return false;
	if (len > LINE_MAX && !esmtp_rule_violation(f, ESMTP_EV_REPLY_LONG, off, len))
		return false;
	return r->code == r->first ||
	       esmtp_rule_violation(f, ESMTP_EV_REPLY_MIXED, off, r->code);
}

static void end_extension_line(struct esmtp_feed *f, u32 end, u32 off)
{
	if (f->s->reply.state == KEYWORD)
		esmtp_keyword_alone(f, end, off);
	esmtp_keyword_over(f, end, off);
}

/**
 * esmtp_reply_end() - a line has ended
 * @f: the call
 * @off: stream offset of its LF
 *
 * f->why may be set.
 */
void esmtp_reply_end(struct esmtp_feed *f, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;
	u32 end = off - r->cr;

	if (r->state == CODE && end - r->start != PREFIX - 1)
		mark_line_broken(f, end);
	if (r->head == ESMTP_PEND_GREETING)
		esmtp_banner_end(f, end);
	if (r->state == BROKEN) {
		if (esmtp_rule_violation(f, ESMTP_EV_REPLY_MALFORMED, off, 0))
			esmtp_order_codeless(f->s);
		return;
	}
	if (!check_reply_line(f, end - r->start, off))
		return;
	if (!r->odd && is_extension_line(r) && end - r->start > PREFIX)
		end_extension_line(f, end, off);
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
	esmtp_order_reply(f, off);
}

static void feed_reply_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;

	if (!esmtp_feed_room(f, off))
		return;
	esmtp_feed_spend(f, c == '\n' ? ESMTP_COST_LINE : ESMTP_COST_BYTE);
	if (!r->len)
		begin_reply_line(f, off);
	if (c == '\n') {
		u32 rest = r->cut ? off : off - r->cr;

		esmtp_reply_end(f, off);
		if (r->cut)
			esmtp_feed_cut(f, rest, off + 1);
		r->len = 0;
		return;
	}
	if (r->cr)
		break_at_bare_cr(f, off - 1);
	r->len = 1;
	if (c != '\r')
		parse_reply_text(f, c, off);
	if (r->cut)
		esmtp_feed_cut(f, off, off + 1);
	r->cr = c == '\r';
}

/**
 * esmtp_reply_prefix() - take a whole "250-" at once
 * @f: the call
 * @p: bytes at the beginning of a line
 * @n: how many
 * @off: stream offset of the first
 *
 * Return: its length; 0 if these have to be read byte by byte.
 */
u32 esmtp_reply_prefix(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;

	if (n < PREFIX || !is_code_start(p[0]) || !esmtp_digit(p[1]) || !esmtp_digit(p[2]) ||
	    (p[3] != ' ' && p[3] != '-'))
		return 0;
	begin_reply_line(f, off);
	r->len = 1;
	r->code = (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
	parse_separator(r, p[3]);
	return PREFIX;
}

/* Take text of which all bytes are masked, or none. Returns its length, or 0. */
static u32 take_reply_text(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
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

/* Take bytes that need not be parsed one by one. Returns their number, or 0. */
static u32 take_reply_run(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	const struct esmtp_reply *r = &f->s->reply;

	if (!esmtp_feed_room(f, off))
		return 0;
	if (!r->len)
		return esmtp_reply_prefix(f, p, n, off);
	if (r->cr)
		return 0;
	if (r->state == TEXT)
		return take_reply_text(f, p, n, off);
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

	while (i < n && f->s->mode != ESMTP_MODE_TLS && f->s->mode != ESMTP_MODE_UNREAD) {
		u32 off = f->io->off + i;
		u32 run = esmtp_reply_plain(f, p + i, n - i, off);

		i += run;
		if (f->why || f->s->mode == ESMTP_MODE_UNREAD)
			break;
		if (run)
			continue;
		run = take_reply_run(f, p + i, n - i, off);
		if (!run && !f->why && f->s->mode != ESMTP_MODE_UNREAD)
			feed_reply_byte(f, p[i], off);
		if (f->why)
			break;
		i += run ?: 1;
	}
	return i;
}
