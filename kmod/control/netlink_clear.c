// SPDX-License-Identifier: GPL-2.0
/*
 * The commands that set counters to zero, and the one that ends connections. What counts
 * goes on counting; nothing that it counts is lost.
 */
#include <net/sock.h>

#include "net.h"
#include "netlink.h"

/* The service-policy that ESMTP_CMD_COUNTERS_CLEAR is about: an interface's, or the global one. */
static const struct nla_policy place_policy[] = {
	[ESMTP_SERVICE_A_IFNAME] = { .type = NLA_NUL_STRING,
				     .len = ESMTP_IFNAME_LEN - 1 },
};

static const struct esmtp_nest place_nest = {
	.policy = place_policy,
	.maxattr = ARRAY_SIZE(place_policy) - 1,
	.name = ESMTP_A_SERVICE,
};

const struct nla_policy esmtp_clear_policy[ESMTP_A_SERVICE + 1] = {
	[ESMTP_A_SERVICE] = NLA_POLICY_NESTED(place_policy),
};

/* Returns false if there is no such service-policy. */
static bool clear_service(struct esmtp_kpolicy *kp, const char *ifname)
{
	const struct esmtp_service *s = kp->p.services;
	u32 i;

	for (i = 0; i < kp->p.nservices; i++, s++)
		if (!strcmp(s->ifname, ifname)) {
			esmtp_kpolicy_clear(kp, &kp->p.pmaps[s->pmap]);
			return true;
		}
	return false;
}

/*
 * The policy in force, until unlock_policy(): what is cleared meanwhile is not carried over to
 * the next as it was before.
 */
static struct esmtp_kpolicy *lock_policy(struct esmtp_net *en)
{
	mutex_lock(&en->lock);
	return esmtp_net_policy_get(en);
}

static void unlock_policy(struct esmtp_net *en, struct esmtp_kpolicy *kp)
{
	if (kp)
		esmtp_kpolicy_put(kp);
	mutex_unlock(&en->lock);
}

/**
 * esmtp_netlink_clear() - ESMTP_CMD_COUNTERS_CLEAR
 * @skb: the request
 * @info: of it
 *
 * Context: process context; takes the namespace's lock.
 * Return: 0, also in an idle namespace; -ENOENT if there is no such service-policy.
 */
int esmtp_netlink_clear(struct sk_buff *skb, struct genl_info *info)
{
	struct esmtp_net *en = esmtp_net(genl_info_net(info));
	const struct nlattr *place = info->attrs[ESMTP_A_SERVICE];
	struct nlattr *tb[ARRAY_SIZE(place_policy)] = { NULL };
	const struct nlattr *ifname;
	struct esmtp_kpolicy *kp;
	bool found = true;
	int err;

	err = esmtp_message_once(info->nlhdr, 0, info->extack);
	if (!err && place)
		err = esmtp_nest_parse(tb, &place_nest, place, info->extack);
	if (err)
		return err;
	ifname = tb[ESMTP_SERVICE_A_IFNAME];
	kp = lock_policy(en);
	if (kp && place)
		found = clear_service(kp, ifname ? nla_data(ifname) : "");
	else if (kp)
		esmtp_kpolicy_clear(kp, NULL);
	unlock_policy(en, kp);
	if (found)
		return 0;
	NL_SET_ERR_MSG(info->extack, "there is no such service-policy");
	return -ENOENT;
}

/**
 * esmtp_netlink_drops_clear() - ESMTP_CMD_DROPS_CLEAR
 * @skb: the request
 * @info: of it
 *
 * Context: process context; takes the namespace's lock.
 * Return: 0, also in an idle namespace, or -ENOMEM.
 */
int esmtp_netlink_drops_clear(struct sk_buff *skb, struct genl_info *info)
{
	struct esmtp_net *en = esmtp_net(genl_info_net(info));
	int err;

	mutex_lock(&en->lock);
	err = esmtp_view_clear_drops(en);
	mutex_unlock(&en->lock);
	return err;
}

/**
 * esmtp_netlink_hits_clear() - ESMTP_CMD_HITS_CLEAR
 * @skb: the request
 * @info: of it
 *
 * Context: process context; takes the namespace's lock.
 * Return: 0, also in an idle namespace; -ENOENT if no class uses the list.
 */
