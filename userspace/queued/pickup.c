// SPDX-License-Identifier: GPL-2.0
/*
 * Connections that are older than the inspection: they are asked of conntrack when a
 * policy comes that could concern them, after the queues are open. Any other whose
 * beginning was not seen is one that idled, or had a RST forged, to be forgotten.
 */
#include "pickup.h"

#include "ct.h"
#include "flow.h"

static void note(const struct esmtp_flowspec *spec, enum ct_life life, void *ctx)
{
	const struct esmtp_policy *p = ctx;
	struct flow_key key;
	struct chain *chain;
	struct flow *flow;
	bool src_lo;

	if (life == CT_OVER || (!esmtp_policy_wants(p, spec->real.sport, spec->real.dport) &&
			       !esmtp_policy_wants(p, spec->wire.sport, spec->wire.dport)))
		return;
	flow_key_of(&key, &spec->real, &src_lo);
	chain = table_lock(&key);
	flow = table_find(chain, &key);
	if (!flow)
		flow = table_add(chain, &key, flow_clock());
	else
		flow = NULL;
	if (flow) {
		flow->begin = FLOW_BEGIN_PICKUP;
		flow->life = life == CT_OPEN ? FLOW_OPEN : FLOW_HALF_OPEN;
		flow->fixed = 3;	/* nobody asks for its numbers */
		flow->client_lo = src_lo;
		flow->spec = *spec;
	}
	table_unlock(chain);
}

/**
 * pickup_scan() - note the connections that conntrack knew before we do
 * @p: the policy that is coming into force, sealed
 *
 * Context: the control thread, or before there are others.
 * Return: 0 or a negative errno.
 */
int pickup_scan(const struct esmtp_policy *p)
{
	return ct_dump(note, (void *)p);
}
