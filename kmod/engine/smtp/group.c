// SPDX-License-Identifier: GPL-2.0
/* Commands sent before the replies to those before them (RFC 2920 3.1). */
#include "feed.h"
#include "group.h"
#include "reply_queue.h"
#include "rule.h"

/* Commands sent right after a message may be smuggled: apply smuggling-guard. */
static bool apply_group_guard(struct esmtp_feed *f)
{
	return esmtp_feed_act(f, &f->s->map->params.guard, ESMTP_R_GROUP);
}

/* Commands that do no harm wherever a server reads them. */
enum {
	HARMLESS = 1u << ESMTP_VERB_NOOP | 1u << ESMTP_VERB_RSET | 1u << ESMTP_VERB_QUIT,
};

/* Which violation is it that a line begins now? ESMTP_EVENT_MAX for none. */
static enum esmtp_event_id name_violation(const struct esmtp_session *s)
{
	u8 head = esmtp_queue_head(&s->queue);

	if (head == ESMTP_PEND_NONE)
		return ESMTP_EVENT_MAX;
	if (head == ESMTP_PEND_GREETING)
		return ESMTP_EV_EARLY_COMMAND;
	if (!(s->offered & ESMTP_OFFERED_PIPELINING))
		return ESMTP_EV_PIPELINING;
	return s->alone ? ESMTP_EV_GROUP : ESMTP_EVENT_MAX;
}

/**
 * esmtp_group_orderly() - may a line begin now without any doubt?
 * @s: the session
 *
 * Return: true if esmtp_group_begin() would do nothing.
 */
bool esmtp_group_orderly(const struct esmtp_session *s)
{
	return name_violation(s) == ESMTP_EVENT_MAX;
}

/**
 * esmtp_group_begin() - may a line begin before all replies have come?
 * @f: the call
 * @off: stream offset of its first byte
 *
 * Behind a command that must be last of its group, and behind a message, the guard acts
 * on all but what does no harm: so on the first byte that shows it.
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_group_begin(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;
	enum esmtp_event_id id = name_violation(s);

	if (id == ESMTP_EVENT_MAX)
		return true;
	if (!esmtp_rule_violation(f, id, off, 0))
		return false;
	s->cmd.guarded = s->alone || esmtp_queue_has(&s->queue, ESMTP_PEND_END);
	return true;
}

/**
 * esmtp_group_verb() - one more byte of a verb, or its end
 * @f: the call
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_group_verb(struct esmtp_feed *f)
{
	struct esmtp_command *c = &f->s->cmd;

	if (!c->guarded)
		return true;
	if (c->verb != ESMTP_VERB_NONE || c->masked)
		c->guarded = 0;
	if (!c->masked && (c->candidates & HARMLESS))
		return true;
	c->guarded = 0;
	return apply_group_guard(f);
}

/**
 * esmtp_group_masked() - a line that is no command has ended
 * @f: the call
 * @off: stream offset of its LF
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_group_masked(struct esmtp_feed *f, u32 off)
{
	u32 len = f->s->cmd.len;

	if (!esmtp_queue_has(&f->s->queue, ESMTP_PEND_END))
		return true;
	return esmtp_rule_violation(f, ESMTP_EV_AFTER_DATA, off, len) &&
	       (!len || apply_group_guard(f));
}
