/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_NET_GENETLINK_H
#define _QUEUED_NET_GENETLINK_H

#include <errno.h>
#include <string.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

/* --- attributes: attr.c --- */

enum {
	NLA_UNSPEC,
	NLA_U8,
	NLA_U16,
	NLA_U32,
	NLA_FLAG,
	NLA_NUL_STRING,
	NLA_BINARY,
	NLA_NESTED,
	NLA_REJECT,
	NLA_EXACT_LEN,
};

/**
 * struct nla_policy - what an attribute may hold
 * @type: NLA_*; what is not listed at all (NLA_UNSPEC) is refused
 * @len: of strings and binary: bytes at most; of NLA_EXACT_LEN: their number
 * @lo: of numbers: the least
 * @hi: of numbers: the greatest; 0 for any
 * @mask: of numbers: bits that may be set; 0 for any
 * @nested: of NLA_NESTED: what its attributes may hold
 * @maxattr: of NLA_NESTED: the last of them
 */
struct nla_policy {
	u8 type;
	u16 len;
	u32 lo, hi, mask;
	const struct nla_policy *nested;
	u32 maxattr;
};

#define NLA_POLICY_MIN(t, n) { .type = (t), .lo = (n) }
#define NLA_POLICY_MAX(t, n) { .type = (t), .hi = (n) }
#define NLA_POLICY_RANGE(t, m, n) { .type = (t), .lo = (m), .hi = (n) }
#define NLA_POLICY_MASK(t, bits) { .type = (t), .mask = (bits) }
#define NLA_POLICY_EXACT_LEN(n) { .type = NLA_EXACT_LEN, .len = (n) }
#define NLA_POLICY_NESTED(p)						\
	{ .type = NLA_NESTED, .nested = (p), .maxattr = ARRAY_SIZE(p) - 1 }

static inline int nla_type(const struct nlattr *attr)
{
	return attr->nla_type & NLA_TYPE_MASK;
}

static inline int nla_len(const struct nlattr *attr)
{
	return attr->nla_len - NLA_HDRLEN;
}

static inline void *nla_data(const struct nlattr *attr)
{
	return (char *)attr + NLA_HDRLEN;
}

static inline u8 nla_get_u8(const struct nlattr *attr)
{
	return *(const u8 *)nla_data(attr);
}

static inline u16 nla_get_u16(const struct nlattr *attr)
{
	return *(const u16 *)nla_data(attr);
}

static inline u32 nla_get_u32(const struct nlattr *attr)
{
	return *(const u32 *)nla_data(attr);
}

static inline bool nla_get_flag(const struct nlattr *attr)
{
	return attr;
}

static inline bool nla_ok(const struct nlattr *attr, int rem)
{
	return rem >= (int)sizeof(*attr) && attr->nla_len >= sizeof(*attr) &&
	       attr->nla_len <= rem;
}

static inline struct nlattr *nla_next(const struct nlattr *attr, int *rem)
{
	int n = NLA_ALIGN(attr->nla_len);

	*rem -= n;
	return (struct nlattr *)((char *)attr + n);
}

#define nla_for_each(attr, first, bytes, rem)				\
	for ((attr) = (struct nlattr *)(first), (rem) = (bytes);	\
	     nla_ok(attr, rem); (attr) = nla_next(attr, &(rem)))
#define nla_for_each_nested(attr, nest, rem)				\
	nla_for_each(attr, nla_data(nest), nla_len(nest), rem)
#define nlmsg_for_each_attr(attr, nlh, hdrlen, rem)			\
	nla_for_each(attr, (char *)NLMSG_DATA(nlh) + (hdrlen),		\
		     (int)(nlh)->nlmsg_len - NLMSG_HDRLEN - (int)(hdrlen), rem)

int nla_parse(struct nlattr **tb, int max, const void *data, int len,
	      const struct nla_policy *policy, struct netlink_ext_ack *extack);
int nla_parse_nested(struct nlattr **tb, int max, const struct nlattr *nest,
		     const struct nla_policy *policy,
		     struct netlink_ext_ack *extack);
