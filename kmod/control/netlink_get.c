// SPDX-License-Identifier: GPL-2.0
/*
 * ESMTP_CMD_POLICY_GET: dumps the policy in force in as many messages as it takes.
 * The policy is pinned for the whole dump, so all of them are of one generation.
 */
#include <net/sock.h>

#include "net.h"
#include "netlink.h"

static u32 pack_ports(u16 lo, u16 hi)
{
	return (u32)lo << 16 | hi;
}

/* Each puts the attributes of one object; not 0 if the message has no room. */

static int put_settings(struct sk_buff *skb, const struct esmtp_kpolicy *kp,
			u32 i)
{
	return nla_put_u8(skb, ESMTP_SETTINGS_A_PICKUP, kp->p.pickup) ||
	       nla_put_u8(skb, ESMTP_SETTINGS_A_OVERLOAD, kp->p.overload) ||
	       nla_put_u32(skb, ESMTP_SETTINGS_A_MAX_CONNS, kp->p.max_conns) ||
	       nla_put_u8(skb, ESMTP_SETTINGS_A_LOCAL, kp->p.local) ||
	       nla_put_u8(skb, ESMTP_SETTINGS_A_CLIENT_PREFIX4, kp->p.client_prefix4) ||
	       nla_put_u8(skb, ESMTP_SETTINGS_A_CLIENT_PREFIX6, kp->p.client_prefix6);
}

static int put_regex(struct sk_buff *skb, const struct esmtp_kpolicy *kp, u32 i)
{
	return esmtp_put_regex(skb, &kp->p.regexes[i]);
}

static int put_map(struct sk_buff *skb, const struct esmtp_kpolicy *kp, u32 i)
{
	return esmtp_put_map(skb, &kp->p.maps[i]);
}

static int put_acl(struct sk_buff *skb, const struct esmtp_kpolicy *kp, u32 i)
{
	const struct esmtp_acl *acl = &kp->p.acls[i];

	return nla_put_string(skb, ESMTP_ACL_A_NAME, acl->name) ||
	       nla_put_u32(skb, ESMTP_ACL_A_COUNT, acl->n);
}

static int put_addr(struct sk_buff *skb, int type, const struct esmtp_addr *a)
{
	return nla_put(skb, type, sizeof(*a), a);
}

static int put_ace(struct sk_buff *skb, const struct esmtp_kpolicy *kp, u32 i)
{
	const struct esmtp_ace *ace = &kp->p.aces[i];

	return nla_put_u8(skb, ESMTP_ACE_A_PERMIT, ace->permit) ||
	       nla_put_u8(skb, ESMTP_ACE_A_FAMILY, ace->family) ||
	       nla_put_u8(skb, ESMTP_ACE_A_PROTO, ace->proto) ||
	       put_addr(skb, ESMTP_ACE_A_SRC, &ace->src) ||
	       put_addr(skb, ESMTP_ACE_A_SRC_MASK, &ace->smask) ||
	       put_addr(skb, ESMTP_ACE_A_DST, &ace->dst) ||
	       put_addr(skb, ESMTP_ACE_A_DST_MASK, &ace->dmask) ||
	       nla_put_u32(skb, ESMTP_ACE_A_SRC_PORTS,
			   pack_ports(ace->sports.lo, ace->sports.hi)) ||
	       nla_put_u8(skb, ESMTP_ACE_A_SRC_PORT_OP, ace->sports.op) ||
	       nla_put_u32(skb, ESMTP_ACE_A_DST_PORTS,
			   pack_ports(ace->dports.lo, ace->dports.hi)) ||
	       nla_put_u8(skb, ESMTP_ACE_A_DST_PORT_OP, ace->dports.op) ||
	       (ace->inactive && nla_put_flag(skb, ESMTP_ACE_A_INACTIVE)) ||
	       nla_put_u64_64bit(skb, ESMTP_ACE_A_HITS, esmtp_acl_hits_sum(kp, i),
				 ESMTP_ACE_A_PAD);
}

