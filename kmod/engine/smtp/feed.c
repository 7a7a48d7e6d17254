// SPDX-License-Identifier: GPL-2.0
/*
 * What the readers of one call of esmtp_session_feed() share: how they report, edit,
 * hold back and end.
 */
#include "feed.h"

/**
 * esmtp_feed_event() - report something seen
 * @f: the call
 * @id: what
 * @off: stream offset at which it was known
 * @value: a count or a measure, or 0
 */
void esmtp_feed_event(struct esmtp_feed *f, enum esmtp_event_id id, u32 off,
		      u32 value)
{
	struct esmtp_event ev = {
		.id = id,
		.dir = f->dir,
		.off = off,
		.value = value,
	};

	esmtp_feed_spend(f, ESMTP_COST_EVENT);
	if (f->io->event)
		f->io->event(f->io, &ev);
}

/**
 * esmtp_feed_end() - the connection ends before the byte at hand
 * @f: the call
 * @why: what the packet is dropped for
 * @act: enum esmtp_action: ESMTP_ACT_DROP, ESMTP_ACT_RESET or ESMTP_ACT_REJECT
 * @say: as in struct esmtp_rule
 *
 * Under monitor nothing ends, and f->why stays as it is: the first time is remembered.
 */
void esmtp_feed_end(struct esmtp_feed *f, enum esmtp_reason why, u8 act, u8 say)
{
	if (f->s->map->params.monitor) {
		if (!f->s->would)
			f->s->would = why;
		return;
	}
	f->why = why;
	f->s->act = act;
	f->s->say = say;
}

/**
 * esmtp_feed_act() - apply the action of a parameter
 * @f: the call
 * @param: the parameter
 * @why: what the packet is dropped for, if it is
 *
 * Return: false if the connection ends.
 */
bool esmtp_feed_act(struct esmtp_feed *f, const struct esmtp_param *param,
		    enum esmtp_reason why)
{
	if (param->on && (param->act == ESMTP_ACT_DROP ||
			  param->act == ESMTP_ACT_RESET ||
			  param->act == ESMTP_ACT_REJECT))
		esmtp_feed_end(f, why, param->act, 0);
	return !f->why;
}

/**
 * esmtp_feed_hold() - the byte at hand may not pass yet
 * @f: the call
 * @why: a reason that esmtp_reason_retry() knows
 * @off: its stream offset
 *
 * Under monitor nothing is held, and a connection that would have to be is no
 * longer read.
 *
 * Return: false if it is held.
 */
bool esmtp_feed_hold(struct esmtp_feed *f, enum esmtp_reason why, u32 off)
{
	if (!f->s->map->params.monitor) {
		f->why = why;
		return false;
	}
	esmtp_feed_event(f, ESMTP_EV_UNREAD, off, 0);
	f->s->mode = ESMTP_MODE_UNREAD;
	return true;
}

/**
 * esmtp_feed_tire() - this hand has cost as much as one may
 * @f: the call
 * @off: stream offset of the next byte
 *
 * Return: false: it is not read now.
 */
bool esmtp_feed_tire(struct esmtp_feed *f, u32 off)
{
	esmtp_feed_event(f, ESMTP_EV_WORK, off, 0);
	esmtp_feed_hold(f, ESMTP_R_WORK, off);
	return false;
}

/**
 * esmtp_feed_fill() - overwrite what has not left yet of a range
 * @f: the call
 * @from: stream offset of the range; may lie before the hand
 * @to: stream offset after it
 * @kind: enum esmtp_edit_kind
 * @fill: the new byte
 *
 * A line may be masked whole of which some bytes were edited one by one: as none of them has
 * left, the new edit takes their place, so that the log stays in the order of the stream.
 */
void esmtp_feed_fill(struct esmtp_feed *f, u32 from, u32 to, u8 kind, u8 fill)
{
	if (esmtp_before(from, f->io->hand))
		from = f->io->hand;
	if (!esmtp_before(from, to) || f->s->map->params.monitor)
		return;
	esmtp_feed_spend(f, ESMTP_COST_FILL);
	if (esmtp_log_beyond(f->io->log, from))
		esmtp_log_retract(f->io->log, from);
	/* can't be full after esmtp_feed_room(), but no byte may pass unedited */
	if (!esmtp_log_fill(f->io->log, from, to - from, kind, fill))
		f->why = ESMTP_R_LOG_FULL;
}

/**
 * esmtp_feed_whole() - is a range still whole in hand, to be cut?
 * @f: the call
 * @from: stream offset of its first byte
 *
 * Return: true if none of it has left, and it may be changed.
 */
bool esmtp_feed_whole(const struct esmtp_feed *f, u32 from)
{
	return !esmtp_before(from, f->io->hand) && !f->s->map->params.monitor;
}

/**
 * esmtp_feed_cut() - take a range out of the stream, whatever it was to become
 * @f: the call
 * @from: stream offset of its first byte, in hand
 * @to: stream offset of the byte after it, the end of what was read
 */
void esmtp_feed_cut(struct esmtp_feed *f, u32 from, u32 to)
{
	esmtp_feed_fill(f, from, to, ESMTP_EDIT_CUT, 0);
}