struct nlattr *nlmsg_find_attr(const struct nlmsghdr *nlh, int hdrlen, int type);
ssize_t nla_strscpy(char *to, const struct nlattr *attr, size_t size);
int nla_memcpy(void *to, const struct nlattr *attr, int size);
struct nlattr *nla_reserve(struct sk_buff *skb, int type, int len);
int nla_put(struct sk_buff *skb, int type, int len, const void *data);
struct nlattr *nla_nest_start(struct sk_buff *skb, int type);
void nla_nest_end(struct sk_buff *skb, struct nlattr *nest);
void nla_nest_cancel(struct sk_buff *skb, struct nlattr *nest);

static inline int nla_put_u8(struct sk_buff *skb, int type, u8 v)
{
	return nla_put(skb, type, sizeof(v), &v);
}

static inline int nla_put_u16(struct sk_buff *skb, int type, u16 v)
{
	return nla_put(skb, type, sizeof(v), &v);
}

static inline int nla_put_u32(struct sk_buff *skb, int type, u32 v)
{
	return nla_put(skb, type, sizeof(v), &v);
}

/* Readers take numbers of 64 bits from wherever they stand. */
static inline int nla_put_u64_64bit(struct sk_buff *skb, int type, u64 v, int pad)
{
	(void)pad;
	return nla_put(skb, type, sizeof(v), &v);
}

static inline int nla_put_flag(struct sk_buff *skb, int type)
{
	return nla_put(skb, type, 0, NULL);
}

static inline int nla_put_string(struct sk_buff *skb, int type, const char *s)
{
	return nla_put(skb, type, (int)strlen(s) + 1, s);
}

/* --- the family: genl.c --- */

enum { GENL_MCAST_CAP_NET_ADMIN = 1 };

struct genl_info {
	struct nlmsghdr *nlhdr;
	struct nlattr **attrs;
	struct netlink_ext_ack *extack;
	struct sock *sk;
};

struct genl_ops {
	u8 cmd;
	u8 flags;
	int (*doit)(struct sk_buff *skb, struct genl_info *info);
	int (*start)(struct netlink_callback *cb);
	int (*dumpit)(struct sk_buff *skb, struct netlink_callback *cb);
	int (*done)(struct netlink_callback *cb);
	const struct nla_policy *policy;
	u32 maxattr;
};

struct genl_multicast_group {
	const char *name;
	u8 flags;
};

struct genl_family {
	const char *name;
	u32 version;
	void *module;
	bool netnsok;
	bool parallel_ops;
	const struct genl_ops *ops;
	u32 n_ops;
	const struct genl_multicast_group *mcgrps;
	u32 n_mcgrps;
	u32 resv_start_op;
};

#define genl_info_net(info) ((void)(info), &init_net)
#define sock_net(sk) ((void)(sk), &init_net)

int genl_register_family(struct genl_family *family);
void genl_unregister_family(struct genl_family *family);
bool genl_has_listeners(const struct genl_family *family, const struct net *net,
			u32 group);
struct sk_buff *genlmsg_new(size_t payload, gfp_t gfp);
void nlmsg_free(struct sk_buff *skb);
void *genlmsg_put(struct sk_buff *skb, u32 portid, u32 seq,
		  const struct genl_family *family, int flags, u8 cmd);
void *genlmsg_put_reply(struct sk_buff *skb, const struct genl_info *info,
			const struct genl_family *family, int flags, u8 cmd);
void genlmsg_end(struct sk_buff *skb, void *hdr);
void genlmsg_cancel(struct sk_buff *skb, void *hdr);
int genlmsg_reply(struct sk_buff *skb, struct genl_info *info);
int genlmsg_multicast_netns(const struct genl_family *family,
			    const struct net *net, struct sk_buff *skb, u32 portid,
			    u32 group, gfp_t gfp);

/* The daemon's side of it: see ../control.c. */
struct sock *genl_client_open(int fd, bool admin);
void genl_client_close(struct sock *sk);
int genl_client_read(struct sock *sk);
int genl_client_write(struct sock *sk);
bool genl_client_waits(const struct sock *sk);
bool genl_client_owes(const struct sock *sk);
bool genl_client_listens(const struct sock *sk);

#endif /* _QUEUED_NET_GENETLINK_H */
