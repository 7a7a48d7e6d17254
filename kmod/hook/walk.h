/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the module gives the engine's walk of a packet (include/esmtp/walk.h), in three
 * files: walk.c for connections that are known, begin.c for their beginning, older.c for those
 * whose beginning was not seen.
 */
#ifndef _NF_ESMTP_WALK_H
#define _NF_ESMTP_WALK_H

#include <linux/netfilter.h>
#include <net/netfilter/nf_conntrack.h>
#include <esmtp/walk.h>

#include "conn/flow.h"
#include "control/policy.h"

struct esmtp_net;

/**
 * struct esmtp_hooked - a packet on its way through the hook
 * @walk: the engine's part of it
 * @pkt: the packet
 * @en: its namespace
 * @kp: the policy in force
 * @ct: its connection
 * @flow: the same as we know it, or NULL
 * @state: of the hook
 * @bounds: of a SYN: what limits its connection, valid if @bounded
 * @half: of a SYN: where its connection is counted as half-open
 * @bounded: limits may be against it
 * @vouched: its client has answered a cookie
 */
struct esmtp_hooked {
	struct esmtp_walk walk;
	struct esmtp_pkt pkt;
	struct esmtp_net *en;
	struct esmtp_kpolicy *kp;
	struct nf_conn *ct;
	struct esmtp_flow *flow;
	const struct nf_hook_state *state;
	struct esmtp_bounds bounds;
	struct esmtp_half half;
	bool bounded;
	bool vouched;
};

static inline struct esmtp_hooked *esmtp_hooked_of(const struct esmtp_walk *w)
{
	return container_of(w, struct esmtp_hooked, walk);
}

static inline enum ip_conntrack_dir esmtp_hooked_dir(const struct esmtp_hooked *h)
{
	return (enum ip_conntrack_dir)h->walk.dir;
}

/* begin.c: has its SYN passed these hooks? */
bool esmtp_hooked_asked(const struct esmtp_hooked *h);

/* walk.c */
enum esmtp_reason esmtp_hooked_inspect(struct esmtp_flow *flow, struct esmtp_pkt *pkt,
				       enum esmtp_dir dir);
void esmtp_hooked_see_flow(struct esmtp_hooked *h);
enum esmtp_reason esmtp_hooked_walk(struct esmtp_hooked *h);

#endif /* _NF_ESMTP_WALK_H */
