// SPDX-License-Identifier: GPL-2.0
/*
 * What the server offers: the keyword of a line that answers EHLO (RFC 5321 4.1.1.1),
 * and whether the client may see it.
 */
#include "internal.h"

enum { PREFIX = ESMTP_REPLY_PREFIX };

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

/**
 * esmtp_keyword_begin() - a line of a reply begins
 * @r: the reply
 */
void esmtp_keyword_begin(struct esmtp_reply *r)
{
	r->klen = 0;
	r->known = KNOWN;
	r->keyword = ESMTP_KW_OTHERS;
	r->lost = LOST_X;
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

/**
 * esmtp_keyword_end() - the keyword ends: which one is it, and may it be shown?
 * @f: the call
 * @end: stream offset of the byte behind it
 */
void esmtp_keyword_end(struct esmtp_feed *f, u32 end)
{
	struct esmtp_session *s = f->s;
	struct esmtp_reply *r = &s->reply;
	u32 whole = esmtp_word_whole(keywords, r->known, r->klen);
	bool show = whole ? whole & permitted(s->map) :
			    s->map->keywords >> ESMTP_KW_OTHERS & 1;

	r->keyword = parameter(whole);
	if (show && (whole & ~LISTED))
		r->keyword = ESMTP_KW_MAX;
	if (!show && !r->masked)
		esmtp_reply_mask(f, r->start + PREFIX, end);
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

/**
 * esmtp_keyword_byte() - read one byte of the keyword
 * @f: the call
 * @c: the byte; a blank ends the keyword
 * @off: its stream offset
 */
void esmtp_keyword_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;

	r->lost = lost(r->lost, c);
	if (c == ' ') {
		esmtp_keyword_end(f, off);
		if (r->masked)
			esmtp_reply_mask(f, off, off + 1);
		return;
	}
	r->known = esmtp_word_narrow(keywords, r->known, r->klen, c);
	r->klen += r->klen < 0xff;
	if (r->masked)
		esmtp_reply_mask(f, off, off + 1);
	else if (!showable(f->s->map, r))
		esmtp_reply_mask(f, r->start + PREFIX, off + 1);
}

/**
 * esmtp_keyword_rest() - take the rest of a keyword that may be shown
 * @f: the call
 * @p: bytes, within the keyword
 * @n: how many
 *
 * Return: its length, 0 if the next byte must be read.
 */
u32 esmtp_keyword_rest(struct esmtp_feed *f, const u8 *p, u32 n)
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

/**
 * esmtp_keyword_alone() - the line ends with its keyword
 * @f: the call
 * @end: stream offset of the line's CR LF
 * @off: that of its LF
 */
void esmtp_keyword_alone(struct esmtp_feed *f, u32 end, u32 off)
{
	const struct esmtp_reply *r = &f->s->reply;

	if (r->lost != LOST_NOT && r->klen >= LOST_MIN)
		esmtp_feed_event(f, ESMTP_EV_KEYWORD_LOST, off, r->klen);
	esmtp_keyword_end(f, end);
}

/**
 * esmtp_keyword_over() - the line of an offer has ended
 * @f: the call
 * @end: stream offset of its CR LF
 * @off: that of its LF
 */
void esmtp_keyword_over(struct esmtp_feed *f, u32 end, u32 off)
{
	const struct esmtp_reply *r = &f->s->reply;

	if (r->masked) {
		letter(f);
		esmtp_feed_event(f, ESMTP_EV_KEYWORD_MASKED, off, end - r->start - PREFIX);
	}
	if (r->keyword != ESMTP_KW_MAX)
		esmtp_rule_set(f, ESMTP_CRIT_EHLO_PARAM, r->keyword, off);
}
