// SPDX-License-Identifier: GPL-2.0
/* Commands sent before the replies to those before them (RFC 2920 3.1). */
#include "internal.h"

/* Smuggled commands come behind a message. */
static bool guard(struct esmtp_feed *f)
{
	return esmtp_feed_act(f, &f->s->map->params.guard, ESMTP_GROUP);
}

/**
 * esmtp_group_begin() - may a line begin before all replies have come?
 * @f: the call
 * @off: stream offset of its first byte
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_group_begin(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;
	u8 head = esmtp_queue_head(&s->queue);
	enum esmtp_event_id id;

	if (head == ESMTP_PEND_NONE)
		return true;
	if (head == ESMTP_PEND_GREETING)
		return esmtp_rule_violation(f, ESMTP_EV_EARLY_COMMAND, off, 0);
	if (!(s->offered & ESMTP_OFFERED_PIPELINING))
		id = ESMTP_EV_PIPELINING;
	else if (s->alone)
		id = ESMTP_EV_GROUP;
	else
		return true;
	if (!esmtp_rule_violation(f, id, off, 0))
		return false;
	return !(s->alone || esmtp_queue_has(&s->queue, ESMTP_PEND_END)) ||
	       guard(f);
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
	if (!esmtp_queue_has(&f->s->queue, ESMTP_PEND_END))
		return true;
	return esmtp_rule_violation(f, ESMTP_EV_AFTER_DATA, off,
				    f->s->cmd.len) && guard(f);
}
