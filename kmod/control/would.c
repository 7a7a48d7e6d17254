// SPDX-License-Identifier: GPL-2.0
/*
 * What maps that monitor would have done: a row for each cause, with the hosts that it would
 * have happened to most often. A connection counts until it would have been ended, for what
 * comes behind that would never have come. The memory is of one size, allocated with the
 * policy; a packet looks at it only when something would have become of it.
 */
#include <linux/bitops.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "policy.h"
#include "would.h"

enum { NO_ROW = 0xffff };

/**
 * struct row - what is counted of one cause
 * @key: which
 * @next: place of another one of the same hash, or NO_ROW
 * @count: how often
 * @top: whose
 */
struct row {
	struct esmtp_would_key key;
	u16 next;
	u64 count;
	struct esmtp_top top;
};

/**
 * struct esmtp_would - the rows of a policy
 * @lock: protects all that follows; taken with BH off
 * @lost: cases that there was no row for
 * @n: rows
 * @first: place of the first one of a hash, or NO_ROW
 * @row: these; which causes there are is up to the policy, not to what clients send
 */
struct esmtp_would {
	spinlock_t lock;
	u64 lost;
	u32 n;
	u16 first[ESMTP_WOULD_ROWS];
	struct row row[ESMTP_WOULD_ROWS];
};

static bool has_monitor(const struct esmtp_policy *p)
{
	u32 i;

	for (i = 0; i < p->nmaps; i++)
		if (p->maps[i].params.monitor)
			return true;
	return false;
}

/**
 * esmtp_would_alloc() - make the rows of a policy, if a map of it monitors
 * @kp: policy that esmtp_policy_seal() accepted
 *
 * Context: process context.
 * Return: 0 or -ENOMEM.
 */
int esmtp_would_alloc(struct esmtp_kpolicy *kp)
{
	struct esmtp_would *would;

	if (!has_monitor(&kp->p))
		return 0;
	would = kvzalloc(sizeof(*would), GFP_KERNEL_ACCOUNT);
	if (!would)
		return -ENOMEM;
	spin_lock_init(&would->lock);
	memset(would->first, 0xff, sizeof(would->first));
	kp->would = would;
	return 0;
}

/**
 * esmtp_would_free() - free the rows of a policy
 * @would: the rows, or NULL; nobody uses them any more
 *
 * Context: process context.
 */
void esmtp_would_free(struct esmtp_would *would)
{
	kvfree(would);
}

static bool is_same_key(const struct esmtp_would_key *a, const struct esmtp_would_key *b)
{
	return a->slot == b->slot && a->kind == b->kind && a->id == b->id;
}

static u16 *find_chain(struct esmtp_would *would, const struct esmtp_would_key *key)
{
	u32 hash = key->slot + key->id + 101u * key->kind;

	return &would->first[hash % ESMTP_WOULD_ROWS];
}

/* The row of a cause, made if there is none; NULL if there is no room. */
static struct row *get_row(struct esmtp_would *would, const struct esmtp_would_key *key)
{
	u16 *chain = find_chain(would, key);
	struct row *row;
	u16 i;

	for (i = *chain; i != NO_ROW; i = would->row[i].next)
		if (is_same_key(&would->row[i].key, key))
			return &would->row[i];
	if (would->n == ESMTP_WOULD_ROWS)
		return NULL;
	row = &would->row[would->n];
	row->key = *key;
	row->next = *chain;
	*chain = (u16)would->n++;
	return row;
}

static void count_case(struct esmtp_would *would, u32 slot, u8 kind, u8 id,
		       const struct esmtp_tuple *real)
{
	struct esmtp_would_key key = { .slot = slot, .kind = kind, .id = id };
	struct row *row;

	spin_lock_bh(&would->lock);
	row = get_row(would, &key);
	if (row) {
		row->count++;
		esmtp_top_count(&row->top, real->family, &real->src);
	} else {
		would->lost++;
	}
	spin_unlock_bh(&would->lock);
}

/**
 * esmtp_would_edit() - does an event of the engine mean that bytes leave changed?
 * @map: the inspection map
 * @id: enum esmtp_event_id
 *
 * What a rule edits is its own event's.
 *
 * Return: true if so.
 */
