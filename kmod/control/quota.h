/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_QUOTA_H
#define _NF_ESMTP_QUOTA_H

#include "policy.h"

/**
 * struct esmtp_share - where one connection is counted; zeros for nowhere
 * @limit: by `static`: its server, or NULL
 * @hosts: by `set connection`: the hosts of its class, or NULL
 * @server: its server in @hosts, or NULL
 * @client: its client in @hosts, or NULL
 * @counted: it is counted now
 * @proved: its client is known to be at its address
 *
 * The owner pins the policy by which it was entered.
 */
struct esmtp_share {
	struct esmtp_limit_count *limit;
	struct esmtp_hosts *hosts;
	struct esmtp_host *server, *client;
	u32 counted;
	bool proved;
};

/**
 * struct esmtp_excess - why a connection may not be
 * @now: connections that there are
 * @max: connections that there may be
 */
struct esmtp_excess {
	u32 now, max;
};

/**
 * struct esmtp_bounds - what limits a new connection
 * @limit: index of the server's limit in the policy, or ESMTP_NONE
 * @bind: index of the bind that limits it, or ESMTP_NONE
 * @spec: the connection
 */
struct esmtp_bounds {
	u32 limit;
	u32 bind;
	struct esmtp_flowspec spec;
};

struct esmtp_addr esmtp_quota_host(const struct esmtp_policy *p, const struct esmtp_tuple *t,
				   u8 role);
bool esmtp_quota_wants(const struct esmtp_policy *p, const struct esmtp_flowspec *spec);
bool esmtp_quota_bounds(const struct esmtp_policy *p, struct esmtp_bounds *b);
enum esmtp_reason esmtp_quota_full(struct esmtp_kpolicy *kp,
				   const struct esmtp_bounds *b,
				   struct esmtp_excess *e);
enum esmtp_reason esmtp_quota_enter(struct esmtp_kpolicy *kp,
				    const struct esmtp_flowspec *spec,
				    struct esmtp_share *share, struct esmtp_excess *e);
bool esmtp_quota_crowded(struct esmtp_kpolicy *kp, const struct esmtp_bounds *b);
void esmtp_quota_prove(struct esmtp_share *share);
void esmtp_quota_leave(struct esmtp_share *share);
void esmtp_quota_put(struct esmtp_share *share);
enum esmtp_reason esmtp_quota_enter_inspected(atomic_t *flows, const struct esmtp_policy *p,
					      u32 *counted);
void esmtp_quota_leave_inspected(atomic_t *flows, u32 *counted);

#endif /* _NF_ESMTP_QUOTA_H */