static int put_class(struct sk_buff *skb, const struct esmtp_kpolicy *kp, u32 i)
{
	const struct esmtp_class *c = &kp->p.classes[i];

	return nla_put_string(skb, ESMTP_CLASS_A_NAME, c->name) ||
	       nla_put_u8(skb, ESMTP_CLASS_A_KIND, c->kind) ||
	       (c->acl != ESMTP_NONE &&
		nla_put_u16(skb, ESMTP_CLASS_A_ACL, c->acl)) ||
	       (c->kind == ESMTP_CLASS_PORT &&
		nla_put_u32(skb, ESMTP_CLASS_A_PORTS, pack_ports(c->lo, c->hi)));
}

static int put_pmap(struct sk_buff *skb, const struct esmtp_kpolicy *kp, u32 i)
{
	const struct esmtp_pmap *pm = &kp->p.pmaps[i];

	return nla_put_string(skb, ESMTP_PMAP_A_NAME, pm->name) ||
	       nla_put_u32(skb, ESMTP_PMAP_A_COUNT, pm->n);
}

static int put_sums(struct sk_buff *skb, int type, const struct esmtp_kpolicy *kp, u32 slot,
		    u32 n)
{
	struct nlattr *attr;
	u64 value;
	u32 i;

	attr = nla_reserve(skb, type, n * sizeof(value));
	if (!attr)
		return -EMSGSIZE;
	for (i = 0; i < n; i++) {
		value = esmtp_kpolicy_sum(kp, slot + i);
		memcpy(nla_data(attr) + i * sizeof(value), &value,
		       sizeof(value));
	}
	return 0;
}

static int put_counters(struct sk_buff *skb, const struct esmtp_kpolicy *kp, u32 bind)
{
	bool inspects = kp->p.binds[bind].verdict == ESMTP_CLASSIFY_INSPECT;
	u32 slot = esmtp_bind_slot(&kp->p, bind), n = esmtp_bind_slots(&kp->p, bind);

	if (inspects)
		n -= ESMTP_PARAM_SLOT_MAX;
	return put_sums(skb, ESMTP_BIND_A_COUNTERS, kp, slot, n) ||
	       (inspects && put_sums(skb, ESMTP_BIND_A_PARAMS, kp, slot + n,
				     ESMTP_PARAM_SLOT_MAX)) ? -EMSGSIZE : 0;
}

static int put_bind(struct sk_buff *skb, const struct esmtp_kpolicy *kp, u32 i)
{
	const struct esmtp_bind *b = &kp->p.binds[i];

	return nla_put_u16(skb, ESMTP_BIND_A_CLASS, b->class) ||
	       nla_put_u8(skb, ESMTP_BIND_A_VERDICT, b->verdict) ||
	       (b->map != ESMTP_NONE &&
		nla_put_u16(skb, ESMTP_BIND_A_MAP, b->map)) ||
	       (b->limited &&
		(nla_put(skb, ESMTP_BIND_A_SET, sizeof(b->set), &b->set) ||
		 nla_put_u32(skb, ESMTP_BIND_A_CURRENT,
			     esmtp_hosts_conns(kp->hosts[i])) ||
		 nla_put_u32(skb, ESMTP_BIND_A_EMBRYONIC,
			     esmtp_hosts_half(kp->hosts[i])))) ||
	       put_counters(skb, kp, i);
}

static int put_service(struct sk_buff *skb, const struct esmtp_kpolicy *kp,
		       u32 i)
{
	const struct esmtp_service *s = &kp->p.services[i];

	return (s->ifname[0] &&
		nla_put_string(skb, ESMTP_SERVICE_A_IFNAME, s->ifname)) ||
	       nla_put_u16(skb, ESMTP_SERVICE_A_PMAP, s->pmap);
}

static int put_limit(struct sk_buff *skb, const struct esmtp_kpolicy *kp, u32 i)
{
	const struct esmtp_limit *l = &kp->p.limits[i];
	int current_conns = atomic_read(&kp->limits[i]->current_conns);

	return nla_put_u8(skb, ESMTP_LIMIT_A_FAMILY, l->family) ||
	       put_addr(skb, ESMTP_LIMIT_A_HOST, &l->host) ||
	       (l->port && nla_put_u16(skb, ESMTP_LIMIT_A_PORT, l->port)) ||
	       nla_put_u32(skb, ESMTP_LIMIT_A_CONN_MAX, l->conn_max) ||
	       nla_put_u32(skb, ESMTP_LIMIT_A_EMBRYONIC_MAX, l->embryonic_max) ||
	       nla_put_u32(skb, ESMTP_LIMIT_A_CURRENT, current_conns);
}

