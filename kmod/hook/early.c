// SPDX-License-Identifier: GPL-2.0
/*
 * The hooks before conntrack, for what is acknowledged: of streams that leave with other
 * numbers than they came, and SYN cookies. Each packet of each port pays for them, so they
 * are not there before they may have something to do: before a policy is published that
 * changes a length or limits connections, and so before the first packet that it judges.
 *
 * They stay until the namespace is served no more. To take them away sooner would be to
 * know of each connection, and each cookie, which policy it is of; and whenever a hook is
 * unregistered, netfilter drops what waits in any queue to user space.
 */
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>

#include "control/net.h"
#include "early.h"
#include "limit/servers.h"

enum { PRIORITY = NF_IP_PRI_CONNTRACK - 1 };

static const struct nf_hook_ops early_hooks[ESMTP_EARLY_HOOKS] = {
	{
		.hook = esmtp_hook_before,
		.pf = NFPROTO_INET,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = PRIORITY,
	}, {
		.hook = esmtp_hook_before,
		.pf = NFPROTO_INET,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = PRIORITY,
	},
};

/* Whatever a limit counts may come to be intercepted. */
static bool is_needed_by(const struct esmtp_policy *p)
{
	u32 i;

	if (p->limits_any)
		return true;
	for (i = 0; i < p->nbinds; i++)
		if (p->binds[i].verdict == ESMTP_CLASSIFY_INSPECT &&
		    esmtp_map_resizes(&p->maps[p->binds[i].map]))
			return true;
	return false;
}

/**
 * esmtp_early_init() - prepare a namespace whose packets are to be seen
 * @hooks: its hooks; @hooks->en and @hooks->net are set
 *
 * Context: process context.
 */
void esmtp_early_init(struct esmtp_hooks *hooks)
{
	u32 i;

	for (i = 0; i < ESMTP_EARLY_HOOKS; i++) {
		hooks->early[i] = early_hooks[i];
		hooks->early[i].priv = hooks->en;
	}
}

static int start_limits(struct esmtp_net *en)
{
	struct esmtp_servers *s;

	if (en->servers)
		return 0;
	s = esmtp_servers_alloc();
	/* packets may be on their way: the table is empty before they see it */
	smp_store_release(&en->servers, s);
	return s ? 0 : -ENOMEM;
}

/**
 * esmtp_early_start() - a policy is about to be published
 * @en: the namespace, which was initialised
 * @p: the policy
 *
 * Context: process context, under the namespace's lock; may sleep.
 * Return: 0 or a negative errno.
 */
int esmtp_early_start(struct esmtp_net *en, const struct esmtp_policy *p)
{
	int err = p->limits_any ? start_limits(en) : 0;

	if (err || en->hooks->early_on || !is_needed_by(p))
		return err;
	err = nf_register_net_hooks(en->hooks->net, en->hooks->early, ESMTP_EARLY_HOOKS);
	en->hooks->early_on = !err;
	return err;
}

/**
 * esmtp_early_stop() - the packets of a namespace are to go by
 * @en: the namespace
 *
 * Context: process context, under the namespace's lock; may sleep. A grace period is to follow.
 */
void esmtp_early_stop(struct esmtp_net *en)
{
	if (en->hooks->early_on)
		nf_unregister_net_hooks(en->hooks->net, en->hooks->early, ESMTP_EARLY_HOOKS);
	en->hooks->early_on = false;
}
