/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_RULE_H
#define _ESMTP_RULE_H

#include <esmtp/core.h>

#include "feed.h"

u32 esmtp_rule_room(const struct esmtp_map *map, u8 crit, u32 value);
bool esmtp_rule_grown(struct esmtp_feed *f, u8 crit, u32 from, u32 to, u32 off);
bool esmtp_rule_jump(struct esmtp_feed *f, u8 crit, u32 from, u32 to, u32 off);
bool esmtp_rule_ended(struct esmtp_feed *f, u8 crit, u32 value, u32 off);
void esmtp_rule_command(struct esmtp_feed *f);
bool esmtp_rule_ambiguous(struct esmtp_feed *f, enum esmtp_event_id id, u32 off);
bool esmtp_rule_sound(struct esmtp_feed *f, bool clear, u32 off);
bool esmtp_rule_lists(const struct esmtp_map *map, u8 crit, u32 member);
bool esmtp_rule_set(struct esmtp_feed *f, u8 crit, u32 member, u32 off);
bool esmtp_rule_violation(struct esmtp_feed *f, enum esmtp_event_id id, u32 off,
			  u32 value);

/*
 * By how much a value may grow before any rule must be evaluated. A lower bound of
 * esmtp_rule_room() that needs no loop over the rules.
 */
static inline u32 esmtp_rule_quiet(const struct esmtp_map *map, u8 crit, u32 value)
{
	return map->floor[crit] > value ? map->floor[crit] - value : 0;
}

/* Report a grown count or length: calls esmtp_rule_grown() if a rule may match. */
static inline bool esmtp_rule_count(struct esmtp_feed *f, u8 crit, u32 from, u32 to,
				    u32 off)
{
	return to <= f->s->map->floor[crit] || esmtp_rule_grown(f, crit, from, to, off);
}

/* Report a final count or length: calls esmtp_rule_ended() if a "match not" may match. */
static inline bool esmtp_rule_final(struct esmtp_feed *f, u8 crit, u32 value, u32 off)
{
	return !(f->s->map->negated >> crit & 1) || esmtp_rule_ended(f, crit, value, off);
}

/*
 * Does any rule of the map match a regular expression against this text (sender or
 * recipient address, header field, file name)? If so every byte of it must be fed.
 */
static inline bool esmtp_rule_reads(const struct esmtp_map *map, u8 crit)
{
	return map->floor[crit] != ~0u || (map->negated >> crit & 1);
}

bool esmtp_rule_matched(struct esmtp_feed *f, u8 rule, u32 off, u32 value);

#endif /* _ESMTP_RULE_H */
