// SPDX-License-Identifier: GPL-2.0
/*
 * ESMTP_CMD_POLICY_SET, object by object: what an attribute may hold, and how
 * it becomes an object of the policy. How they fit together is not looked at
 * here: esmtp_policy_validate() does that.
 */
#include "netlink.h"
#include "policy.h"

#define NAME_POLICY { .type = NLA_NUL_STRING, .len = ESMTP_NAME_LEN - 1 }
#define ADDR_POLICY NLA_POLICY_EXACT_LEN(sizeof(struct esmtp_addr))

static const struct nla_policy settings_policy[] = {
	[ESMTP_SETTINGS_A_PICKUP] = NLA_POLICY_MAX(NLA_U8, ESMTP_ON_PICKUP_MAX - 1),
	[ESMTP_SETTINGS_A_OVERLOAD] = NLA_POLICY_MAX(NLA_U8, ESMTP_ON_OVERLOAD_MAX - 1),
	[ESMTP_SETTINGS_A_MAX_CONNS] = { .type = NLA_U32 },
	[ESMTP_SETTINGS_A_LOCAL] = NLA_POLICY_MAX(NLA_U8, ESMTP_ON_LOCAL_MAX - 1),
	[ESMTP_SETTINGS_A_CLIENT_PREFIX4] = NLA_POLICY_MAX(NLA_U8, 32),
	[ESMTP_SETTINGS_A_CLIENT_PREFIX6] = NLA_POLICY_MAX(NLA_U8, 128),
};

static const struct nla_policy acl_policy[] = {
	[ESMTP_ACL_A_NAME] = NAME_POLICY,
	[ESMTP_ACL_A_COUNT] = { .type = NLA_U32 },
};

static const struct nla_policy ace_policy[] = {
	[ESMTP_ACE_A_PERMIT] = NLA_POLICY_MAX(NLA_U8, 1),
	[ESMTP_ACE_A_FAMILY] = NLA_POLICY_MAX(NLA_U8, ESMTP_AF_INET6),
	[ESMTP_ACE_A_PROTO] = { .type = NLA_U8 },
	[ESMTP_ACE_A_SRC] = ADDR_POLICY,
	[ESMTP_ACE_A_SRC_MASK] = ADDR_POLICY,
	[ESMTP_ACE_A_DST] = ADDR_POLICY,
	[ESMTP_ACE_A_DST_MASK] = ADDR_POLICY,
	[ESMTP_ACE_A_SRC_PORTS] = { .type = NLA_U32 },
	[ESMTP_ACE_A_SRC_PORT_OP] = NLA_POLICY_MAX(NLA_U8, ESMTP_PORT_OP_MAX - 1),
	[ESMTP_ACE_A_DST_PORTS] = { .type = NLA_U32 },
	[ESMTP_ACE_A_DST_PORT_OP] = NLA_POLICY_MAX(NLA_U8, ESMTP_PORT_OP_MAX - 1),
	[ESMTP_ACE_A_INACTIVE] = { .type = NLA_FLAG },
};

static const struct nla_policy class_policy[] = {
	[ESMTP_CLASS_A_NAME] = NAME_POLICY,
	[ESMTP_CLASS_A_KIND] = NLA_POLICY_MAX(NLA_U8, ESMTP_CLASS_KIND_MAX - 1),
	[ESMTP_CLASS_A_ACL] = { .type = NLA_U16 },
	[ESMTP_CLASS_A_PORTS] = { .type = NLA_U32 },
};

static const struct nla_policy pmap_policy[] = {
	[ESMTP_PMAP_A_NAME] = NAME_POLICY,
	[ESMTP_PMAP_A_COUNT] = { .type = NLA_U32 },
};

static const struct nla_policy bind_policy[] = {
	[ESMTP_BIND_A_CLASS] = { .type = NLA_U16 },
	[ESMTP_BIND_A_VERDICT] = NLA_POLICY_MAX(NLA_U8, ESMTP_CLASSIFY_MAX - 1),
	[ESMTP_BIND_A_MAP] = { .type = NLA_U16 },
	[ESMTP_BIND_A_SET] = NLA_POLICY_EXACT_LEN(sizeof(struct esmtp_set)),
};

