// SPDX-License-Identifier: GPL-2.0
/*
 * `MIME filetype`: regular expressions on the name of a file, in two readings at
 * once. Some readers of mail decode a name that RFC 2047 gives no words and some
 * do not, and they differ on what is malformed, so an expression is found if it
 * is in the name as it was sent or as decoded; "match not" is of the latter.
 */
#include "internal.h"

/* The decoded reading of the value at hand: sections are one name. */
static u16 *reading(struct esmtp_session *s)
{
	return s->msg.mime.param & ESMTP_PARAM_SECTIONED ? s->filetype.joined :
							   s->filetype.decoded;
}

/* Found anew, and not in the other reading before. */
static bool found(struct esmtp_feed *f, u32 slots, u32 off)
{
	if (!(f->s->msg.mime.param & ESMTP_PARAM_SECTIONED))
		slots &= ~esmtp_rule_has(f, f->s->filetype.sent);
	return esmtp_rule_found(f, slots, off);
}

/**
 * esmtp_filetype_sent() - read one octet of a name as it was sent
 * @f: the call
 * @c: the octet, quoting taken away
 * @off: its stream offset
 *
 * Nobody reads single sections.
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_filetype_sent(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_session *s = f->s;
	u32 slots;

	if (s->msg.mime.param & ESMTP_PARAM_SECTIONED)
		return true;
	slots = esmtp_rule_walk(f, s->filetype.sent, ESMTP_CRIT_FILETYPE, c);
	return esmtp_rule_found(f, slots & ~esmtp_rule_has(f, s->filetype.decoded),
				off);
}

/**
 * esmtp_filetype_decoded() - read one octet of a name as decoded
 * @f: the call
 * @c: the octet
 * @off: stream offset of the byte that completed it
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_filetype_decoded(struct esmtp_feed *f, u8 c, u32 off)
{
	return found(f, esmtp_rule_walk(f, reading(f->s), ESMTP_CRIT_FILETYPE, c),
		     off);
}

/**
 * esmtp_filetype_aside() - read one octet that may be of a code, or not
 * @f: the call
 * @c: the octet
 * @first: none was put aside before it
 */
void esmtp_filetype_aside(struct esmtp_feed *f, u8 c, bool first)
{
	struct esmtp_session *s = f->s;

	if (first)
		memcpy(s->filetype.aside, reading(s), sizeof(s->filetype.aside));
	esmtp_rule_walk(f, s->filetype.aside, ESMTP_CRIT_FILETYPE, c);
}

/**
 * esmtp_filetype_literal() - what was put aside is no code, and stands as it is
 * @f: the call
 * @off: stream offset of the byte that showed it
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_filetype_literal(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;
	u32 slots = esmtp_rule_has(f, s->filetype.aside) &
		    ~esmtp_rule_has(f, reading(s));

	memcpy(reading(s), s->filetype.aside, sizeof(s->filetype.aside));
	return found(f, slots, off);
}

/**
 * esmtp_filetype_end() - the name at hand, or the one in sections, is whole
 * @f: the call
 * @off: stream offset of the byte that showed it
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_filetype_end(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	if (!(s->msg.mime.param & ESMTP_PARAM_SECTIONED))
		memset(s->filetype.sent, 0, sizeof(s->filetype.sent));
	return esmtp_rule_over(f, reading(s), ESMTP_CRIT_FILETYPE, off);
}
