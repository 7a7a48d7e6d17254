/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_WOULD_H
#define _NF_ESMTP_WOULD_H

#include <esmtp/core.h>
#include <esmtp/top.h>

struct esmtp_kpolicy;
struct esmtp_would;

enum { ESMTP_WOULD_ROWS = 256 };	/* of a policy */

/* What a row is of. */
enum esmtp_would_kind {
	ESMTP_WOULD_RULE,		/* a rule of the map, by its place */
	ESMTP_WOULD_END,		/* something else that ends, enum esmtp_reason */
	ESMTP_WOULD_SEEN,		/* something else that edits, enum esmtp_event_id */
};

/**
 * struct esmtp_would_key - which row
 * @slot: first counter of the class in its policy-map
 * @kind: enum esmtp_would_kind
 * @id: by @kind
 */
struct esmtp_would_key {
	u32 slot;
	u8 kind;
	u8 id;
};

/**
 * struct esmtp_would_row - what a map that monitors would have done for one cause
 * @key: which
 * @count: connections that it would have ended, or packets that it would have changed
 * @n: hosts in @best
 * @best: the clients that this would have happened to most often
 */
struct esmtp_would_row {
	struct esmtp_would_key key;
	u64 count;
	u32 n;
	struct esmtp_top_host best[ESMTP_TOP_SHOWN];
};

/**
 * struct esmtp_would_tally - what one packet is going to count
 * @rules: rules that would have edited, a bit each
 * @seen: other events that mean an edit, likewise
 * @last: the last rule that matched before the end
 * @keyword: a keyword is masked, and no rule has said yet that this is for it
 * @verb: a command is, for a rule
 */
struct esmtp_would_tally {
	u64 rules;
	u64 seen[(ESMTP_EVENT_MAX + 63) / 64];
	u8 last;
	bool keyword;
	bool verb;
};

bool esmtp_would_edit(const struct esmtp_map *map, u8 id);
int esmtp_would_alloc(struct esmtp_kpolicy *kp);
void esmtp_would_free(struct esmtp_would *would);
void esmtp_would_carry(struct esmtp_kpolicy *kp, u32 slot, const struct esmtp_kpolicy *old,
		       u32 old_slot, const u8 *rules);
void esmtp_would_clear(struct esmtp_would *would, u32 from, u32 end);
u32 esmtp_would_rows(const struct esmtp_would *would);
u64 esmtp_would_lost(const struct esmtp_would *would);
void esmtp_would_row(struct esmtp_would *would, u32 i, struct esmtp_would_row *row);

/* on the packet path; nothing of it sleeps */
void esmtp_would_event(struct esmtp_would_tally *t, const struct esmtp_session_head *s,
		       const struct esmtp_event *ev);
void esmtp_would_packet(const struct esmtp_would_tally *t, const struct esmtp_kpolicy *kp,
			u32 slot, struct esmtp_session_head *s,
			const struct esmtp_tuple *real);

/**
 * esmtp_would_due() - has a packet something to be counted?
 * @t: what was seen in it
 * @s: the session, which has read it
 *
 * Return: true if so, for esmtp_would_packet().
 */
static inline bool esmtp_would_due(const struct esmtp_would_tally *t,
				   const struct esmtp_session_head *s)
{
	u64 seen = t->rules | t->keyword;
	u32 i;

	if (!s->map->params.monitor)
		return false;
	for (i = 0; i < ESMTP_ARRAY_SIZE(t->seen); i++)
		seen |= t->seen[i];
	return seen || (s->would && !s->told);
}

#endif /* _NF_ESMTP_WOULD_H */