static const struct nla_policy service_policy[] = {
	[ESMTP_SERVICE_A_IFNAME] = { .type = NLA_NUL_STRING,
				     .len = ESMTP_IFNAME_LEN - 1 },
	[ESMTP_SERVICE_A_PMAP] = { .type = NLA_U16 },
};

static const struct nla_policy limit_policy[] = {
	[ESMTP_LIMIT_A_FAMILY] = NLA_POLICY_RANGE(NLA_U8, ESMTP_AF_INET, ESMTP_AF_INET6),
	[ESMTP_LIMIT_A_HOST] = ADDR_POLICY,
	[ESMTP_LIMIT_A_CONN_MAX] = { .type = NLA_U32 },
	[ESMTP_LIMIT_A_EMBRYONIC_MAX] = { .type = NLA_U32 },
	[ESMTP_LIMIT_A_PORT] = NLA_POLICY_MIN(NLA_U16, 1),
};

const struct nla_policy esmtp_set_policy[ESMTP_A_SET_MAX + 1] = {
	[ESMTP_A_GENERATION] = { .type = NLA_U32 },
	[ESMTP_A_SOURCE] = { .type = NLA_BINARY, .len = ESMTP_SOURCE_CHUNK },
	[ESMTP_A_SETTINGS] = NLA_POLICY_NESTED(settings_policy),
	[ESMTP_A_MAP] = NLA_POLICY_NESTED(esmtp_map_policy),
	[ESMTP_A_ACL] = NLA_POLICY_NESTED(acl_policy),
	[ESMTP_A_ACE] = NLA_POLICY_NESTED(ace_policy),
	[ESMTP_A_CLASS] = NLA_POLICY_NESTED(class_policy),
	[ESMTP_A_PMAP] = NLA_POLICY_NESTED(pmap_policy),
	[ESMTP_A_BIND] = NLA_POLICY_NESTED(bind_policy),
	[ESMTP_A_SERVICE] = NLA_POLICY_NESTED(service_policy),
	[ESMTP_A_LIMIT] = NLA_POLICY_NESTED(limit_policy),
	[ESMTP_A_REGEX] = NLA_POLICY_NESTED(esmtp_regex_policy),
};

/* The one list that ESMTP_CMD_HITS_CLEAR is about. */
const struct nla_policy esmtp_hits_policy[ESMTP_A_ACL + 1] = {
	[ESMTP_A_ACL] = NLA_POLICY_NESTED(acl_policy),
};

const struct esmtp_nest esmtp_acl_nest = {
	.policy = acl_policy,
	.maxattr = ARRAY_SIZE(acl_policy) - 1,
	.name = ESMTP_A_ACL,
};

static u8 get_u8(const struct nlattr *attr)
{
	return attr ? nla_get_u8(attr) : 0;
}

static u16 get_index(const struct nlattr *attr)
{
	return attr ? nla_get_u16(attr) : ESMTP_NONE;
}

static u32 get_u32(const struct nlattr *attr)
{
	return attr ? nla_get_u32(attr) : 0;
}

/* What follows a name in its array becomes zeros. */
static void get_name(char *to, const struct nlattr *attr, size_t size)
{
	if (attr)
		nla_strscpy(to, attr, size);
}

static void get_addr(struct esmtp_addr *to, const struct nlattr *attr)
{
	if (attr)
		nla_memcpy(to, attr, sizeof(*to));
}

static void get_ports(struct esmtp_ports *to, const struct nlattr *ports,
		      const struct nlattr *op)
{
	to->lo = get_u32(ports) >> 16;
	to->hi = get_u32(ports) & 0xffff;
	to->op = get_u8(op);
}

/**
 * esmtp_fill_missing() - does an object lack what it has no meaning without?
 * @f: the policy; @at is the object
 * @tb: its attributes
 * @type: the one that it needs
 *
 * Context: process context.
 * Return: true if it does, and extack says so.
 */
