// SPDX-License-Identifier: GPL-2.0
/* A policy to one ESMTP_CMD_POLICY_SET, whatever its size. */
#include "model.h"
#include "model_map.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/netlink.h>
#include <linux/nf_esmtp.h>

/* No object takes more, its own header included. */
enum {
	OBJECT_SIZE = 192,
	MAP_SIZE = 2048,
	RULE_SIZE = 96,
	REGEX_SIZE = 512,
};

static size_t message_size(const struct esmtp_policy *p, size_t source)
{
	size_t n = (size_t)p->naces + p->nacls + p->nclasses + p->npmaps +
		   p->nbinds + p->nservices + p->nlimits + p->nmaps + 4;
	size_t pieces = source / ESMTP_SOURCE_CHUNK + 1;

	return n * OBJECT_SIZE +
	       (size_t)p->nmaps * (MAP_SIZE + ESMTP_MAP_RULES * RULE_SIZE) +
	       (size_t)p->nregexes * REGEX_SIZE + (size_t)p->ncells * 3 +
	       source + pieces * (NLA_HDRLEN + NLA_ALIGNTO);
}

static u32 ports_u32(u16 lo, u16 hi)
{
	return (u32)lo << 16 | hi;
}

static void put_addr(struct nlmsghdr *nlh, u16 type, const struct esmtp_addr *a)
{
	mnl_attr_put(nlh, type, sizeof(a->b), a->b);
}

static void put_source(struct nlmsghdr *nlh, const char *s, size_t len)
{
	size_t n;

	for (; len; s += n, len -= n) {
		n = len < ESMTP_SOURCE_CHUNK ? len : ESMTP_SOURCE_CHUNK;
		mnl_attr_put(nlh, ESMTP_A_SOURCE, n, s);
	}
}

static void put_settings(struct nlmsghdr *nlh, const struct esmtp_policy *p)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, ESMTP_A_SETTINGS);

	mnl_attr_put_u8(nlh, ESMTP_SETTINGS_A_PICKUP, p->pickup);
	mnl_attr_put_u8(nlh, ESMTP_SETTINGS_A_OVERLOAD, p->overload);
	mnl_attr_put_u32(nlh, ESMTP_SETTINGS_A_MAX_CONNS, p->max_conns);
	mnl_attr_put_u8(nlh, ESMTP_SETTINGS_A_LOCAL, p->local);
	mnl_attr_nest_end(nlh, nest);
}

static void put_acl(struct nlmsghdr *nlh, const struct esmtp_acl *acl)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, ESMTP_A_ACL);

	mnl_attr_put_strz(nlh, ESMTP_ACL_A_NAME, acl->name);
	mnl_attr_put_u32(nlh, ESMTP_ACL_A_COUNT, acl->n);
	mnl_attr_nest_end(nlh, nest);
}

static void put_ace(struct nlmsghdr *nlh, const struct esmtp_ace *ace)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, ESMTP_A_ACE);

	mnl_attr_put_u8(nlh, ESMTP_ACE_A_PERMIT, ace->permit);
	mnl_attr_put_u8(nlh, ESMTP_ACE_A_FAMILY, ace->family);
	mnl_attr_put_u8(nlh, ESMTP_ACE_A_PROTO, ace->proto);
	put_addr(nlh, ESMTP_ACE_A_SRC, &ace->src);
	put_addr(nlh, ESMTP_ACE_A_SRC_MASK, &ace->smask);
	put_addr(nlh, ESMTP_ACE_A_DST, &ace->dst);
	put_addr(nlh, ESMTP_ACE_A_DST_MASK, &ace->dmask);
	mnl_attr_put_u32(nlh, ESMTP_ACE_A_SRC_PORTS,
			 ports_u32(ace->sports.lo, ace->sports.hi));
	mnl_attr_put_u8(nlh, ESMTP_ACE_A_SRC_PORT_OP, ace->sports.op);
	mnl_attr_put_u32(nlh, ESMTP_ACE_A_DST_PORTS,
			 ports_u32(ace->dports.lo, ace->dports.hi));
	mnl_attr_put_u8(nlh, ESMTP_ACE_A_DST_PORT_OP, ace->dports.op);
	if (ace->inactive)
		mnl_attr_put(nlh, ESMTP_ACE_A_INACTIVE, 0, NULL);
	mnl_attr_nest_end(nlh, nest);
}

static void put_class(struct nlmsghdr *nlh, const struct esmtp_class *c)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, ESMTP_A_CLASS);

	mnl_attr_put_strz(nlh, ESMTP_CLASS_A_NAME, c->name);
	mnl_attr_put_u8(nlh, ESMTP_CLASS_A_KIND, c->kind);
	if (c->acl != ESMTP_NONE)
		mnl_attr_put_u16(nlh, ESMTP_CLASS_A_ACL, c->acl);
	if (c->kind == ESMTP_CLASS_PORT)
		mnl_attr_put_u32(nlh, ESMTP_CLASS_A_PORTS,
				 ports_u32(c->lo, c->hi));
	mnl_attr_nest_end(nlh, nest);
}

static void put_pmap(struct nlmsghdr *nlh, const struct esmtp_pmap *pm)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, ESMTP_A_PMAP);

	mnl_attr_put_strz(nlh, ESMTP_PMAP_A_NAME, pm->name);
	mnl_attr_put_u32(nlh, ESMTP_PMAP_A_COUNT, pm->n);
	mnl_attr_nest_end(nlh, nest);
}

