/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_NETLINK_H
#define _NF_ESMTP_NETLINK_H

#include <linux/nf_esmtp.h>
#include <net/genetlink.h>

struct esmtp_policy;

/* netlink.c */
extern struct genl_family esmtp_family;

/* netlink_set.c */
int esmtp_netlink_set(struct sk_buff *skb, struct genl_info *info);
int esmtp_netlink_clear(struct sk_buff *skb, struct genl_info *info);

/* netlink_fill.c: the objects of a policy that is being set */

/**
 * struct esmtp_fill - a policy being filled in
 * @p: the policy
 * @extack: says what is wrong
 * @at: attribute at hand, for @extack
 * @n: objects of each kind so far, by attribute
 * @aces: entries that access-lists have claimed
 * @binds: classes that policy-maps have claimed
 */
struct esmtp_fill {
	struct esmtp_policy *p;
	struct netlink_ext_ack *extack;
	struct nlattr *at;
	u32 n[ESMTP_A_LIMIT + 1];
	u32 aces;
	u32 binds;
};

extern const struct nla_policy esmtp_set_policy[ESMTP_A_LIMIT + 1];
int esmtp_fill_object(struct esmtp_fill *f, struct nlattr *attr);

/* netlink_get.c: the policy in force */
int esmtp_netlink_policy_start(struct netlink_callback *cb);
int esmtp_netlink_policy_dump(struct sk_buff *skb, struct netlink_callback *cb);
int esmtp_netlink_policy_done(struct netlink_callback *cb);

/* netlink_view.c: connections and counters */
int esmtp_netlink_conn_dump(struct sk_buff *skb, struct netlink_callback *cb);
int esmtp_netlink_stats(struct sk_buff *skb, struct genl_info *info);

#endif /* _NF_ESMTP_NETLINK_H */