bool esmtp_fill_missing(const struct esmtp_fill *f, struct nlattr **tb, u32 type)
{
	if (!NL_REQ_ATTR_CHECK(f->extack, f->at, tb, type))
		return false;
	NL_SET_ERR_MSG_ATTR(f->extack, f->at, "the object lacks an attribute");
	return true;
}

/**
 * esmtp_fill_refuse() - an attribute is one too many, or too large
 * @f: the policy
 * @attr: the attribute
 * @why: what to say of it
 *
 * Context: process context.
 * Return: -E2BIG.
 */
int esmtp_fill_refuse(const struct esmtp_fill *f, const struct nlattr *attr,
		      const char *why)
{
	f->extack->_msg = why;
	NL_SET_BAD_ATTR(f->extack, attr);
	return -E2BIG;
}

static int fill_acl(struct esmtp_fill *f, struct nlattr **tb, u32 i)
{
	struct esmtp_acl *acl = &f->p->acls[i];

	if (esmtp_fill_missing(f, tb, ESMTP_ACL_A_NAME))
		return -EINVAL;
	get_name(acl->name, tb[ESMTP_ACL_A_NAME], sizeof(acl->name));
	acl->first = f->aces;
	acl->n = get_u32(tb[ESMTP_ACL_A_COUNT]);
	if (acl->n > ESMTP_MAX_ACES - f->aces)
		return esmtp_fill_refuse(f, tb[ESMTP_ACL_A_COUNT],
					 "access-lists claim too many lines");
	f->aces += acl->n;
	return 0;
}

static int fill_ace(struct esmtp_fill *f, struct nlattr **tb, u32 i)
{
	struct esmtp_ace *ace = &f->p->aces[i];

	if (esmtp_fill_missing(f, tb, ESMTP_ACE_A_PERMIT))
		return -EINVAL;
	ace->permit = nla_get_u8(tb[ESMTP_ACE_A_PERMIT]);
	ace->family = get_u8(tb[ESMTP_ACE_A_FAMILY]);
	ace->proto = get_u8(tb[ESMTP_ACE_A_PROTO]);
	ace->inactive = nla_get_flag(tb[ESMTP_ACE_A_INACTIVE]);
	get_addr(&ace->src, tb[ESMTP_ACE_A_SRC]);
	get_addr(&ace->smask, tb[ESMTP_ACE_A_SRC_MASK]);
	get_addr(&ace->dst, tb[ESMTP_ACE_A_DST]);
	get_addr(&ace->dmask, tb[ESMTP_ACE_A_DST_MASK]);
	get_ports(&ace->sports, tb[ESMTP_ACE_A_SRC_PORTS],
		  tb[ESMTP_ACE_A_SRC_PORT_OP]);
	get_ports(&ace->dports, tb[ESMTP_ACE_A_DST_PORTS],
		  tb[ESMTP_ACE_A_DST_PORT_OP]);
	return 0;
}

static int fill_class(struct esmtp_fill *f, struct nlattr **tb, u32 i)
{
	struct esmtp_class *c = &f->p->classes[i];
	u32 ports = get_u32(tb[ESMTP_CLASS_A_PORTS]);

	if (esmtp_fill_missing(f, tb, ESMTP_CLASS_A_NAME) ||
	    esmtp_fill_missing(f, tb, ESMTP_CLASS_A_KIND))
		return -EINVAL;
	get_name(c->name, tb[ESMTP_CLASS_A_NAME], sizeof(c->name));
	c->kind = nla_get_u8(tb[ESMTP_CLASS_A_KIND]);
	if (c->kind == ESMTP_CLASS_PORT &&
	    esmtp_fill_missing(f, tb, ESMTP_CLASS_A_PORTS))
		return -EINVAL;
	c->acl = get_index(tb[ESMTP_CLASS_A_ACL]);
	c->lo = ports >> 16;
	c->hi = ports & 0xffff;
	return 0;
}

