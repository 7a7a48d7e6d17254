// SPDX-License-Identifier: GPL-2.0
/*
 * The verb of a command line (RFC 5321 4.1.1), byte by byte: it is let through while
 * it is a prefix of one that may pass.
 */
#include "internal.h"

static const char *const verbs[] = {
#define ESMTP_VERB(NAME, name, let) name,
#include <esmtp/verbs.def>
#undef ESMTP_VERB
};

enum { ALL_VERBS = (1u << ESMTP_VERB_MAX) - 1 };

/**
 * esmtp_verb_begin() - the next byte begins a verb
 * @c: the command
 */
void esmtp_verb_begin(struct esmtp_command *c)
{
	c->candidates = ALL_VERBS;
	c->verb = ESMTP_VERB_NONE;
}

/*
 * The verbs that may pass. To a server that did not offer CHUNKING the octets
 * behind a BDAT are commands.
 */
static u32 let(const struct esmtp_session *s)
{
	u32 set = s->map->verbs;

	if (!(s->offered & ESMTP_OFFERED_CHUNKING))
		set &= ~(1u << ESMTP_VERB_BDAT);
	return set;
}

static u8 whole_verb(const struct esmtp_command *c)
{
	u32 whole = esmtp_word_whole(verbs, c->candidates, c->vlen);
	u32 i;

	for (i = 0; i < ESMTP_VERB_MAX; i++)
		if (whole >> i & 1)
			return (u8)i;
	return ESMTP_VERB_NONE;
}

/**
 * esmtp_verb_byte() - one more byte of it
 * @f: the call
 * @ch: the byte, neither blank nor line end
 * @off: its stream offset
 *
 * The line is masked from the byte on that makes it the beginning of no verb that
 * may pass.
 */
void esmtp_verb_byte(struct esmtp_feed *f, u8 ch, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;

	c->candidates = esmtp_word_narrow(verbs, c->candidates, c->vlen, ch);
	c->vlen += c->vlen < 0xff;
	if (!(c->candidates & let(f->s)))
		esmtp_command_mask(f, off + 1);
}

/**
 * esmtp_verb_rest() - what follows a verb's first byte, at once
 * @f: the call
 * @p: bytes
 * @n: how many
 *
 * The same as byte by byte.
 *
 * Return: bytes taken: the rest of a verb that may pass, up to the blank or CR behind
 * it; 0 if these are not, or some rule has to see them.
 */
u32 esmtp_verb_rest(struct esmtp_feed *f, const u8 *p, u32 n)
{
	struct esmtp_command *c = &f->s->cmd;
	u32 set = c->candidates & let(f->s), len;

	len = esmtp_word_rest(verbs, &set, c->len, p, n);
	if (!len || esmtp_rule_quiet(f->s->map, ESMTP_CRIT_CMD_LINE, c->len) < len)
		return 0;
	c->candidates = set;
	c->vlen += len;
	c->len += len;
	return len;
}

/**
 * esmtp_verb_end() - the verb has ended: is it one, and may it pass?
 * @f: the call
 * @end: stream offset up to which the line is masked if not
 * @off: stream offset of the byte that ends it
 *
 * Sets cmd.verb. Under monitor it passes whatever it is, and the session has to follow
 * it.
 *
 * Return: false if the connection ends.
 */
bool esmtp_verb_end(struct esmtp_feed *f, u32 end, u32 off)
{
	struct esmtp_session *s = f->s;
	struct esmtp_command *c = &s->cmd;

	c->verb = whole_verb(c);
	if (!(let(s) >> c->verb & 1))
		esmtp_command_mask(f, end);
	if (c->verb == ESMTP_VERB_LINK2STATE)
		esmtp_feed_event(f, ESMTP_EV_LINK2STATE, off, 0);
	if (!esmtp_rule_set(f, ESMTP_CRIT_CMD_VERB, c->verb, off) ||
	    !esmtp_rule_count(f, ESMTP_CRIT_CMD_VERB_LINE, 0, c->len, c->start))
		return false;
	if (!c->masked && !esmtp_permit_auth(f, off))
		return false;
	if (c->masked && !s->map->params.monitor)
		c->verb = ESMTP_VERB_NONE;
	return true;
}
