// SPDX-License-Identifier: GPL-2.0
/*
 * `MIME filetype`: regular expressions on a file name, as sent and as decoded. Some mail
 * clients decode RFC 2047 encoded-words in a file name and some do not, and they differ
 * on malformed ones. So an expression matches if it matches any reading, once a name;
 * "match not" considers the decoded form only.
 */
#include "feed.h"
#include "filetype.h"
#include "rule.h"
#include "rule_regex.h"

_Static_assert(ESMTP_MAP_REGEXES <= 8, "an expression found in a name has a bit");

/* Does any rule read names? If not, nothing is kept of them. */
static bool is_read(const struct esmtp_feed *f)
{
	return esmtp_rule_reads(f->s->map, ESMTP_CRIT_FILETYPE);
}

static bool report_found(struct esmtp_feed *f, bool late, u32 slots, u32 off)
{
	struct esmtp_names *names = &f->s->names;

	if (late) {
		names->found |= slots;
		return true;
	}
	slots &= ~(u32)names->told;
	names->told |= slots;
	names->ever |= slots;
	return esmtp_rule_found(f, slots, off);
}

/**
 * esmtp_filetype_sent() - read one octet of a name as it was sent
 * @f: the call
 * @c: the octet, quotes taken away
 * @off: its stream offset
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_filetype_sent(struct esmtp_feed *f, u8 c, u32 off)
{
	return !is_read(f) ? !f->why :
	       report_found(f, false, esmtp_rule_walk(f, f->s->names.sent, ESMTP_CRIT_FILETYPE,
						      c), off);
}

/**
 * esmtp_filetype_octet() - read one octet of a name as decoded
 * @f: the call
 * @n: the reading
 * @c: the octet
 * @off: stream offset of the byte that completed it
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_filetype_octet(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off)
{
	return !is_read(f) ? !f->why :
	       report_found(f, n->late, esmtp_rule_walk(f, n->at, ESMTP_CRIT_FILETYPE, c), off);
}

/**
 * esmtp_filetype_aside() - read one octet that may be of a code, or not
 * @f: the call
 * @n: the reading
 * @c: the octet
 * @first: none was put aside before it
 */
void esmtp_filetype_aside(struct esmtp_feed *f, struct esmtp_name *n, u8 c, bool first)
{
	if (!is_read(f))
		return;
	if (first)
		memcpy(n->aside, n->at, sizeof(n->aside));
	esmtp_rule_walk(f, n->aside, ESMTP_CRIT_FILETYPE, c);
}

/**
 * esmtp_filetype_literal() - what was put aside is no code, and stands as it is
 * @f: the call
 * @n: the reading
 * @off: stream offset of the byte that showed it
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_filetype_literal(struct esmtp_feed *f, struct esmtp_name *n, u32 off)
{
	u32 slots;

	if (!is_read(f))
		return !f->why;
	esmtp_feed_spend(f, ESMTP_COST_WALK * f->s->map->nslots);
	slots = esmtp_rule_has(f, n->aside) & ~esmtp_rule_has(f, n->at);
	memcpy(n->at, n->aside, sizeof(n->at));
	return report_found(f, n->late, slots, off);
}

/**
 * esmtp_filetype_end() - a name is whole
 * @f: the call
 * @n: the reading
 * @off: stream offset of the byte that showed it
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_filetype_end(struct esmtp_feed *f, struct esmtp_name *n, u32 off)
{
	return esmtp_rule_over(f, n->at, ESMTP_CRIT_FILETYPE, off);
}

/**
 * esmtp_filetype_misses() - has no rule anything to say of a name?
 * @f: the call
 * @p: the name, which reads as it was sent
 * @n: its octets
 *
 * Return: true if no expression is found in it, and none was to be.
 */
bool esmtp_filetype_misses(struct esmtp_feed *f, const u8 *p, u32 n)
{
	return !is_read(f) || (!(f->s->map->negated >> ESMTP_CRIT_FILETYPE & 1) &&
			       esmtp_rule_misses(f, ESMTP_CRIT_FILETYPE, p, n));
}

/**
 * esmtp_filetype_unread() - a name could not be read: whatever it is, take it for that
 * @f: the call
 */
void esmtp_filetype_unread(struct esmtp_feed *f)
{
	const struct esmtp_map *m = f->s->map;
	u32 i;

	for (i = 0; i < m->nslots; i++)
		if (m->rules[m->slots[i]].crit == ESMTP_CRIT_FILETYPE)
			f->s->names.found |= 1u << i;
}

/**
 * esmtp_filetype_late() - the field has ended, and readers disagree on it
 * @f: the call
 * @off: stream offset of the byte that showed it
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_filetype_late(struct esmtp_feed *f, u32 off)
{
	const struct esmtp_names *names = &f->s->names;

	return esmtp_rule_found(f, names->found & ~(u32)names->ever, off);
}
