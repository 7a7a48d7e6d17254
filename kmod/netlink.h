/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_NETLINK_H
#define _NF_ESMTP_NETLINK_H

#include <linux/nf_esmtp.h>
#include <net/genetlink.h>

struct esmtp_map;
struct esmtp_policy;
struct esmtp_regex;

/* The last attribute that ESMTP_CMD_POLICY_SET takes. */
enum { ESMTP_A_SET_MAX = ESMTP_A_REGEX };

/* netlink.c */
extern struct genl_family esmtp_family;
extern bool esmtp_netlink_live;		/* the family is registered */

/* netlink_set.c */
int esmtp_netlink_set(struct sk_buff *skb, struct genl_info *info);
int esmtp_netlink_clear(struct sk_buff *skb, struct genl_info *info);
int esmtp_netlink_hits_clear(struct sk_buff *skb, struct genl_info *info);

/* netlink_fill.c: the objects of a policy that is being set */

/**
 * struct esmtp_fill - a policy being filled in
 * @p: the policy
 * @extack: says what is wrong
 * @at: attribute at hand, for @extack
 * @n: objects of each kind so far, by attribute
 * @aces: entries that access-lists have claimed
 * @binds: classes that policy-maps have claimed
 * @regexes: regular expressions so far
 * @cells: their cells so far
 */
struct esmtp_fill {
	struct esmtp_policy *p;
	struct netlink_ext_ack *extack;
	struct nlattr *at;
	u32 n[ESMTP_A_SET_MAX + 1];
	u32 aces;
	u32 binds;
	u32 regexes;
	u32 cells;
};

extern const struct nla_policy esmtp_set_policy[ESMTP_A_SET_MAX + 1];
extern const struct nla_policy esmtp_hits_policy[ESMTP_A_ACL + 1];
int esmtp_fill_object(struct esmtp_fill *f, struct nlattr *attr);
bool esmtp_fill_missing(const struct esmtp_fill *f, struct nlattr **tb, u32 type);

/* netlink_map.c: inspection maps and regular expressions, in and out */
extern const struct nla_policy esmtp_map_policy[ESMTP_MAP_A_MAX + 1];
extern const struct nla_policy esmtp_regex_policy[ESMTP_REGEX_A_MAX + 1];
int esmtp_fill_map(struct esmtp_fill *f, struct nlattr **tb, u32 i);
int esmtp_fill_regex(struct esmtp_fill *f, struct nlattr **tb, u32 i);
int esmtp_put_map(struct sk_buff *skb, const struct esmtp_map *m);
int esmtp_put_regex(struct sk_buff *skb, const struct esmtp_regex *r);

/* netlink_get.c: the policy in force */
int esmtp_netlink_policy_start(struct netlink_callback *cb);
int esmtp_netlink_policy_dump(struct sk_buff *skb, struct netlink_callback *cb);
int esmtp_netlink_policy_done(struct netlink_callback *cb);

/* netlink_view.c: connections and counters */
int esmtp_netlink_conn_dump(struct sk_buff *skb, struct netlink_callback *cb);
int esmtp_netlink_stats(struct sk_buff *skb, struct genl_info *info);

#endif /* _NF_ESMTP_NETLINK_H */
