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
 * @ended: connections that inspection ended, by cause; each is counted once
 * @event: what the core saw
 * @sent: segments of the engine's own, but for those made of a packet
 * @unsent: the same, where there was no way to send one
 * @unkept: SYNs of intercepted connections that would not be sent again
 * @unlearned: answers of servers that there was no place to remember
 * @broken: intercepted connections whose server did not do what was promised
 */
struct esmtp_stats {
	u64 reason[ESMTP_REASON_MAX];
	u64 ended[ESMTP_REASON_MAX];
	u64 event[ESMTP_EVENT_MAX];
	u64 sent;
	u64 unsent;
	u64 unkept;
	u64 unlearned;
	u64 broken;
};

enum { ESMTP_CACHE_LINE = 64 };	/* bytes, or fewer */

/**
 * struct esmtp_net - one network namespace
 * @policy: in force; NULL while the namespace is idle
 * @stats: per CPU; allocated with the first policy, then kept
 * @cleared: what the counters of drops were when they were cleared, or NULL
 * @audit: the last records; allocated with @stats
 * @flows: inspected connections alive
 * @judged: connections that a policy was asked of, ever; the last one's identifier
 * @limited: flows that limits of connections count
 * @intercepted: connections whose server the client knows by other numbers, or will once
 *	it has answered
 * @cookie: jiffies of the last SYN cookie, 0 for none
 * @openings: SYNs of intercepted connections; allocated with the hooks
 * @servers: what may be promised of them; allocated with the first policy that limits
 *	connections, freed with the hooks
 * @apart: keeps what is written for each inspected packet off the line of what each packet
 *	of any port reads
 * @pool: bytes of packet memory held for all flows
 * @lock: serialises the commands that change something: netlink does not
 * @generation: of the last policy
 * @hooked: hooks are registered and conntrack is held
 * @more: names counters that no other plane has, or NULL
 * @hooks: while @hooked, see hook/early.h
 * @begun: of the hooks: marks connections whose SYN passed them
 */
struct esmtp_net {
	struct esmtp_kpolicy __rcu *policy;
	struct esmtp_stats __percpu *stats;
	struct esmtp_cleared *cleared;
	struct esmtp_audit *audit;
	struct esmtp_openings *openings;
	struct esmtp_servers *servers;
	unsigned long cookie;
	atomic_t limited;
	atomic_t intercepted;
	u8 apart[ESMTP_CACHE_LINE];
	struct esmtp_pool pool;
	atomic_t flows;
	atomic_t judged;
	struct mutex lock;		/* see above */
	u32 generation;
	bool hooked;
	void (*more)(void (*fn)(void *ctx, const char *name, u64 value), void *ctx);
	struct esmtp_hooks *hooks;
	u64 begun;
};

/* Namespaces in which the default policy is put in force by itself. */
enum esmtp_start {
	ESMTP_START_NOWHERE,
	ESMTP_START_INITIAL,
	ESMTP_START_EVERYWHERE,
};

struct esmtp_net *esmtp_net(const struct net *net);
int esmtp_net_replace(struct net *net, struct esmtp_kpolicy *kp,
		      const u32 *expect, struct netlink_ext_ack *extack);
struct esmtp_kpolicy *esmtp_net_policy_get(const struct esmtp_net *en);
int esmtp_net_init(enum esmtp_start start);
void esmtp_net_exit(void);

/* view.c: what /proc and netlink show alike */

/* A place among the connections of a namespace to go on from. */
struct esmtp_cursor {
	u32 bucket;
	u32 skip;			/* connections of the bucket already seen */
};

struct esmtp_conn;
struct esmtp_inspect;

int esmtp_view_clear_drops(struct esmtp_net *en);

void esmtp_view_state(struct esmtp_conn *c, u8 pass, const struct esmtp_inspect *ins);
void esmtp_view_stats(const struct esmtp_net *en,
		      void (*fn)(void *ctx, const char *name, u64 value),
		      void *ctx);
bool esmtp_view_conns(struct net *net, struct esmtp_cursor *cursor,
		      bool (*fn)(void *ctx, const struct esmtp_conn *c),
		      void *ctx);

/* hook.c: may sleep. Hooks may run before the first policy is published and, for a grace
 * period after esmtp_hook_unregister(), after one without a service was: they pass
 * everything then.
 */
int esmtp_hook_register(struct net *net);
void esmtp_hook_unregister(struct net *net);
void esmtp_hook_release(struct net *net);

/* early.c: called with the namespace's lock held, while the hooks are registered */
int esmtp_early_start(struct esmtp_net *en, const struct esmtp_policy *p);

/* proc.c */
int esmtp_proc_init(struct net *net);
void esmtp_proc_exit(struct net *net);

/* netlink.c */
int esmtp_netlink_init(void);
void esmtp_netlink_exit(void);

/* conn_walk.c: for the views */

/**
 * struct esmtp_conn - a snapshot of one connection, for /proc and netlink
 * @real: its ends, as they are behind any translation
 * @wire: the same, as they are on the wire before it
 * @client_if: name of the interface on its client's side, empty for this machine
 * @server_if: the same on its server's
 * @id: its number, as in records
 * @idle: seconds since its last packet
 * @uptime: seconds since it began
 * @generation: of its policy
 * @state: one word, see name_conn_state()
 * @map: name of its inspection map, NULL if it is not inspected
 * @reason: name of why it was ended, NULL unless it was
 * @packets: judged
 * @bytes: of payload, by direction
 * @clear: set by whoever wants it ended
 */
struct esmtp_conn {
	struct esmtp_tuple real, wire;
	char client_if[ESMTP_IFNAME_LEN];
	char server_if[ESMTP_IFNAME_LEN];
	u32 id;
	u32 idle;
	u32 uptime;
	u32 generation;
	const char *state;
	const char *map;
	const char *reason;
	u64 packets;
	u64 bytes[ESMTP_DIR_MAX];
	bool *clear;
};

/* Calls @fn for every connection of @net in conntrack buckets from *@bucket on;
 * *@bucket is the one at hand whenever @fn runs. @fn returns false to stop, and
 * *@bucket then says where, to go on from there with the whole bucket again.
 * Process context; @fn must not sleep.
 */
void esmtp_conn_walk(struct net *net, u32 *bucket,
		     bool (*fn)(void *ctx, const struct esmtp_conn *c),
		     void *ctx);

#endif /* _NF_ESMTP_NET_H */
