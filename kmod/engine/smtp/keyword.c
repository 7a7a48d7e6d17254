// SPDX-License-Identifier: GPL-2.0
/*
 * What the server offers: the keyword of a line that answers EHLO (RFC 5321 4.1.1.1),
 * and whether the client may see it.
 */
#include "feed.h"
#include "keyword.h"
#include "line.h"
#include "reply.h"
#include "reply_line.h"
#include "rule.h"
#include "engine/ascii.h"

enum { PREFIX = ESMTP_REPLY_PREFIX };

/* Does a keyword look masked by another firewall: X's and then a letter? */
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
	/* members of "others", but allowed by the parameters chunking and allow-tls */
	"CHUNKING",
	"STARTTLS",
	/* members of "others" that are known for what they lead to */
	"PRDR",
	"HELP",
	/* never shown: they allow commands before the greeting, which is a violation */
	"PIPECONNECT",
	"X_PIPE_CONNECT",
	/* nor these, nor what begins so: no map lets their commands pass */
	"ATRN", "BURL", "EXPN", "ONEX", "TURN", "VERB",
	"X-ANONYMOUSTLS", "X-EXPS", "X-LINK2STATE", "XCLIENT", "XEXCH50", "XFORWARD",
	"XPROXY", "XSHADOW", "XUSR",
};

/* Of those that may be shown; the others are not looked for. */
static const u8 lengths[] = {
#define ESMTP_KEYWORD(NAME, name, param) [ESMTP_KW_##NAME] = sizeof(name) - 1,
#include <esmtp/keywords.def>
#undef ESMTP_KEYWORD
	[ESMTP_KW_OTHERS] = sizeof("CHUNKING") - 1,
	sizeof("STARTTLS") - 1, sizeof("PRDR") - 1, sizeof("HELP") - 1,
};

_Static_assert(ESMTP_ARRAY_SIZE(keywords) < 32, "a set of them is a u32");

enum {
	SHOWN = ESMTP_ARRAY_SIZE(lengths),
	KNOWN = (1u << ESMTP_ARRAY_SIZE(keywords)) - 1,
	LISTED = (1u << ESMTP_KW_OTHERS) - 1,
	CHUNKING = 1u << ESMTP_KW_OTHERS,
	STARTTLS = CHUNKING << 1,
	PRDR = STARTTLS << 1,
	HELP = PRDR << 1,
};

/* Keywords that offer a command which can be masked by its name. */
static const struct {
	u32 keyword;
	u8 verb;
} offers[] = {
	{ 1u << ESMTP_KW_AUTH, ESMTP_VERB_AUTH },
	{ 1u << ESMTP_KW_ETRN, ESMTP_VERB_ETRN },
	{ 1u << ESMTP_KW_VRFY, ESMTP_VERB_VRFY },
	{ CHUNKING, ESMTP_VERB_BDAT },
	{ STARTTLS, ESMTP_VERB_STARTTLS },
	{ HELP, ESMTP_VERB_HELP },
};

/* The keywords of the list above that may be shown. */
static u32 get_permitted_keywords(const struct esmtp_map *map)
{
	bool others = map->keywords >> ESMTP_KW_OTHERS & 1;
	u32 may = (map->keywords & LISTED) | CHUNKING | STARTTLS | (others ? PRDR | HELP : 0);
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(offers); i++)
		if (!(map->verbs >> offers[i].verb & 1))
			may &= ~offers[i].keyword;
	return may;
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
 * May the keyword be shown as far as it was read? If "others" are masked, only a prefix
 * of a permitted keyword may be; if not, anything but a complete keyword that is not
 * permitted.
 */
static bool may_show_keyword(const struct esmtp_map *map, const struct esmtp_reply *r)
{
	u32 may = get_permitted_keywords(map);

	if (!(map->keywords >> ESMTP_KW_OTHERS & 1))
		return r->known & may;
	return !(esmtp_word_whole(keywords, r->known, r->klen) & ~may);
}

/* Of which member of `match ehlo-reply-parameter` is it? */
static u8 find_ehlo_param(u32 whole)
{
	u32 i;

	for (i = 0; i < ESMTP_KW_OTHERS; i++)
		if (whole >> i & 1)
			break;
	return (u8)i;
}

/*
 * `strip`: cut the line. If it is the last of the reply, the separator of the last line
 * kept becomes a space (RFC 5321 4.2.1). If any of those bytes were already forwarded,
 * the line is masked in place of being cut.
 */
static void strip_ehlo_line(struct esmtp_feed *f, u32 end)
{
	struct esmtp_reply *r = &f->s->reply;

	if (!(f->s->map->strip >> r->keyword & 1) || !esmtp_feed_whole(f, r->start) ||
	    (!r->more && !esmtp_feed_whole(f, r->sep)))
		return;
	r->cut = 1;
	esmtp_feed_cut(f, r->start, end);
	if (!r->more && !f->why && !esmtp_log_insert(f->io->log, r->sep, ' '))
		f->why = ESMTP_R_LOG_FULL;
}

