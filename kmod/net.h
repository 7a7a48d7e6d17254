/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_NET_H
#define _NF_ESMTP_NET_H

#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <net/net_namespace.h>
#include <esmtp/core.h>

#include "memory.h"
#include "policy.h"

/**
 * struct esmtp_stats - counters of one namespace on one CPU
 * @reason: packets, by how they ended
 * @event: what the core saw
 * @sent: segments of the engine's own, but for those made of a packet
 * @unsent: the same, where there was no way to send one
 * @unkept: SYNs of intercepted connections that would not be sent again
 */
struct esmtp_stats {
	u64 reason[ESMTP_REASON_MAX];
	u64 event[ESMTP_EVENT_MAX];
	u64 sent;
	u64 unsent;
	u64 unkept;
};

/**
 * struct esmtp_net - one network namespace
 * @policy: in force; NULL while the namespace is idle
 * @stats: per CPU; allocated with the first policy, then kept
 * @audit: the last records; allocated with @stats
 * @flows: inspected connections alive
 * @intercepted: connections whose server the client knows by other numbers
 * @cookie: jiffies of the last SYN cookie, 0 for none
 * @openings: SYNs of intercepted connections; allocated with the hooks
 * @pool: bytes of packet memory held for all flows
 * @lock: serialises changes of @policy and the hooks
 * @generation: of the last policy
 * @hooked: hooks are registered and conntrack is held
 * @more: names counters that no other plane has, or NULL
 */
struct esmtp_net {
	struct esmtp_kpolicy __rcu *policy;
	struct esmtp_stats __percpu *stats;
	struct esmtp_audit *audit;
	atomic_t flows;
	atomic_t intercepted;
	unsigned long cookie;
	struct esmtp_openings *openings;
	struct esmtp_pool pool;
	struct mutex lock;		/* see above */
	u32 generation;
	bool hooked;
	void (*more)(void (*fn)(void *ctx, const char *name, u64 value), void *ctx);
};

struct esmtp_net *esmtp_net(const struct net *net);
int esmtp_net_replace(struct net *net, struct esmtp_kpolicy *kp,
		      const u32 *expect, struct netlink_ext_ack *extack);
struct esmtp_kpolicy *esmtp_net_policy_get(const struct esmtp_net *en);
int esmtp_net_init(bool all_netns);
void esmtp_net_exit(void);

/* view.c: what /proc and netlink show alike */

/* A place among the connections of a namespace to go on from. */
struct esmtp_cursor {
	u32 bucket;
	u32 skip;			/* connections of the bucket already seen */
};

struct esmtp_conn;
struct esmtp_inspect;

void esmtp_view_state(struct esmtp_conn *c, u8 pass, const struct esmtp_inspect *ins);
void esmtp_view_stats(const struct esmtp_net *en,
		      void (*fn)(void *ctx, const char *name, u64 value),
		      void *ctx);
bool esmtp_view_conns(struct net *net, struct esmtp_cursor *cursor,
		      bool (*fn)(void *ctx, const struct esmtp_conn *c),
		      void *ctx);

/* hook.c: called with a mutex held; may sleep. Hooks may run before the first
 * policy is published and, until esmtp_hook_unregister() returns, after one
 * without a service was: they pass everything then.
 */
int esmtp_hook_register(struct net *net);
void esmtp_hook_unregister(struct net *net);

/* proc.c */
int esmtp_proc_init(struct net *net);
void esmtp_proc_exit(struct net *net);

/* netlink.c */
int esmtp_netlink_init(void);
void esmtp_netlink_exit(void);

/* walk.c: for the views */

/**
 * struct esmtp_conn - a snapshot of one connection, for /proc and netlink
 */
struct esmtp_conn {
	struct esmtp_tuple real;
	const char *state;
	const char *map;		/* NULL if not inspected */
	const char *reason;		/* NULL unless closed */
	u64 packets;
	u64 bytes[ESMTP_DIR_MAX];
};

/* Calls @fn for every connection of @net in conntrack buckets from *@bucket on;
 * *@bucket is the one at hand whenever @fn runs. @fn returns false to stop, and
 * *@bucket then says where, to go on from there with the whole bucket again.
 * Process context; @fn must not sleep.
 */
void esmtp_flow_walk(struct net *net, u32 *bucket,
		     bool (*fn)(void *ctx, const struct esmtp_conn *c),
		     void *ctx);

#endif /* _NF_ESMTP_NET_H */
