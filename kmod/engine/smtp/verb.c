// SPDX-License-Identifier: GPL-2.0
/*
 * The verb of a command line (RFC 5321 4.1.1), matched byte by byte: it is forwarded as
 * long as it is a prefix of a permitted verb.
 */
#include "line.h"
#include "rule.h"
#include "verb.h"

static const char *const verbs[] = {
#define ESMTP_VERB(NAME, name, let) [ESMTP_VERB_##NAME] = (name),
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
 * The verbs that may pass. BDAT only if the server offered CHUNKING: otherwise it would
 * read the octets after it as commands.
 */
static u32 list_allowed_verbs(const struct esmtp_session *s)
{
	u32 set = s->map->verbs;

	if (!(s->offered & ESMTP_OFFERED_CHUNKING))
		set &= ~(1u << ESMTP_VERB_BDAT);
	/* a server that still reads a message would never answer these */
	if (s->doubt)
		set &= ~(1u << ESMTP_VERB_DATA | 1u << ESMTP_VERB_AUTH |
			 1u << ESMTP_VERB_STARTTLS | 1u << ESMTP_VERB_BDAT);
	return set;
}

/**
 * esmtp_verb_allowed() - may a command pass?
 * @s: the session
 * @verb: enum esmtp_verb
 *
 * Return: true if its line may leave as it came.
 */
bool esmtp_verb_allowed(const struct esmtp_session *s, u8 verb)
{
	return list_allowed_verbs(s) >> verb & 1;
}

static u8 find_whole_verb(const struct esmtp_command *c)
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
 * @s: the session
 * @ch: the byte, neither blank nor line end
 *
 * Return: false if nothing that may pass begins so.
 */
bool esmtp_verb_byte(struct esmtp_session *s, u8 ch)
{
	struct esmtp_command *c = &s->cmd;

	c->candidates = esmtp_word_narrow(verbs, c->candidates, c->vlen, ch);
	c->vlen += c->vlen < 0xff;
	return c->candidates & list_allowed_verbs(s);
}

/**
 * esmtp_verb_rest() - what follows a verb's first byte, at once
 * @s: the session
 * @p: bytes
 * @n: how many
 *
 * The same as byte by byte.
 *
 * Return: bytes taken: the rest of a verb that may pass, up to the blank or CR behind
 * it; 0 if these are not, or some rule has to see them.
 */
u32 esmtp_verb_rest(struct esmtp_session *s, const u8 *p, u32 n)
{
	struct esmtp_command *c = &s->cmd;
	u32 set = c->candidates & list_allowed_verbs(s), len;

	len = esmtp_word_rest(verbs, &set, c->len, p, n);
	if (!len || esmtp_rule_quiet(s->map, ESMTP_CRIT_CMD_LINE, c->len) < len)
		return 0;
	c->candidates = set;
	c->vlen += len;
	c->len += len;
	return len;
}

/**
 * esmtp_verb_end() - it has ended: which one is it?
 * @s: the session; cmd.verb is set
 *
 * Return: false if it may not pass.
 */
bool esmtp_verb_end(struct esmtp_session *s)
{
	struct esmtp_command *c = &s->cmd;

	c->verb = find_whole_verb(c);
	return esmtp_verb_allowed(s, c->verb);
}