static int fill_pmap(struct esmtp_fill *f, struct nlattr **tb, u32 i)
{
	struct esmtp_pmap *pm = &f->p->pmaps[i];

	if (esmtp_fill_missing(f, tb, ESMTP_PMAP_A_NAME))
		return -EINVAL;
	get_name(pm->name, tb[ESMTP_PMAP_A_NAME], sizeof(pm->name));
	pm->first = f->binds;
	pm->n = get_u32(tb[ESMTP_PMAP_A_COUNT]);
	if (pm->n > ESMTP_MAX_BINDS - f->binds)
		return esmtp_fill_refuse(f, tb[ESMTP_PMAP_A_COUNT],
					 "policy-maps claim too many classes");
	f->binds += pm->n;
	return 0;
}

static int fill_bind(struct esmtp_fill *f, struct nlattr **tb, u32 i)
{
	struct esmtp_bind *b = &f->p->binds[i];

	if (esmtp_fill_missing(f, tb, ESMTP_BIND_A_CLASS))
		return -EINVAL;
	b->class = nla_get_u16(tb[ESMTP_BIND_A_CLASS]);
	b->verdict = get_u8(tb[ESMTP_BIND_A_VERDICT]);
	b->map = get_index(tb[ESMTP_BIND_A_MAP]);
	b->limited = !!tb[ESMTP_BIND_A_SET];
	if (b->limited)
		nla_memcpy(&b->set, tb[ESMTP_BIND_A_SET], sizeof(b->set));
	return 0;
}

static int fill_service(struct esmtp_fill *f, struct nlattr **tb, u32 i)
{
	struct esmtp_service *s = &f->p->services[i];

	if (esmtp_fill_missing(f, tb, ESMTP_SERVICE_A_PMAP))
		return -EINVAL;
	s->pmap = nla_get_u16(tb[ESMTP_SERVICE_A_PMAP]);
	get_name(s->ifname, tb[ESMTP_SERVICE_A_IFNAME], sizeof(s->ifname));
	return 0;
}

static int fill_limit(struct esmtp_fill *f, struct nlattr **tb, u32 i)
{
	struct esmtp_limit *l = &f->p->limits[i];

	if (esmtp_fill_missing(f, tb, ESMTP_LIMIT_A_FAMILY) ||
	    esmtp_fill_missing(f, tb, ESMTP_LIMIT_A_HOST))
		return -EINVAL;
	l->family = nla_get_u8(tb[ESMTP_LIMIT_A_FAMILY]);
	get_addr(&l->host, tb[ESMTP_LIMIT_A_HOST]);
	if (tb[ESMTP_LIMIT_A_PORT])
		l->port = nla_get_u16(tb[ESMTP_LIMIT_A_PORT]);
	l->conn_max = get_u32(tb[ESMTP_LIMIT_A_CONN_MAX]);
	l->embryonic_max = get_u32(tb[ESMTP_LIMIT_A_EMBRYONIC_MAX]);
	return 0;
}

static int fill_settings(struct esmtp_fill *f, struct nlattr **tb, u32 i)
{
	f->p->pickup = get_u8(tb[ESMTP_SETTINGS_A_PICKUP]);
	f->p->overload = get_u8(tb[ESMTP_SETTINGS_A_OVERLOAD]);
	f->p->max_conns = get_u32(tb[ESMTP_SETTINGS_A_MAX_CONNS]);
	f->p->local = get_u8(tb[ESMTP_SETTINGS_A_LOCAL]);
	f->p->client_prefix4 = get_u8(tb[ESMTP_SETTINGS_A_CLIENT_PREFIX4]);
	f->p->client_prefix6 = get_u8(tb[ESMTP_SETTINGS_A_CLIENT_PREFIX6]);
	return 0;
}

/* The source comes in pieces. */
static int fill_source(struct esmtp_fill *f, const struct nlattr *attr)
{
	u32 n = nla_len(attr);

	if (n > f->source - f->kp->source_len)
		return esmtp_fill_refuse(f, attr, "configuration text is too long");
	if (n)
		memcpy(f->kp->source + f->kp->source_len, nla_data(attr), n);
	f->kp->source_len += n;
	return 0;
}