/* The bind whose first counter this is. */
static u16 find_bind(const struct esmtp_policy *p, u32 slot)
{
	u32 i;

	for (i = 0; i < p->nbinds; i++)
		if (p->binds[i].slot == slot && esmtp_bind_slots(p, i))
			return i;
	return ESMTP_NONE;
}

static int put_would_host(struct sk_buff *skb, const struct esmtp_top_host *h)
{
	struct nlattr *nest = nla_nest_start(skb, ESMTP_WOULD_A_HOST);

	if (!nest || nla_put_u8(skb, ESMTP_HOST_A_FAMILY, h->family) ||
	    put_addr(skb, ESMTP_HOST_A_ADDR, &h->addr) ||
	    nla_put_u64_64bit(skb, ESMTP_HOST_A_COUNT, h->count, ESMTP_HOST_A_PAD) ||
	    nla_put_u64_64bit(skb, ESMTP_HOST_A_LEAST, h->count - h->over,
			      ESMTP_HOST_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_would_cause(struct sk_buff *skb, const struct esmtp_would_key *key)
{
	switch ((enum esmtp_would_kind)key->kind) {
	case ESMTP_WOULD_RULE:
		return nla_put_u32(skb, ESMTP_WOULD_A_RULE, key->id + 1);
	case ESMTP_WOULD_END:
		return nla_put_string(skb, ESMTP_WOULD_A_NAME, esmtp_reason_name(key->id));
	case ESMTP_WOULD_SEEN:
		return nla_put_string(skb, ESMTP_WOULD_A_NAME, esmtp_event_name(key->id));
	}
	return 0;
}

/* The first one is what the rows have no room for. */
static int put_would(struct sk_buff *skb, const struct esmtp_kpolicy *kp, u32 i)
{
	struct esmtp_would_row row;
	u32 k;

	if (!i)
		return nla_put_u64_64bit(skb, ESMTP_WOULD_A_COUNT, esmtp_would_lost(kp->would),
					 ESMTP_WOULD_A_PAD);
	esmtp_would_row(kp->would, i - 1, &row);
	if (nla_put_u16(skb, ESMTP_WOULD_A_BIND, find_bind(&kp->p, row.key.slot)) ||
	    put_would_cause(skb, &row.key) ||
	    nla_put_u64_64bit(skb, ESMTP_WOULD_A_COUNT, row.count, ESMTP_WOULD_A_PAD))
		return -EMSGSIZE;
	for (k = 0; k < row.n; k++)
		if (put_would_host(skb, &row.best[k]))
			return -EMSGSIZE;
	return 0;
}

/* The kinds of objects in the order in which they are sent. */
static const struct stage {
	u16 attr;
	u16 count;			/* offset of the count in the policy */
	int (*put)(struct sk_buff *skb, const struct esmtp_kpolicy *kp, u32 i);
} stages[] = {
#define STAGE(ATTR, field, what) \
	{ ESMTP_A_##ATTR, offsetof(struct esmtp_policy, field), put_##what }
	{ ESMTP_A_SETTINGS, 0, put_settings },
	STAGE(REGEX, nregexes, regex),
	STAGE(MAP, nmaps, map),
	STAGE(ACL, nacls, acl),
	STAGE(ACE, naces, ace),
	STAGE(CLASS, nclasses, class),
	STAGE(PMAP, npmaps, pmap),
	STAGE(BIND, nbinds, bind),
	STAGE(SERVICE, nservices, service),
	STAGE(LIMIT, nlimits, limit),
	{ ESMTP_A_WOULD, 0, put_would },
#undef STAGE
};

/**
 * struct cursor - position of a dump, in the callback's ctx
 * @kp: the policy, NULL for an idle namespace
 * @source: bytes of the source that were sent
 * @stage: index in stages[]: the kind of object that is dumped
 * @i: the next object of that kind
 * @aces: ESMTP_A_WANT_ACES: access-list lines are requested
 * @rows: ESMTP_A_WANT_WOULD: so many of what maps that monitor would have done
 * @begun: a message was sent
 */
struct cursor {
	struct esmtp_kpolicy *kp;
	u32 source;
	u32 stage;
	u32 i;
	u32 rows;
	bool aces;
	bool begun;
};

static struct cursor *get_dump_cursor(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct cursor) > sizeof(cb->ctx));
	return (struct cursor *)cb->ctx;
}

static u32 count_stage_objects(const struct cursor *c)
{
	const struct stage *s = &stages[c->stage];

	if (s->attr == ESMTP_A_ACE && !c->aces)
		return 0;
	if (s->attr == ESMTP_A_SETTINGS)
		return 1;
	if (s->attr == ESMTP_A_WOULD)
		return c->rows;
	return *(const u32 *)((const char *)&c->kp->p + s->count);
}

static int put_object(struct sk_buff *skb, const struct cursor *c)
{
	struct nlattr *nest = nla_nest_start(skb, stages[c->stage].attr);

	if (!nest)
		return -EMSGSIZE;
	if (stages[c->stage].put(skb, c->kp, c->i)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* Puts as much of the source as there is room for. */
static int put_source(struct sk_buff *skb, struct cursor *c)
{
	u32 n = c->kp->source_len - c->source;

	n = min_t(u32, n, ESMTP_SOURCE_CHUNK);
	n = min_t(u32, n, max(skb_tailroom(skb) - NLA_HDRLEN - NLA_ALIGNTO, 0));
	if (!n || nla_put(skb, ESMTP_A_SOURCE, n, c->kp->source + c->source))
		return -EMSGSIZE;
	c->source += n;
	return 0;
}

/* Fills a message; 0 when the dump is complete. */
static int fill_dump_message(struct sk_buff *skb, struct cursor *c)
{
	while (c->source < c->kp->source_len)
		if (put_source(skb, c))
			return -EMSGSIZE;
	for (; c->stage < ARRAY_SIZE(stages); c->stage++, c->i = 0)
		for (; c->i < count_stage_objects(c); c->i++)
			if (put_object(skb, c))
				return -EMSGSIZE;
	return 0;
}

/**
 * esmtp_netlink_policy_start() - begin ESMTP_CMD_POLICY_GET
 * @cb: the dump
 *
 * Pins the policy in force until esmtp_netlink_policy_done().
 *
 * Context: process context.
 * Return: 0, or -EINVAL for a request that says something twice.
 */
int esmtp_netlink_policy_start(struct netlink_callback *cb)
{
	int err = esmtp_message_once(cb->nlh, 0, cb->extack);
	struct cursor *c = get_dump_cursor(cb);

	if (err)
		return err;
	c->kp = esmtp_net_policy_get(esmtp_net(sock_net(cb->skb->sk)));
	c->aces = nlmsg_find_attr(cb->nlh, GENL_HDRLEN, ESMTP_A_WANT_ACES);
	if (c->kp && nlmsg_find_attr(cb->nlh, GENL_HDRLEN, ESMTP_A_WANT_WOULD))
		c->rows = esmtp_would_rows(c->kp->would) + 1;
	return 0;
}

/**
 * esmtp_netlink_policy_dump() - fill one message of ESMTP_CMD_POLICY_GET
 * @skb: where to
 * @cb: the dump
 *
 * Context: process context.
 * Return: bytes filled, 0 at the end, or -EMSGSIZE if the reader's buffer is
 * too small for an object.
 */
int esmtp_netlink_policy_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct cursor *c = get_dump_cursor(cb);
	struct cursor before = *c;
	void *hdr;

	if (c->begun && (!c->kp || c->stage == ARRAY_SIZE(stages)))
		return 0;
	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &esmtp_family, NLM_F_MULTI, ESMTP_CMD_POLICY_GET);
	if (!hdr || nla_put_u32(skb, ESMTP_A_GENERATION,
				c->kp ? c->kp->generation : 0))
		return -EMSGSIZE;
	if (c->kp && fill_dump_message(skb, c) && c->source == before.source &&
	    c->stage == before.stage && c->i == before.i)
		return -EMSGSIZE;
	c->begun = true;
	genlmsg_end(skb, hdr);
	return skb->len;
}

/**
 * esmtp_netlink_policy_done() - end ESMTP_CMD_POLICY_GET, complete or not
 * @cb: the dump
 *
 * Context: any.
 * Return: 0.
 */
int esmtp_netlink_policy_done(struct netlink_callback *cb)
{
	struct cursor *c = get_dump_cursor(cb);

	if (c->kp)
		esmtp_kpolicy_put(c->kp);
	return 0;
}
