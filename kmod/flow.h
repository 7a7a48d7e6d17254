/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_FLOW_H
#define _NF_ESMTP_FLOW_H

#include <linux/cache.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <esmtp/stream.h>

#include "quota.h"

struct esmtp_net;
struct esmtp_pkt;
struct nf_hook_state;
struct sk_buff;

/**
 * struct esmtp_inspected - an inspected connection, from its first payload on
 * @lock: protects @ins; taken in softirq, or with BH off
 * @resized: acknowledgements must be turned back; counted in the pool
 * @ins: the stream engine's state
 *
 * Its flow frees it.
 */
struct esmtp_inspected {
	spinlock_t lock;
	bool resized;
	struct esmtp_inspect ins;
};

/**
 * struct esmtp_flow - what the policy said of a connection
 * @kp: the policy in force when the connection began; pinned
 * @share: where it is counted, by limits of connections; NULL for nowhere
 * @inspected: NULL until there is payload to inspect
 * @packets: seen
 * @begun: seconds of the monotonic clock
 * @slot: first counter of its bind, valid if @pass says GO or EXEMPT
 * @map: 1 + the inspection map's index, or 0; see esmtp_flow_map()
 * @pass: what becomes of its packets: ESMTP_GO to inspect them
 * @rcu: delays the end of all of it
 */
struct esmtp_flow {
	struct esmtp_kpolicy *kp;
	struct esmtp_share *share;
	struct esmtp_inspected __rcu *inspected;
	atomic64_t packets;
	u32 begun;
	u16 slot;
	u8 map;
	u8 pass;
	struct rcu_head rcu;
};

/* The inspection map of a connection, or NULL. */
static inline const struct esmtp_map *esmtp_flow_map(const struct esmtp_flow *flow)
{
	return flow->map ? &flow->kp->p.maps[flow->map - 1] : NULL;
}

/* How a connection began, as far as this module saw it. */
enum esmtp_begin {
	ESMTP_BEGIN_UNSEEN,
	ESMTP_BEGIN_SYN,
	ESMTP_BEGIN_MIDSTREAM,
	ESMTP_BEGIN_LOCAL,		/* this machine's, and left out */
};

/**
 * struct esmtp_mark - in the helper extension of a connection
 * @flow: NULL until the connection is confirmed
 * @isn: by conntrack direction: sequence number after the SYN
 * @again: the same for the client's latest SYN
 * @half: how it was counted as half-open, 0 if it is not
 * @shift: once intercepted: what is added to the server's sequence numbers; before
 *	its SYN is there, the sequence number of ours
 * @fixed: 1 << direction of those that the other end has acknowledged
 * @begin: enum esmtp_begin
 * @intercept: enum esmtp_intercept
 *
 * The helper extension gives lifetime, keeps the connection off flowtables and
 * can be added only before the connection is confirmed. What hangs off it is
 * made only afterwards: helper->destroy is never called for a connection that
 * was not confirmed.
 */
struct esmtp_mark {
	struct esmtp_flow __rcu *flow;
	u32 isn[IP_CT_DIR_MAX];
	u32 again;
	u32 half;
	u32 shift;
	u8 fixed;
	u8 begin;
	u8 intercept;
};

int esmtp_flow_init(void);
void esmtp_flow_exit(void);
void esmtp_flow_flush(struct net *net);
struct esmtp_mark *esmtp_flow_mark(const struct nf_conn *ct);
enum esmtp_reason esmtp_flow_begin(struct nf_conn *ct, enum esmtp_begin begin);
struct esmtp_flow *esmtp_flow_get(struct esmtp_net *en, struct nf_conn *ct,
				  struct esmtp_mark *mark,
				  enum ip_conntrack_dir dir,
				  const struct nf_hook_state *state,
				  enum esmtp_reason *why);
struct esmtp_inspected *esmtp_flow_inspect(struct esmtp_net *en,
					   const struct esmtp_mark *mark,
					   struct esmtp_flow *flow);
void esmtp_flow_renew(struct nf_conn *ct, struct esmtp_mark *mark);
void esmtp_flow_ended(struct nf_conn *ct, bool again);

/* part.c */
bool esmtp_part(const struct nf_conn *ct, const struct esmtp_mark *mark,
		struct sk_buff_head *resets);

/* spec.c */
bool esmtp_flow_wanted(const struct esmtp_policy *p, const struct nf_conn *ct);
void esmtp_flow_tuples(const struct nf_conn *ct, struct esmtp_flowspec *spec);
void esmtp_flow_spec(const struct nf_conn *ct, enum ip_conntrack_dir dir,
		     const struct nf_hook_state *state,
		     struct esmtp_flowspec *spec);

/* hook.c: what conntrack calls for a connection that has our helper */
int esmtp_hook_help(struct sk_buff *skb, unsigned int protoff,
		    struct nf_conn *ct, enum ip_conntrack_info ctinfo);

/* limits.c */
bool esmtp_limit_bounds(const struct esmtp_kpolicy *kp, const struct nf_conn *ct,
			const struct nf_hook_state *state, struct esmtp_bounds *b);
enum esmtp_reason esmtp_limit_full(struct esmtp_kpolicy *kp,
				   const struct nf_conn *ct,
				   const struct esmtp_bounds *b);
enum esmtp_reason esmtp_limit_enter(struct esmtp_flow *flow,
				    const struct nf_conn *ct,
				    const struct esmtp_flowspec *spec);
void esmtp_limit_watch(struct esmtp_flow *flow, const struct nf_conn *ct);

/* embryonic.c */
bool esmtp_embryonic_enter(struct esmtp_kpolicy *kp, const struct nf_conn *ct,
			   const struct esmtp_bounds *b, bool vouched, u32 *how);
void esmtp_embryonic_leave(struct esmtp_mark *mark, const struct nf_conn *ct,
			   const struct esmtp_flow *flow);
void esmtp_embryonic_watch(struct esmtp_mark *mark, const struct nf_conn *ct,
			   const struct esmtp_flow *flow);

/* inspect.c */
int esmtp_inspected_init(void);
void esmtp_inspected_exit(void);
struct esmtp_inspected *esmtp_inspected_alloc(const struct esmtp_map *map,
					      const struct esmtp_mark *mark);
void esmtp_inspected_close(struct esmtp_inspected *in, struct esmtp_pool *pool);
void esmtp_inspected_free(struct esmtp_inspected *in);

/* Has inspection ended the connection? A hint, read without the lock. */
static inline bool esmtp_inspected_ended(const struct esmtp_inspected *in)
{
	return in && READ_ONCE(in->ins.session.mode) == ESMTP_MODE_CLOSED;
}

enum esmtp_reason esmtp_inspect_packet(struct esmtp_net *en, struct esmtp_flow *flow,
				       struct esmtp_inspected *in,
				       struct esmtp_pkt *pkt, enum esmtp_dir dir);

#endif /* _NF_ESMTP_FLOW_H */