static const struct kind {
	struct esmtp_nest nest;
	u32 count;			/* offset in the policy; 0 for none */
	int (*fill)(struct esmtp_fill *f, struct nlattr **tb, u32 i);
} kinds[ESMTP_A_SET_MAX + 1] = {
#define COUNT(field) offsetof(struct esmtp_policy, field)
#define NEST(ATTR, what, set) \
	{ what##_policy, ARRAY_SIZE(what##_policy) - 1, ESMTP_A_##ATTR, set }
#define KIND(ATTR, what, field) \
	[ESMTP_A_##ATTR] = { NEST(ATTR, what, 0), COUNT(field), fill_##what }
	[ESMTP_A_SETTINGS] = { NEST(SETTINGS, settings, 0), 0, fill_settings },
	[ESMTP_A_MAP] = { NEST(MAP, esmtp_map, 1U << ESMTP_MAP_A_RULE |
					       1U << ESMTP_MAP_A_SAY),
			  COUNT(nmaps), esmtp_fill_map },
	/* one expression takes several of them */
	[ESMTP_A_REGEX] = { NEST(REGEX, esmtp_regex, 0), 0, esmtp_fill_regex },
	KIND(ACL, acl, nacls),
	KIND(ACE, ace, naces),
	KIND(CLASS, class, nclasses),
	KIND(PMAP, pmap, npmaps),
	KIND(BIND, bind, nbinds),
	KIND(SERVICE, service, nservices),
	KIND(LIMIT, limit, nlimits),
#undef KIND
#undef NEST
#undef COUNT
};

static u32 *get_count(struct esmtp_policy *p, const struct kind *kind)
{
	return kind->count ? (u32 *)((char *)p + kind->count) : NULL;
}

/**
 * esmtp_fill_begin() - prepare to fill in a policy
 * @f: with its policy, in which esmtp_kpolicy_reserve() has made room for as many
 *	objects as its counts say; they are 0 again behind this
 *
 * Context: process context.
 */
void esmtp_fill_begin(struct esmtp_fill *f)
{
	u32 i, *count;

	f->p = &f->kp->p;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		count = get_count(f->p, &kinds[i]);
		if (!count)
			continue;
		f->room[i] = *count;
		*count = 0;
	}
	f->room[ESMTP_A_REGEX] = f->p->nregexes;
	f->p->nregexes = 0;
	f->cells = f->p->ncells;
	f->p->ncells = 0;
	f->source = f->kp->source_len;
	f->kp->source_len = 0;
}

/**
 * esmtp_fill_object() - fill in the next object of a kind, or a piece of the source
 * @f: the policy
 * @attr: top-level attribute of the message that @esmtp_set_policy accepts
 *
 * Context: process context.
 * Return: 0 or an error, with the attribute at fault named.
 */
int esmtp_fill_object(struct esmtp_fill *f, struct nlattr *attr)
{
	struct nlattr *tb[ESMTP_ACE_A_MAX + 1];	/* the longest */
	u16 type = nla_type(attr);
	const struct kind *kind = &kinds[type];
	u32 *count = get_count(f->p, kind);
	int err;

	BUILD_BUG_ON((int)ESMTP_MAP_A_MAX > (int)ESMTP_ACE_A_MAX);
	BUILD_BUG_ON((int)ESMTP_REGEX_A_MAX > (int)ESMTP_ACE_A_MAX);
	if (type == ESMTP_A_SOURCE)
		return fill_source(f, attr);
	if (!kind->fill)
		return 0;
	if (count && *count >= f->room[type])
		return esmtp_fill_refuse(f, attr, "too many objects of a kind");
	f->at = attr;
	err = esmtp_nest_parse(tb, &kind->nest, attr, f->extack) ?:
	      kind->fill(f, tb, count ? *count : 0);
	if (!err && count)
		++*count;
	return err;
}
