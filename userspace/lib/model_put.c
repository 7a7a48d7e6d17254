// SPDX-License-Identifier: GPL-2.0
/* A policy to one ESMTP_CMD_POLICY_SET, whatever its size. */
#include "message.h"
#include "model.h"
#include "model_map.h"

#include <errno.h>
#include <stdio.h>

#include <linux/netlink.h>
#include <linux/nf_esmtp.h>

static u32 ports_u32(u16 lo, u16 hi)
{
	return (u32)lo << 16 | hi;
}

static void put_addr(struct esmtp_message *msg, u16 type, const struct esmtp_addr *a)
{
	esmtp_message_put(msg, type, sizeof(a->b), a->b);
}

static void put_source(struct esmtp_message *msg, const char *s, size_t len)
{
	size_t n;

	for (; len; s += n, len -= n) {
		n = len < ESMTP_SOURCE_CHUNK ? len : ESMTP_SOURCE_CHUNK;
		esmtp_message_put(msg, ESMTP_A_SOURCE, n, s);
	}
}

static void put_settings(struct esmtp_message *msg, const struct esmtp_policy *p)
{
	size_t nest = esmtp_message_nest(msg, ESMTP_A_SETTINGS);

	esmtp_message_u8(msg, ESMTP_SETTINGS_A_PICKUP, p->pickup);
	esmtp_message_u8(msg, ESMTP_SETTINGS_A_OVERLOAD, p->overload);
	esmtp_message_u32(msg, ESMTP_SETTINGS_A_MAX_CONNS, p->max_conns);
	esmtp_message_u8(msg, ESMTP_SETTINGS_A_LOCAL, p->local);
	esmtp_message_u8(msg, ESMTP_SETTINGS_A_CLIENT_PREFIX4, p->client_prefix4);
	esmtp_message_u8(msg, ESMTP_SETTINGS_A_CLIENT_PREFIX6, p->client_prefix6);
	esmtp_message_end(msg, nest);
}

static void put_acl(struct esmtp_message *msg, const struct esmtp_acl *acl)
{
	size_t nest = esmtp_message_nest(msg, ESMTP_A_ACL);

	esmtp_message_str(msg, ESMTP_ACL_A_NAME, acl->name);
	esmtp_message_u32(msg, ESMTP_ACL_A_COUNT, acl->n);
	esmtp_message_end(msg, nest);
}

static void put_ace(struct esmtp_message *msg, const struct esmtp_ace *ace)
{
	size_t nest = esmtp_message_nest(msg, ESMTP_A_ACE);

	esmtp_message_u8(msg, ESMTP_ACE_A_PERMIT, ace->permit);
	esmtp_message_u8(msg, ESMTP_ACE_A_FAMILY, ace->family);
	esmtp_message_u8(msg, ESMTP_ACE_A_PROTO, ace->proto);
	put_addr(msg, ESMTP_ACE_A_SRC, &ace->src);
	put_addr(msg, ESMTP_ACE_A_SRC_MASK, &ace->smask);
	put_addr(msg, ESMTP_ACE_A_DST, &ace->dst);
	put_addr(msg, ESMTP_ACE_A_DST_MASK, &ace->dmask);
	esmtp_message_u32(msg, ESMTP_ACE_A_SRC_PORTS,
			  ports_u32(ace->sports.lo, ace->sports.hi));
	esmtp_message_u8(msg, ESMTP_ACE_A_SRC_PORT_OP, ace->sports.op);
	esmtp_message_u32(msg, ESMTP_ACE_A_DST_PORTS,
			  ports_u32(ace->dports.lo, ace->dports.hi));
	esmtp_message_u8(msg, ESMTP_ACE_A_DST_PORT_OP, ace->dports.op);
	esmtp_message_flag(msg, ESMTP_ACE_A_INACTIVE, ace->inactive);
	esmtp_message_end(msg, nest);
}

static void put_class(struct esmtp_message *msg, const struct esmtp_class *c)
{
	size_t nest = esmtp_message_nest(msg, ESMTP_A_CLASS);

	esmtp_message_str(msg, ESMTP_CLASS_A_NAME, c->name);
	esmtp_message_u8(msg, ESMTP_CLASS_A_KIND, c->kind);
	if (c->acl != ESMTP_NONE)
		esmtp_message_u16(msg, ESMTP_CLASS_A_ACL, c->acl);
	if (c->kind == ESMTP_CLASS_PORT)
		esmtp_message_u32(msg, ESMTP_CLASS_A_PORTS,
				  ports_u32(c->lo, c->hi));
	esmtp_message_end(msg, nest);
}

static void put_pmap(struct esmtp_message *msg, const struct esmtp_pmap *pm)
{
	size_t nest = esmtp_message_nest(msg, ESMTP_A_PMAP);

	esmtp_message_str(msg, ESMTP_PMAP_A_NAME, pm->name);
	esmtp_message_u32(msg, ESMTP_PMAP_A_COUNT, pm->n);
	esmtp_message_end(msg, nest);
}

static void put_bind(struct esmtp_message *msg, const struct esmtp_bind *b)
{
	size_t nest = esmtp_message_nest(msg, ESMTP_A_BIND);

	esmtp_message_u16(msg, ESMTP_BIND_A_CLASS, b->class);
	esmtp_message_u8(msg, ESMTP_BIND_A_VERDICT, b->verdict);
	if (b->map != ESMTP_NONE)
		esmtp_message_u16(msg, ESMTP_BIND_A_MAP, b->map);
	if (b->limited)
		esmtp_message_put(msg, ESMTP_BIND_A_SET, sizeof(b->set), &b->set);
	esmtp_message_end(msg, nest);
}

