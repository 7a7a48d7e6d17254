/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_EARLY_H
#define _NF_ESMTP_EARLY_H

#include <linux/netfilter.h>

struct esmtp_net;
struct esmtp_policy;
struct net;

enum {
	ESMTP_HOOKS = 3,		/* behind conntrack, of hook.c */
	ESMTP_EARLY_HOOKS = 2,		/* before it, of early.c */
};

/**
 * struct esmtp_hooks - the hooks of a namespace
 * @en: the namespace
 * @net: the same
 * @ops: those behind conntrack
 * @early: those before it
 * @early_on: those are registered; protected by the namespace's lock
 */
struct esmtp_hooks {
	struct esmtp_net *en;
	struct net *net;
	struct nf_hook_ops ops[ESMTP_HOOKS];
	struct nf_hook_ops early[ESMTP_EARLY_HOOKS];
	bool early_on;
};

/* hook.c */
unsigned int esmtp_hook_before(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state);

void esmtp_early_init(struct esmtp_hooks *hooks);
void esmtp_early_stop(struct esmtp_net *en);

#endif /* _NF_ESMTP_EARLY_H */