bool esmtp_would_edit(const struct esmtp_map *map, u8 id)
{
	const struct esmtp_params *p = &map->params;

	switch (id) {
	case ESMTP_EV_BANNER_MASKED:
	case ESMTP_EV_COMMAND_MASKED:
	case ESMTP_EV_COMMAND_SHORT:
	case ESMTP_EV_COMMAND_LONG:
	case ESMTP_EV_BARE_CR:
	case ESMTP_EV_KEYWORD_MASKED:
	case ESMTP_EV_ADDRESS_CHAR:
	case ESMTP_EV_AUTH_MASKED:
	case ESMTP_EV_MESSAGE_REFUSED:
	case ESMTP_EV_CHUNK_REFUSED:
		return true;
	case ESMTP_EV_BARE_LF:
		return p->termination.on && p->termination.act == ESMTP_ACT_NORMALIZE;
	case ESMTP_EV_ADDRESS_SPECIAL:
	case ESMTP_EV_ADDRESS_EXPANSION:
	case ESMTP_EV_ADDRESS_SHELL:
	case ESMTP_EV_PARAMETER_ODD:
	case ESMTP_EV_PARAMETER_CONTROL:
		return p->special.on && p->special.act == ESMTP_ACT_MASK;
	}
	return false;
}

static void note_seen(struct esmtp_would_tally *t, u8 id)
{
	t->seen[id / 64] |= 1ull << id % 64;
}

/* A keyword whose rule has not come is masked by itself. */
static void settle_keyword(struct esmtp_would_tally *t)
{
	if (t->keyword)
		note_seen(t, ESMTP_EV_KEYWORD_MASKED);
	t->keyword = false;
}

/* What ends is counted as the end. */
static void note_rule(struct esmtp_would_tally *t, const struct esmtp_rule *r, u8 rule)
{
	t->last = rule;
	if (r->act != ESMTP_ACT_MASK && r->act != ESMTP_ACT_STRIP)
		return;
	t->rules |= 1ull << rule;
	if (r->crit == ESMTP_CRIT_EHLO_PARAM)
		t->keyword = false;
	else
		t->verb = true;
}

/**
 * esmtp_would_event() - see an event of the engine
 * @t: the packet's
 * @s: the session
 * @ev: what was seen
 *
 * A keyword or command that is masked for a rule is the rule's alone: the engine tells of
 * the keyword first, and of the command behind it.
 *
 * Context: softirq or BH off, under the lock of the connection.
 */
void esmtp_would_event(struct esmtp_would_tally *t, const struct esmtp_session_head *s,
		       const struct esmtp_event *ev)
{
	if (!s->map->params.monitor || s->would)
		return;
	if (ev->id == ESMTP_EV_RULE) {
		note_rule(t, &s->map->rules[ev->rule], ev->rule);
	} else if (ev->id == ESMTP_EV_KEYWORD_MASKED) {
		settle_keyword(t);
		t->keyword = true;
	} else if (ev->id == ESMTP_EV_COMMAND_MASKED && t->verb) {
		t->verb = false;
	} else if (ev->id == ESMTP_EV_UNREAD || esmtp_would_edit(s->map, ev->id)) {
		note_seen(t, ev->id);
	}
}

/* Is it a rule of the map that would have ended the connection? */
static bool is_rules_end(u8 why)
{
	return why == ESMTP_R_RULE_DROP || why == ESMTP_R_RATE;
}

static void count_end(struct esmtp_would *would, u32 slot, const struct esmtp_would_tally *t,
		      u8 why, const struct esmtp_tuple *real)
{
	if (is_rules_end(why))
		count_case(would, slot, ESMTP_WOULD_RULE, t->last, real);
	else
		count_case(would, slot, ESMTP_WOULD_END, why, real);
}

/**
 * esmtp_would_packet() - count a packet of a connection whose map monitors
 * @t: what was seen in it
 * @kp: the policy of its connection
 * @slot: first counter of the connection's bind
 * @s: the session, which has read it; is marked when its end is counted
 * @real: the connection
 *
 * Context: softirq or BH off, under the lock of the connection.
 */