/* What a keyword that the client sees leads to. */
static void note_offer(struct esmtp_session *s, u32 whole)
{
	if (s->reply.keyword == ESMTP_KW_PIPELINING)
		s->offered |= ESMTP_OFFERED_PIPELINING;
	if (whole == CHUNKING)
		s->offered |= ESMTP_OFFERED_CHUNKING;
	if (whole == PRDR)
		s->offered |= ESMTP_OFFERED_PRDR;
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
	bool show = whole ? whole & get_permitted_keywords(s->map) :
			    s->map->keywords >> ESMTP_KW_OTHERS & 1;

	r->keyword = find_ehlo_param(whole);
	if (show && (whole & (CHUNKING | STARTTLS)))
		r->keyword = ESMTP_KW_MAX;
	if (!show && !r->masked)
		esmtp_reply_mask(f, r->start + PREFIX, end);
	if (r->masked)
		strip_ehlo_line(f, end);
	if (!r->masked || s->map->params.monitor)
		note_offer(s, whole);
}

/* Is it that keyword, of so many bytes? */
static bool is_keyword(u32 i, const u8 *p, u32 len)
{
	u32 at;

	for (at = 0; at < len; at++)
		if ((u8)keywords[i][at] != esmtp_upper(p[at]))
			return false;
	return true;
}

/* Which keyword that may be shown is it? As a bit; 0 for none. */
static u32 find_shown_keyword(const struct esmtp_map *map, const u8 *p, u32 len)
{
	u32 i;

	for (i = 0; i < SHOWN; i++)
		if (lengths[i] == len && is_keyword(i, p, len))
			return get_permitted_keywords(map) & 1u << i;
	return 0;
}

/* Length of the keyword that a line begins with. */
static u32 find_blank(const u8 *p, u32 n)
{
	u32 len = 0;

	while (len < n && !esmtp_blank(p[len]))
		len++;
	return len;
}

/**
 * esmtp_keyword_whole() - read a keyword that may be shown at once
 * @f: the call
 * @p: a line behind its prefix
 * @n: its length without CR LF
 *
 * Return: false, with nothing changed, if it has to be read byte by byte.
 */
bool esmtp_keyword_whole(struct esmtp_feed *f, const u8 *p, u32 n)
{
	struct esmtp_reply *r = &f->s->reply;
	u32 len = find_blank(p, n);
	u32 whole = find_shown_keyword(f->s->map, p, len);

	if (!whole)
		return false;
	r->known = whole;
	r->klen = (u8)len;
	r->lost = LOST_NOT;
	r->keyword = whole & (CHUNKING | STARTTLS) ? ESMTP_KW_MAX : find_ehlo_param(whole);
	note_offer(f->s, whole);
	return true;
}

static u8 track_lost_keyword(u8 state, u8 c)
{
	if (state != LOST_X || c < 'A' || c > 'Z')
		return LOST_NOT;
	return c == 'X' ? LOST_X : LOST_LETTER;
}

/* Does a word begin with these bytes? */
static bool begins_so(const char *word, const u8 *p, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (!word[i] || (u8)word[i] != esmtp_upper(p[i]))
			return false;
	return true;
}

static u32 find_beginning_so(const u8 *p, u32 n)
{
	u32 i, set = 0;

	for (i = 0; i < ESMTP_ARRAY_SIZE(keywords); i++)
		if (begins_so(keywords[i], p, n))
			set |= 1u << i;
	return set;
}

/**
 * esmtp_keyword_hidden() - mask a line at once whose keyword may not be shown
 * @f: the call
 * @p: a line behind its prefix, of which esmtp_keyword_whole() says no
 * @n: its length without CR LF
 * @off: stream offset of @p
 *
 * With "others" masked that is any such line; unless it may have to be cut.
 *
 * Return: false, with nothing changed, if it has to be read byte by byte.
 */
bool esmtp_keyword_hidden(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	const struct esmtp_map *map = f->s->map;
	struct esmtp_reply *r = &f->s->reply;
	u32 len = find_blank(p, n), i;

	if (!len || map->strip || (map->keywords >> ESMTP_KW_OTHERS & 1))
		return false;
	r->known = find_beginning_so(p, len);
	r->klen = (u8)esmtp_least(len, 0xff);
	for (i = 0; i < len && r->lost != LOST_NOT; i++)
		r->lost = track_lost_keyword(r->lost, p[i]);
	esmtp_reply_mask(f, off, off + n);
	if (len == n)
		return true;
	r->lost = LOST_NOT;
	r->state = TEXT;
	esmtp_keyword_end(f, off + len);
	return true;
}

/**
 * esmtp_keyword_byte() - read one byte of the keyword
 * @f: the call
 * @c: the byte; a blank ends the keyword
 * @off: its stream offset
 *
 * Some clients pass over blanks before a keyword: they are no end of it.
 */
void esmtp_keyword_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;

	r->lost = track_lost_keyword(r->lost, c);
	if (esmtp_blank(c)) {
		if (r->klen)
			esmtp_keyword_end(f, off);
		if (r->masked)
			esmtp_reply_mask(f, off, off + 1);
		return;
	}
	r->known = esmtp_word_narrow(keywords, r->known, r->klen, c);
	r->klen += r->klen < 0xff;
	if (r->masked)
		esmtp_reply_mask(f, off, off + 1);
	else if (!may_show_keyword(f->s->map, r))
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
	u32 set = r->known & get_permitted_keywords(f->s->map), len;

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

/* End a masked line in A, B, C ..., so that no two masked lines are the same. */
static void letter_masked_line(struct esmtp_feed *f)
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
		letter_masked_line(f);
		esmtp_feed_event(f, ESMTP_EV_KEYWORD_MASKED, off, end - r->start - PREFIX);
	}
	if (r->keyword != ESMTP_KW_MAX)
		esmtp_rule_set(f, ESMTP_CRIT_EHLO_PARAM, r->keyword, off);
}
