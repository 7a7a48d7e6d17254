// SPDX-License-Identifier: GPL-2.0
/* A connection of conntrack's, as a policy sees it. */
#include <linux/netdevice.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_tuple.h>

#include "flow.h"

static u8 family(const struct nf_conn *ct)
{
	return nf_ct_l3num(ct) == NFPROTO_IPV4 ? ESMTP_AF_INET : ESMTP_AF_INET6;
}

static void address(struct esmtp_addr *to, const union nf_inet_addr *from)
{
	BUILD_BUG_ON(sizeof(*to) != sizeof(from->all));
	memcpy(to, from->all, sizeof(*to));
}

/**
 * esmtp_tuple_addresses() - the addresses of a connection, as a policy sees them
 * @ct: the connection
 * @spec: filled, without interfaces
 *
 * The real addresses are the client's as it sent it and the server's as it
 * answers; on the wire are the others.
 */
void esmtp_tuple_addresses(const struct nf_conn *ct, struct esmtp_flowspec *spec)
{
	const struct nf_conntrack_tuple *orig =
		&ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	const struct nf_conntrack_tuple *reply =
		&ct->tuplehash[IP_CT_DIR_REPLY].tuple;

	address(&spec->real.src, &orig->src.u3);
	address(&spec->real.dst, &reply->src.u3);
	spec->real.sport = ntohs(orig->src.u.tcp.port);
	spec->real.dport = ntohs(reply->src.u.tcp.port);
	spec->real.family = family(ct);
	spec->real.proto = IPPROTO_TCP;

	spec->wire = spec->real;
	address(&spec->wire.src, &reply->dst.u3);
	address(&spec->wire.dst, &orig->dst.u3);
	spec->wire.sport = ntohs(reply->dst.u.tcp.port);
	spec->wire.dport = ntohs(orig->dst.u.tcp.port);

	spec->in = "";
	spec->out = "";
}

/**
 * esmtp_tuple_wanted() - could a connection be inspected, going by its ports?
 * @p: the policy
 * @ct: the connection
 *
 * The cheap question before esmtp_tuple_spec(), asked for each packet of those that
 * have nothing to do with mail. Any context.
 *
 * Return: false if not, whether its ports are translated or not.
 */
bool esmtp_tuple_wanted(const struct esmtp_policy *p, const struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *orig =
		&ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	const struct nf_conntrack_tuple *reply =
		&ct->tuplehash[IP_CT_DIR_REPLY].tuple;

	return esmtp_policy_wants(p, ntohs(orig->src.u.tcp.port),
				  ntohs(reply->src.u.tcp.port)) ||
	       esmtp_policy_wants(p, ntohs(reply->dst.u.tcp.port),
				  ntohs(orig->dst.u.tcp.port));
}

/**
 * esmtp_tuple_spec() - what a connection looks like to a policy
 * @ct: the connection
 * @dir: of the packet at hand
 * @state: of the hook that the packet is in
 * @spec: filled; it holds pointers into the devices of @state
 *
 * The interfaces are named as the initiator's packets cross them.
 */
void esmtp_tuple_spec(const struct nf_conn *ct, enum ip_conntrack_dir dir,
		      const struct nf_hook_state *state,
		      struct esmtp_flowspec *spec)
{
	bool forth = dir == IP_CT_DIR_ORIGINAL;
	const struct net_device *in = forth ? state->in : state->out;
	const struct net_device *out = forth ? state->out : state->in;

	esmtp_tuple_addresses(ct, spec);
	if (in)
		spec->in = in->name;
	if (out)
		spec->out = out->name;
}
