// SPDX-License-Identifier: GPL-2.0
/*
 * Connections older than the inspection: dumped from conntrack when a policy that may
 * apply to them is put in force, after the queues are open. A connection that the policy
 * before could concern is none of them: its beginning was seen, and if it is not known any
 * more it was forgotten, as it was idle, ended, or hit by a RST. It is not let pass unread.
 */
#include "pickup.h"

#include <errno.h>

#include <stdio.h>

#include "ct.h"
#include "flow.h"
#include "plane.h"

/* The policy that comes, the one before it or NULL, and older connections without a place. */
struct change {
	const struct esmtp_policy *to, *from;
	unsigned int unfit, forgotten;
};

static bool is_newly_wanted(const struct change *c, u16 sport, u16 dport)
{
	return esmtp_policy_wants(c->to, sport, dport) &&
	       !(c->from && esmtp_policy_wants(c->from, sport, dport));
}

static bool is_older(const struct change *c, const struct esmtp_flowspec *spec)
{
	return is_newly_wanted(c, spec->real.sport, spec->real.dport) ||
	       is_newly_wanted(c, spec->wire.sport, spec->wire.dport);
}

static void add_older_flow(struct change *c, const struct esmtp_flowspec *spec,
			   enum ct_life life)
{
	struct flow_key key;
	struct chain *chain;
	struct flow *flow;
	bool src_lo;

	flow_key_of(&key, &spec->real, &src_lo);
	chain = table_lock(&key);
	if (table_find(chain, &key))
		goto known;
	flow = table_add(chain, &key, life == CT_OPEN ? FLOW_OPEN : FLOW_HALF_OPEN,
			 flow_clock());
	if (flow) {
		flow->begin = FLOW_BEGIN_PICKUP;
		flow->fixed = 3;	/* its sequence numbers are not used */
		flow->client_lo = src_lo;
		flow->spec = *spec;
	} else if (errno == ENOSPC) {
		c->forgotten += !bypassed_add(&key, true);
		plane_count(PLANE_UNFIT);
		c->unfit++;
	}
known:
	table_unlock(chain);
}

static void note_older_conn(const struct esmtp_flowspec *spec, enum ct_life life, void *ctx)
{
	if (life != CT_OVER && is_older(ctx, spec))
		add_older_flow(ctx, spec, life);
}

/* Is there a port that the new policy could concern, and the one before could not? */
static bool is_widened(const struct change *c)
{
	u32 port;

	if (!c->from || !c->from->nservices)
		return true;
	for (port = 0; port <= U16_MAX; port++)
		if (is_newly_wanted(c, (u16)port, 0) || is_newly_wanted(c, 0, (u16)port))
			return true;
	return false;
}

static void tell_unfit(const struct change *c)
{
	static const char *const become[] = {
		[ESMTP_ON_PICKUP_BYPASS] = "go on unread",
		[ESMTP_ON_PICKUP_DROP] = "are dropped",
		[ESMTP_ON_PICKUP_RESET] = "are reset",
	};

	fprintf(stderr, "esmtp-queued: %u connections older than the inspection have no place among %u (--max-flows): they %s\n",
		c->unfit, plane_options.max_flows, become[c->to->pickup]);
	if (c->forgotten)
		fprintf(stderr, "esmtp-queued: %u of them are too many to be remembered: they are dropped\n",
			c->forgotten);
}

/**
 * pickup_scan() - add the connections that conntrack knows already
 * @to: the policy that is put in force, sealed
 * @from: the one that was in force, or NULL
 *
 * Those that have no place in the table are told, and what the policy's pickup says.
 *
 * Context: the control thread while no packet is looked at, or before there are others:
 * no connection begins meanwhile.
 * Return: 0 or a negative errno.
 */
int pickup_scan(const struct esmtp_policy *to, const struct esmtp_policy *from)
{
	struct change c = { .to = to, .from = from };

	int err = to->nservices && is_widened(&c) ? ct_dump(note_older_conn, &c) : 0;

	if (c.unfit)
		tell_unfit(&c);
	return err;
}
