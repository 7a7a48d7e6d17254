/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_FLOW_H
#define _NF_ESMTP_FLOW_H

#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <net/netfilter/nf_conntrack.h>
#include <esmtp/closing.h>
#include <esmtp/walk.h>

#include "control/quota.h"
#include "inspect.h"

struct esmtp_net;
struct nf_hook_state;
struct sk_buff_head;

/* How far a connection has come whose client was answered in its server's place. */
enum esmtp_intercept {
	ESMTP_INTERCEPT_NONE,
	ESMTP_INTERCEPT_OPENING,	/* the server has the client's SYN */
	ESMTP_INTERCEPT_JOINED,		/* and has answered it */
};

/**
 * struct esmtp_half - where a connection is counted as half-open
 * @how: which limits, and since when; 0 if it is not counted
 * @limit: index of the server's limit in the policy, or ESMTP_NONE
 * @bind: index of the bind, or ESMTP_NONE
 */
struct esmtp_half {
	u32 how;
	u32 limit;
	u32 bind;
};

/**
 * struct esmtp_flow - a connection that concerns us
 * @node: in the table
 * @ct: its conntrack entry; the flow holds a reference
 * @en: its namespace
 * @net: the same
 * @kp: the policy in force when the flow was made; pinned
 * @share: where it is counted, by limits of connections; NULL for nowhere
 * @counted: among those that are inspected, see esmtp_quota_enter_inspected()
 * @inspected: NULL until there is payload to inspect
 * @packets: seen
 * @lock: taken with BH off; protects the change of @stage, @shift and @intercept
 * @isn: by enum esmtp_dir: sequence number after the SYN; 0 for one that is older
 * @closing: how far it has come to its end
 * @sides: by enum esmtp_dir: index of the interface that its packets enter by, 0 for
 *	this machine, -1 while it is not known
 * @devs: by enum esmtp_dir: index of the interface that its packets enter by as a
 *	policy calls it, the bridge and not its port; 0 for this machine
 * @id: identifier of the connection in its namespace
 * @last: jiffies when a packet of it passed last
 * @begun: seconds of the monotonic clock
 * @half: where it is counted as half-open
 * @shift: once intercepted: what is added to the server's sequence numbers; before
 *	its SYN is there, the sequence number of ours
 * @stamp: the same of the server's timestamps
 * @promise: what its client was told that they agree on; see limit/promise.c
 * @window: the client's, before it was scaled
 * @slot: first counter of its bind, valid if @pass says GO or EXEMPT
 * @map: 1 + the inspection map's index, or 0; see esmtp_flow_map()
 * @pass: what becomes of its packets: ESMTP_R_GO to inspect them
 * @clear: its next packet is to end it
 * @stage: enum esmtp_stage, from ESMTP_STAGE_SYN on: its SYN was counted or vouched for; what
 *	the policy says is valid from ESMTP_STAGE_JUDGED on
 * @intercept: enum esmtp_intercept
 * @rcu: delays the end of all of it
 */
struct esmtp_flow {
	struct hlist_node node;
	struct nf_conn *ct;
	struct esmtp_net *en;
	const struct net *net;
	struct esmtp_kpolicy *kp;
	struct esmtp_share *share;
	struct esmtp_inspected __rcu *inspected;
	atomic64_t packets;
	spinlock_t lock;		/* see above */
	u32 isn[ESMTP_DIR_MAX];
	struct esmtp_closing closing;
	int sides[ESMTP_DIR_MAX];
	int devs[ESMTP_DIR_MAX];
	u32 id;
	unsigned long last;
	u32 begun;
	struct esmtp_half half;
	u32 counted;
	u32 shift;
	u32 stamp;
	u16 promise;
	u16 window;
	u16 slot;
	u8 map;
	u8 pass;
	bool clear;
	u8 stage;
	u8 intercept;
	struct rcu_head rcu;
};

/* The inspection map of a connection, or NULL. */
static inline const struct esmtp_map *esmtp_flow_map(const struct esmtp_flow *flow)
{
	return flow->map ? &flow->kp->p.maps[flow->map - 1] : NULL;
}

/* Has the policy been asked? If so, what it said is there to be read. */
static inline bool esmtp_flow_judged(const struct esmtp_flow *flow)
{
	/* pairs with the release of who judges */
	return smp_load_acquire(&flow->stage) == ESMTP_STAGE_JUDGED;
}

static inline enum esmtp_dir esmtp_flow_dir(enum ip_conntrack_dir dir)
{
	BUILD_BUG_ON((int)IP_CT_DIR_ORIGINAL != ESMTP_C2S);
	BUILD_BUG_ON((int)IP_CT_DIR_REPLY != ESMTP_S2C);
	return (enum esmtp_dir)dir;
}

int esmtp_flow_init(void);
void esmtp_flow_exit(void);
void esmtp_flow_flush(struct net *net);
struct esmtp_flow *esmtp_flow_get(struct esmtp_net *en, struct esmtp_kpolicy *kp,
				  struct nf_conn *ct, enum esmtp_reason *why);
struct esmtp_inspected *esmtp_flow_inspect(struct esmtp_flow *flow);
void esmtp_flow_drop(struct esmtp_flow *flow);
void esmtp_flow_age(struct esmtp_flow *flow);
void esmtp_flow_over(struct esmtp_flow *flow);
void esmtp_flow_ended(struct esmtp_flow *flow, bool again);
void esmtp_flow_passed(struct esmtp_flow *flow, enum esmtp_dir dir,
		       const struct esmtp_pkt *pkt);
u32 esmtp_flow_shift_seq(const struct esmtp_flow *flow, u32 seq);
bool esmtp_flow_shifted(const struct esmtp_flow *flow);

/* audit.c */
void esmtp_audit_dev_name(const struct esmtp_flow *flow, enum esmtp_dir dir, char *name);

/* reset_ends.c */
bool esmtp_reset_ends(const struct esmtp_flow *flow, struct sk_buff_head *resets);

/* tuple.c */
bool esmtp_tuple_wanted(const struct esmtp_policy *p, const struct nf_conn *ct);
void esmtp_tuple_addresses(const struct nf_conn *ct, struct esmtp_flowspec *spec);
void esmtp_tuple_spec(const struct nf_conn *ct, enum ip_conntrack_dir dir,
		      const struct nf_hook_state *state,
		      struct esmtp_flowspec *spec);

#endif /* _NF_ESMTP_FLOW_H */