static void put_service(struct esmtp_message *msg, const struct esmtp_service *s)
{
	size_t nest = esmtp_message_nest(msg, ESMTP_A_SERVICE);

	if (s->ifname[0])
		esmtp_message_str(msg, ESMTP_SERVICE_A_IFNAME, s->ifname);
	esmtp_message_u16(msg, ESMTP_SERVICE_A_PMAP, s->pmap);
	esmtp_message_end(msg, nest);
}

static void put_limit(struct esmtp_message *msg, const struct esmtp_limit *l)
{
	size_t nest = esmtp_message_nest(msg, ESMTP_A_LIMIT);

	esmtp_message_u8(msg, ESMTP_LIMIT_A_FAMILY, l->family);
	put_addr(msg, ESMTP_LIMIT_A_HOST, &l->host);
	if (l->port)
		esmtp_message_u16(msg, ESMTP_LIMIT_A_PORT, l->port);
	esmtp_message_u32(msg, ESMTP_LIMIT_A_CONN_MAX, l->conn_max);
	esmtp_message_u32(msg, ESMTP_LIMIT_A_EMBRYONIC_MAX, l->embryonic_max);
	esmtp_message_end(msg, nest);
}

static void put_policy(struct esmtp_message *msg, const struct esmtp_policy *p)
{
	u32 i;

	put_settings(msg, p);
	for (i = 0; i < p->nregexes; i++)
		esmtp_put_regex(msg, p, &p->regexes[i]);
	for (i = 0; i < p->nmaps; i++)
		esmtp_put_map(msg, &p->maps[i]);
	for (i = 0; i < p->nacls; i++)
		put_acl(msg, &p->acls[i]);
	for (i = 0; i < p->naces; i++)
		put_ace(msg, &p->aces[i]);
	for (i = 0; i < p->nclasses; i++)
		put_class(msg, &p->classes[i]);
	for (i = 0; i < p->npmaps; i++)
		put_pmap(msg, &p->pmaps[i]);
	for (i = 0; i < p->nbinds; i++)
		put_bind(msg, &p->binds[i]);
	for (i = 0; i < p->nservices; i++)
		put_service(msg, &p->services[i]);
	for (i = 0; i < p->nlimits; i++)
		put_limit(msg, &p->limits[i]);
}

/**
 * esmtp_model_set() - put a policy in force
 * @nl: the socket
 * @p: the policy
 * @source: configuration text that it was made from
 * @len: bytes of it
 * @expect: generation that it replaces
 * @bad: set if it is refused: the rule that is complained of
 *
 * Return: 0 or a negative errno, with @nl->error set; -ESTALE if another
 * generation is in force.
 */
int esmtp_model_set(struct esmtp_nl *nl, const struct esmtp_policy *p,
		    const char *source, size_t len, u32 expect,
		    struct esmtp_rule_place *bad)
{
	struct esmtp_message msg;
	int err = -ENOMEM;

	bad->found = false;
	esmtp_message_start(&msg, nl, ESMTP_CMD_POLICY_SET, NLM_F_ACK);
	esmtp_message_u32(&msg, ESMTP_A_GENERATION, expect);
	put_source(&msg, source, len);
	put_policy(&msg, p);
	if (msg.failed) {
		snprintf(nl->error, sizeof(nl->error),
			 "not enough memory for the policy");
	} else {
		err = esmtp_nl_call(nl, msg.nlh, NULL, NULL);
		if (err)
			esmtp_model_place(msg.nlh, nl->bad, bad);
	}
	esmtp_message_free(&msg);
	return err;
}

/**
 * esmtp_model_clear() - set the counters of the policy to zero
 * @nl: the socket
 * @ifname: of the service-policy of an interface, empty for the global one; NULL for all
 *
 * Return: 0 or a negative errno, with @nl->error set.
 */
int esmtp_model_clear(struct esmtp_nl *nl, const char *ifname)
{
	char buf[128] __attribute__((aligned(4)));
	struct nlmsghdr *nlh;
	struct nlattr *nest;

	nlh = esmtp_nl_start(nl, buf, ESMTP_CMD_COUNTERS_CLEAR, NLM_F_ACK);
	if (ifname) {
		nest = mnl_attr_nest_start(nlh, ESMTP_A_SERVICE);
		if (*ifname)
			mnl_attr_put_strz(nlh, ESMTP_SERVICE_A_IFNAME, ifname);
		mnl_attr_nest_end(nlh, nest);
	}
	return esmtp_nl_call(nl, nlh, NULL, NULL);
}

/**
 * esmtp_model_clear_drops() - set the counters of dropped packets and flows to zero
 * @nl: the socket
 *
 * Return: 0 or a negative errno, with @nl->error set.
 */
int esmtp_model_clear_drops(struct esmtp_nl *nl)
{
	char buf[64] __attribute__((aligned(4)));

	return esmtp_nl_call(nl, esmtp_nl_start(nl, buf, ESMTP_CMD_DROPS_CLEAR, NLM_F_ACK),
			     NULL, NULL);
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