int esmtp_netlink_hits_clear(struct sk_buff *skb, struct genl_info *info)
{
	struct esmtp_net *en = esmtp_net(genl_info_net(info));
	const struct nlattr *acl = info->attrs[ESMTP_A_ACL];
	struct nlattr *tb[ESMTP_ACL_A_MAX + 1] = { NULL };
	const struct nlattr *name;
	struct esmtp_kpolicy *kp;
	bool found = true;
	int err;

	err = esmtp_message_once(info->nlhdr, 0, info->extack);
	if (!err && acl)
		err = esmtp_nest_parse(tb, &esmtp_acl_nest, acl, info->extack);
	if (err)
		return err;
	name = tb[ESMTP_ACL_A_NAME];
	if (acl && !name) {
		NL_SET_ERR_MSG_ATTR(info->extack, acl,
				    "the object lacks an attribute");
		return -EINVAL;
	}
	kp = lock_policy(en);
	if (kp)
		found = esmtp_acl_hits_clear(kp, name ? nla_data(name) : NULL);
	unlock_policy(en, kp);
	if (found)
		return 0;
	NL_SET_ERR_MSG(info->extack, "no class uses an access-list of that name");
	return -ENOENT;
}

static const struct nla_policy end_policy[] = {
	[ESMTP_CONN_A_FAMILY] = NLA_POLICY_RANGE(NLA_U8, ESMTP_AF_INET, ESMTP_AF_INET6),
	[ESMTP_CONN_A_CLIENT] = NLA_POLICY_EXACT_LEN(sizeof(struct esmtp_addr)),
	[ESMTP_CONN_A_CLIENT_PORT] = { .type = NLA_U16 },
};

/* The end that ESMTP_CMD_CONN_CLEAR is about. */
const struct nla_policy esmtp_conn_clear_policy[ESMTP_A_CONN + 1] = {
	[ESMTP_A_CONN] = NLA_POLICY_NESTED(end_policy),
};

/* One end of the connections that are to end; zeros for any. */
struct conn_end {
	u8 family;
	struct esmtp_addr addr;
	u16 port;
};

static bool is_end(const struct conn_end *e, const struct esmtp_addr *addr, u16 port)
{
	return (!e->family || !memcmp(&e->addr, addr, sizeof(*addr))) &&
	       (!e->port || e->port == port);
}

static bool has_end(const struct conn_end *e, const struct esmtp_tuple *t)
{
	return (!e->family || e->family == t->family) &&
	       (is_end(e, &t->src, t->sport) || is_end(e, &t->dst, t->dport));
}

static bool clear_conn(void *ctx, const struct esmtp_conn *c)
{
	const struct conn_end *e = ctx;

	if (has_end(e, &c->real) || has_end(e, &c->wire))
		WRITE_ONCE(*c->clear, true);
	return true;
}

static const struct esmtp_nest end_nest = {
	.policy = end_policy,
	.maxattr = ARRAY_SIZE(end_policy) - 1,
	.name = ESMTP_A_CONN,
};

static int read_end(struct conn_end *e, const struct nlattr *conn,
		    struct netlink_ext_ack *extack)
{
	struct nlattr *tb[ARRAY_SIZE(end_policy)];
	int err = esmtp_nest_parse(tb, &end_nest, conn, extack);

	if (err)
		return err;
	if (!tb[ESMTP_CONN_A_FAMILY] != !tb[ESMTP_CONN_A_CLIENT]) {
		NL_SET_ERR_MSG_ATTR(extack, conn, "an address and its family go together");
		return -EINVAL;
	}
	if (tb[ESMTP_CONN_A_FAMILY]) {
		e->family = nla_get_u8(tb[ESMTP_CONN_A_FAMILY]);
		nla_memcpy(&e->addr, tb[ESMTP_CONN_A_CLIENT], sizeof(e->addr));
	}
	if (tb[ESMTP_CONN_A_CLIENT_PORT])
		e->port = nla_get_u16(tb[ESMTP_CONN_A_CLIENT_PORT]);
	return 0;
}

/**
 * esmtp_netlink_conn_clear() - ESMTP_CMD_CONN_CLEAR
 * @skb: the request
 * @info: of it
 *
 * The next packet of each of the connections ends it, as a match with reset would.
 *
 * Context: process context.
 * Return: 0 or an error.
 */
int esmtp_netlink_conn_clear(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *conn = info->attrs[ESMTP_A_CONN];
	struct conn_end e = { .family = 0 };
	u32 bucket = 0;
	int err = esmtp_message_once(info->nlhdr, 0, info->extack);

	if (!err && conn)
		err = read_end(&e, conn, info->extack);
	if (!err)
		esmtp_conn_walk(genl_info_net(info), &bucket, clear_conn, &e);
	return err;
}