void esmtp_would_packet(const struct esmtp_would_tally *t, const struct esmtp_kpolicy *kp,
			u32 slot, struct esmtp_session_head *s,
			const struct esmtp_tuple *real)
{
	struct esmtp_would_tally all = *t;
	u32 i;

	settle_keyword(&all);
	for (; all.rules; all.rules &= all.rules - 1)
		count_case(kp->would, slot, ESMTP_WOULD_RULE, __ffs64(all.rules), real);
	for (i = 0; i < ARRAY_SIZE(all.seen); i++)
		for (; all.seen[i]; all.seen[i] &= all.seen[i] - 1)
			count_case(kp->would, slot, ESMTP_WOULD_SEEN,
				   i * 64 + __ffs64(all.seen[i]), real);
	if (s->would && !s->told)
		count_end(kp->would, slot, t, s->would, real);
	s->told = !!s->would;
}

/* A row of the replaced policy becomes one of a policy that nobody else has yet. */
static void carry_row(struct esmtp_would *to, u32 slot, const struct row *from,
		      const u8 *rules)
{
	struct esmtp_would_key key = from->key;
	struct row *row;

	key.slot = slot;
	if (key.kind == ESMTP_WOULD_RULE)
		key.id = rules[key.id];
	if (key.kind == ESMTP_WOULD_RULE && key.id == ESMTP_MAP_RULES)
		return;
	row = get_row(to, &key);
	if (!row)
		return;
	row->count = from->count;
	row->top = from->top;
}

/**
 * esmtp_would_carry() - carry over the rows of a class
 * @kp: policy with fresh rows
 * @slot: first counter of the class in it
 * @old: policy that it is to replace
 * @old_slot: first counter of the class in that
 * @rules: for each rule of the old map, the same one's place in the new map, or
 *	ESMTP_MAP_RULES
 *
 * Context: process context.
 */
void esmtp_would_carry(struct esmtp_kpolicy *kp, u32 slot, const struct esmtp_kpolicy *old,
		       u32 old_slot, const u8 *rules)
{
	struct esmtp_would *from = old->would;
	u32 i;

	if (!kp->would || !from)
		return;
	spin_lock_bh(&from->lock);
	for (i = 0; i < from->n; i++)
		if (from->row[i].key.slot == old_slot)
			carry_row(kp->would, slot, &from->row[i], rules);
	spin_unlock_bh(&from->lock);
}

/**
 * esmtp_would_clear() - set rows to zero
 * @would: the rows, or NULL
 * @from: first counter of the first class
 * @end: first counter behind the last one
 *
 * Context: process context.
 */
void esmtp_would_clear(struct esmtp_would *would, u32 from, u32 end)
{
	struct row *row;
	u32 i;

	if (!would)
		return;
	spin_lock_bh(&would->lock);
	/* of which class they were is not known: they go with the first */
	if (!from)
		would->lost = 0;
	for (i = 0; i < would->n; i++) {
		row = &would->row[i];
		if (row->key.slot - from >= end - from)
			continue;
		row->count = 0;
		memset(&row->top, 0, sizeof(row->top));
	}
	spin_unlock_bh(&would->lock);
}

/**
 * esmtp_would_rows() - number of rows
 * @would: the rows, or NULL
 *
 * Return: how many; they only become more.
 */
u32 esmtp_would_rows(const struct esmtp_would *would)
{
	return would ? READ_ONCE(would->n) : 0;
}

/**
 * esmtp_would_lost() - cases that there was no row for
 * @would: the rows, or NULL
 *
 * Return: how many.
 */
u64 esmtp_would_lost(const struct esmtp_would *would)
{
	return would ? READ_ONCE(would->lost) : 0;
}

/**
 * esmtp_would_row() - read a row
 * @would: the rows
 * @i: which, below esmtp_would_rows()
 * @row: set to it
 *
 * Context: process context.
 */
void esmtp_would_row(struct esmtp_would *would, u32 i, struct esmtp_would_row *row)
{
	const struct row *at = &would->row[i];

	spin_lock_bh(&would->lock);
	row->key = at->key;
	row->count = at->count;
	row->n = esmtp_top_best(&at->top, row->best);
	spin_unlock_bh(&would->lock);
}
