// SPDX-License-Identifier: GPL-2.0
/* The checks of a complete command line before its LF is forwarded. */
#include "chunk.h"
#include "feed.h"
#include "mail.h"
#include "permit.h"
#include "rule.h"

/**
 * esmtp_permit_auth() - a verb has ended: is it allowed without TLS?
 * @f: the call
 * @off: stream offset of the byte behind it
 *
 * Asked before a password can follow.
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_permit_auth(struct esmtp_feed *f, u32 off)
{
	if (f->s->cmd.verb != ESMTP_VERB_AUTH ||
	    !f->s->map->params.no_auth_in_clear)
		return true;
	esmtp_feed_event(f, ESMTP_EV_IN_CLEAR, off, ESMTP_VERB_AUTH);
	esmtp_feed_end(f, ESMTP_R_AUTH_CLEAR, ESMTP_ACT_REJECT, 0);
	return !f->why;
}

static bool count_recipient(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	s->rcpts++;
	return esmtp_rule_count(f, ESMTP_CRIT_CMD_RCPT, s->rcpts - 1, s->rcpts,
				off);
}

static bool may_be_sent_in_clear(struct esmtp_feed *f, u32 off)
{
	if (f->s->cmd.verb == ESMTP_VERB_RCPT || !f->s->map->params.require_tls)
		return true;
	esmtp_feed_event(f, ESMTP_EV_IN_CLEAR, off, f->s->cmd.verb);
	esmtp_feed_end(f, ESMTP_R_TLS_REQUIRED, ESMTP_ACT_REJECT, 0);
	return !f->why;
}

/**
 * esmtp_permit_between() - a line has ended: may it stand between two chunks?
 * @f: the call
 * @off: stream offset of its LF
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_permit_between(struct esmtp_feed *f, u32 off)
{
	const struct esmtp_session *s = f->s;
	u32 may = 1u << ESMTP_VERB_BDAT | 1u << ESMTP_VERB_RSET |
		  1u << ESMTP_VERB_NOOP | 1u << ESMTP_VERB_QUIT;

	return s->chunks != ESMTP_CHUNKS_OPEN || may >> s->cmd.verb & 1 ||
	       esmtp_rule_violation(f, ESMTP_EV_CHUNK_ORDER, off, s->cmd.verb);
}

/* DATA or the first BDAT: the number of recipients is final. */
static bool check_final_recipients(struct esmtp_feed *f, u32 off)
{
	const struct esmtp_session *s = f->s;
	u8 verb = s->cmd.verb;

	if (verb != ESMTP_VERB_DATA &&
	    (verb != ESMTP_VERB_BDAT || s->chunks == ESMTP_CHUNKS_OPEN))
		return true;
	return esmtp_rule_final(f, ESMTP_CRIT_CMD_RCPT, s->rcpts, off) &&
	       esmtp_rule_final(f, ESMTP_CRIT_INVALID_RCPT, s->invalid, off);
}

/**
 * esmtp_permit_line() - a line that is a command has ended: may it pass?
 * @f: the call
 * @off: stream offset of its LF
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_permit_line(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;
	u8 verb = s->cmd.verb;

	if (ESMTP_ADDRESS_VERBS >> verb & 1) {
		if (!may_be_sent_in_clear(f, off) || !esmtp_mail_end(f, off))
			return false;
		return verb != ESMTP_VERB_RCPT || count_recipient(f, off);
	}
	return check_final_recipients(f, off);
}
