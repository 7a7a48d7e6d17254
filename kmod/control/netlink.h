/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_NETLINK_H
#define _NF_ESMTP_NETLINK_H

#include <linux/nf_esmtp.h>
#include <net/genetlink.h>

struct esmtp_kpolicy;
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

/* netlink_nest.c: attributes that may be there once */

/* Where attributes stand: in an object, by its own attribute, or in one of these. */
enum {
	ESMTP_NEST_MESSAGE,
	ESMTP_NEST_RULE = ESMTP_A_SET_MAX + 1,
	ESMTP_NEST_MAX
};

/**
 * struct esmtp_nest - a nest of attributes
 * @policy: what each may hold
 * @maxattr: the last of them
 * @name: which nest it is, ESMTP_A_* or ESMTP_NEST_*
 * @many: those that may come several times, as bits
 */
struct esmtp_nest {
	const struct nla_policy *policy;
	u32 maxattr;
	u32 name;
	u32 many;
};

int esmtp_message_once(const struct nlmsghdr *nlh, u32 many,
		       struct netlink_ext_ack *extack);
int esmtp_nest_parse(struct nlattr **tb, const struct esmtp_nest *nest,
		     const struct nlattr *attr, struct netlink_ext_ack *extack);

/* netlink_fill.c: the objects of a policy that is being set */

/**
 * struct esmtp_fill - a policy being filled in
 * @kp: the policy
 * @p: likewise; its counts are those of the objects so far
 * @extack: says what is wrong
 * @at: attribute at hand, for @extack
 * @room: objects that the arrays of each kind hold, by attribute
 * @cells: cells that their array holds
 * @source: bytes that the source holds
 * @aces: entries that access-lists have claimed
 * @binds: classes that policy-maps have claimed
 */
struct esmtp_fill {
	struct esmtp_kpolicy *kp;
	struct esmtp_policy *p;
	struct netlink_ext_ack *extack;
	struct nlattr *at;
	u32 room[ESMTP_A_SET_MAX + 1];
	u32 cells;
	u32 source;
	u32 aces;
	u32 binds;
};

extern const struct esmtp_nest esmtp_acl_nest;

extern const struct nla_policy esmtp_set_policy[ESMTP_A_SET_MAX + 1];
extern const struct nla_policy esmtp_hits_policy[ESMTP_A_ACL + 1];
void esmtp_fill_begin(struct esmtp_fill *f);
int esmtp_fill_object(struct esmtp_fill *f, struct nlattr *attr);
int esmtp_fill_refuse(const struct esmtp_fill *f, const struct nlattr *attr,
		      const char *why);
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

/* netlink_clear.c */
extern const struct nla_policy esmtp_clear_policy[ESMTP_A_SERVICE + 1];
extern const struct nla_policy esmtp_conn_clear_policy[ESMTP_A_CONN + 1];
int esmtp_netlink_clear(struct sk_buff *skb, struct genl_info *info);
int esmtp_netlink_hits_clear(struct sk_buff *skb, struct genl_info *info);
int esmtp_netlink_conn_clear(struct sk_buff *skb, struct genl_info *info);
int esmtp_netlink_drops_clear(struct sk_buff *skb, struct genl_info *info);

#endif /* _NF_ESMTP_NETLINK_H */
