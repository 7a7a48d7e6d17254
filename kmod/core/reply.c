// SPDX-License-Identifier: GPL-2.0
/*
 * One line of the server (RFC 5321 4.2): its code, its separator, and in the
 * greeting and in the answer to EHLO the text that is masked.
 */
#include "internal.h"

enum reply_state {
	CODE,				/* three digits and a separator */
	KEYWORD,			/* of an EHLO line */
	TEXT,				/* anything */
	BROKEN,				/* no code: not a reply line */
};

enum {
	PREFIX = 4,			/* "250-" */
	LINE_MAX = 510,			/* RFC 5321, 4.5.3.1.5, without CR LF */
};

/* May a keyword be one that was masked: X's, and a letter that counts them? */
enum lost_state {
	LOST_X,				/* so far */
	LOST_LETTER,			/* and nothing may follow */
	LOST_NOT,
};

enum { LOST_MIN = 3 };			/* DSN is the shortest that there is */

static const char *const keywords[] = {
#define ESMTP_KEYWORD(NAME, name, param) name,
#include <esmtp/keywords.def>
#undef ESMTP_KEYWORD
	/* of "others", but what they permit is parameters' to permit */
	"CHUNKING",
	"STARTTLS",
	/* and what these do never passes: a group before the greeting */
	"PIPECONNECT",
	"X_PIPE_CONNECT",
};

enum {
	KNOWN = (1u << ESMTP_ARRAY_SIZE(keywords)) - 1,
	LISTED = (1u << ESMTP_KW_OTHERS) - 1,
	CHUNKING = 1u << ESMTP_KW_OTHERS,
	STARTTLS = CHUNKING << 1,
};

/* The keywords of the list above that may be shown. */
static u32 permitted(const struct esmtp_map *map)
{
	return (map->keywords & LISTED) |
	       (map->params.chunking ? CHUNKING : 0) |
	       (map->params.tls ? STARTTLS : 0);
}

static void begin(struct esmtp_feed *f, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;
	u8 awaited = esmtp_queue_head(&f->s->queue);

	r->start = off;
	r->len = 0;
	r->code = 0;
	r->state = CODE;
	r->klen = 0;
	r->known = KNOWN;
	r->keyword = ESMTP_KW_OTHERS;
	r->cr = 0;
	r->more = 0;
	r->masked = 0;
	r->cut = 0;
	r->word = 0;
	r->nul = 0;
	r->lost = LOST_X;
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

static void mask(struct esmtp_feed *f, u32 from, u32 to)
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
		mask(f, r->start, to);
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

/*
 * May the keyword's bytes so far be shown? Where other keywords are masked, only
 * a prefix of a permitted one; where they are not, all but a whole one that is
 * not permitted.
 */
static bool showable(const struct esmtp_map *map, const struct esmtp_reply *r)
{
	u32 may = permitted(map);

	if (!(map->keywords >> ESMTP_KW_OTHERS & 1))
		return r->known & may;
	return !(esmtp_word_whole(keywords, r->known, r->klen) & ~may);
}

/* Of which member of `match ehlo-reply-parameter` is it? */
static u8 parameter(u32 whole)
{
	u32 i;

	for (i = 0; i < ESMTP_KW_OTHERS; i++)
		if (whole >> i & 1)
			break;
	return (u8)i;
}

/*
 * `strip`: the line is taken out. When it is the reply's last, the one kept
 * before becomes the last. Where any of that has left, the line stays masked.
 */
static void strip(struct esmtp_feed *f, u32 end)
{
	struct esmtp_reply *r = &f->s->reply;

	if (!(f->s->map->strip >> r->keyword & 1) || !esmtp_feed_whole(f, r->start) ||
	    (!r->more && !esmtp_feed_whole(f, r->sep)))
		return;
	r->cut = 1;
	esmtp_feed_cut(f, r->start, end);
	if (!r->more && !f->why && !esmtp_log_insert(f->io->log, r->sep, ' '))
		f->why = ESMTP_LOG_FULL;
}

/* The keyword ends here: which one is it, and may it be shown? */
static void keyword_end(struct esmtp_feed *f, u32 end)
{
	struct esmtp_session *s = f->s;
	struct esmtp_reply *r = &s->reply;
	u32 whole = esmtp_word_whole(keywords, r->known, r->klen);
	bool show = whole ? whole & permitted(s->map) :
			    s->map->keywords >> ESMTP_KW_OTHERS & 1;

	r->state = TEXT;
	r->keyword = parameter(whole);
	if (show && (whole & ~LISTED))
		r->keyword = ESMTP_KW_MAX;
	if (!show && !r->masked)
		mask(f, r->start + PREFIX, end);
	if (r->masked)
		strip(f, end);
	if (r->masked && !s->map->params.monitor)
		return;
	if (r->keyword == ESMTP_KW_PIPELINING)
		s->offered |= ESMTP_OFFERED_PIPELINING;
	if (whole == CHUNKING)
		s->offered |= ESMTP_OFFERED_CHUNKING;
}

static u8 lost(u8 state, u8 c)
{
	if (state != LOST_X || c < 'A' || c > 'Z')
		return LOST_NOT;
	return c == 'X' ? LOST_X : LOST_LETTER;
}

static void keyword_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;

	r->lost = lost(r->lost, c);
	if (c == ' ') {
		keyword_end(f, off);
		if (r->masked)
			mask(f, off, off + 1);
		return;
	}
	r->known = esmtp_word_narrow(keywords, r->known, r->klen, c);
	r->klen += r->klen < 0xff;
	if (r->masked)
		mask(f, off, off + 1);
	else if (!showable(f->s->map, r))
		mask(f, r->start + PREFIX, off + 1);
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
		keyword_byte(f, c, off);
		break;
	default:
		if (r->masked && c != '\r')
			mask(f, off, off + 1);
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
		keyword_end(f, cr);
	}
}

/* A masked line's text ends in a letter that counts such lines. */
static void letter(struct esmtp_feed *f)
{
	struct esmtp_reply *r = &f->s->reply;

	if (r->cut)
		return;
	if (!esmtp_before(r->last, f->io->hand) && !f->s->map->params.monitor)
		esmtp_log_patch(f->io->log, r->last, 'A' + r->letter % 26);
	r->letter++;
}

static void offer(struct esmtp_feed *f, u32 end, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;

	if (r->state == KEYWORD) {
		if (r->lost != LOST_NOT && r->klen >= LOST_MIN)
			esmtp_feed_event(f, ESMTP_EV_KEYWORD_LOST, off, r->klen);
		keyword_end(f, end);
	}
	if (r->masked) {
		letter(f);
		esmtp_feed_event(f, ESMTP_EV_KEYWORD_MASKED, off, end - r->start - PREFIX);
	}
	if (r->keyword != ESMTP_KW_MAX)
		esmtp_rule_set(f, ESMTP_CRIT_EHLO_PARAM, r->keyword, off);
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

/* The rest of a keyword that may be shown. Returns its length, 0 as above. */
static u32 keyword_rest(struct esmtp_feed *f, const u8 *p, u32 n)
{
	struct esmtp_reply *r = &f->s->reply;
	u32 set = r->known & permitted(f->s->map), len;

	if (r->klen != 1 || r->masked)
		return 0;
	len = esmtp_word_rest(keywords, &set, r->klen, p, n);
	if (!len)
		return 0;
	r->known = set;
	r->klen += len;
	r->lost = LOST_NOT;
	return len;
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
		mask(f, off, off + run);
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
	return r->state == KEYWORD ? keyword_rest(f, p, n) : 0;
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