static void put_bind(struct nlmsghdr *nlh, const struct esmtp_bind *b)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, ESMTP_A_BIND);

	mnl_attr_put_u16(nlh, ESMTP_BIND_A_CLASS, b->class);
	mnl_attr_put_u8(nlh, ESMTP_BIND_A_VERDICT, b->verdict);
	if (b->map != ESMTP_NONE)
		mnl_attr_put_u16(nlh, ESMTP_BIND_A_MAP, b->map);
	if (b->limited)
		mnl_attr_put(nlh, ESMTP_BIND_A_SET, sizeof(b->set), &b->set);
	mnl_attr_nest_end(nlh, nest);
}

static void put_service(struct nlmsghdr *nlh, const struct esmtp_service *s)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, ESMTP_A_SERVICE);

	if (s->ifname[0])
		mnl_attr_put_strz(nlh, ESMTP_SERVICE_A_IFNAME, s->ifname);
	mnl_attr_put_u16(nlh, ESMTP_SERVICE_A_PMAP, s->pmap);
	mnl_attr_nest_end(nlh, nest);
}

static void put_limit(struct nlmsghdr *nlh, const struct esmtp_limit *l)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, ESMTP_A_LIMIT);

	mnl_attr_put_u8(nlh, ESMTP_LIMIT_A_FAMILY, l->family);
	put_addr(nlh, ESMTP_LIMIT_A_HOST, &l->host);
	mnl_attr_put_u32(nlh, ESMTP_LIMIT_A_CONN_MAX, l->conn_max);
	mnl_attr_put_u32(nlh, ESMTP_LIMIT_A_EMBRYONIC_MAX, l->embryonic_max);
	mnl_attr_nest_end(nlh, nest);
}

static void put_policy(struct nlmsghdr *nlh, const struct esmtp_policy *p)
{
	u32 i;

	put_settings(nlh, p);
	for (i = 0; i < p->nregexes; i++)
		esmtp_put_regex(nlh, p, &p->regexes[i]);
	for (i = 0; i < p->nmaps; i++)
		esmtp_put_map(nlh, &p->maps[i]);
	for (i = 0; i < p->nacls; i++)
		put_acl(nlh, &p->acls[i]);
	for (i = 0; i < p->naces; i++)
		put_ace(nlh, &p->aces[i]);
	for (i = 0; i < p->nclasses; i++)
		put_class(nlh, &p->classes[i]);
	for (i = 0; i < p->npmaps; i++)
		put_pmap(nlh, &p->pmaps[i]);
	for (i = 0; i < p->nbinds; i++)
		put_bind(nlh, &p->binds[i]);
	for (i = 0; i < p->nservices; i++)
		put_service(nlh, &p->services[i]);
	for (i = 0; i < p->nlimits; i++)
		put_limit(nlh, &p->limits[i]);
}

/**
 * esmtp_model_set() - put a policy in force
 * @nl: the socket
 * @p: the policy
 * @source: configuration text that it was made from
 * @len: bytes of it
 * @expect: generation that it replaces
 *
 * Return: 0 or a negative errno, with @nl->error set; -ESTALE if another
 * generation is in force.
 */
int esmtp_model_set(struct esmtp_nl *nl, const struct esmtp_policy *p,
		    const char *source, size_t len, u32 expect)
{
	void *buf = malloc(message_size(p, len));
	struct nlmsghdr *nlh;
	int err;

	if (!buf) {
		snprintf(nl->error, sizeof(nl->error),
			 "not enough memory for the policy");
		return -ENOMEM;
	}
	nlh = esmtp_nl_start(nl, buf, ESMTP_CMD_POLICY_SET, NLM_F_ACK);
	mnl_attr_put_u32(nlh, ESMTP_A_GENERATION, expect);
	put_source(nlh, source, len);
	put_policy(nlh, p);
	err = esmtp_nl_call(nl, nlh, NULL, NULL);
	free(buf);
	return err;
}

/**
 * esmtp_model_clear() - set the counters of the policy to zero
 * @nl: the socket
 *
 * Return: 0 or a negative errno, with @nl->error set.
 */
int esmtp_model_clear(struct esmtp_nl *nl)
{
	char buf[64] __attribute__((aligned(4)));

	return esmtp_nl_call(nl, esmtp_nl_start(nl, buf,
						ESMTP_CMD_COUNTERS_CLEAR,
						NLM_F_ACK), NULL, NULL);
}

/**
 * esmtp_model_clear_hits() - set hits of lines of access-lists to zero
 * @nl: the socket
 * @acl: name of the list, or NULL for all
 *
 * Return: 0 or a negative errno, with @nl->error set.
 */
int esmtp_model_clear_hits(struct esmtp_nl *nl, const char *acl)
{
	char buf[128] __attribute__((aligned(4)));
	struct nlmsghdr *nlh;
	struct nlattr *nest;

	nlh = esmtp_nl_start(nl, buf, ESMTP_CMD_HITS_CLEAR, NLM_F_ACK);
	if (acl) {
		nest = mnl_attr_nest_start(nlh, ESMTP_A_ACL);
		mnl_attr_put_strz(nlh, ESMTP_ACL_A_NAME, acl);
		mnl_attr_nest_end(nlh, nest);
	}
	return esmtp_nl_call(nl, nlh, NULL, NULL);
}
