// SPDX-License-Identifier: GPL-2.0
/*
 * SYN cookies of the kernel's own making (RFC 4987 3.6), for connections between
 * others.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter_ipv6.h>
#include <net/netfilter/nf_conntrack_tuple.h>
#include <net/tcp.h>

#include "intercept.h"

/* What a cookie is made of, besides the time and a secret. */
struct origin {
	struct tcphdr th;
	struct iphdr ipv4;
	struct ipv6hdr ipv6;
};

static void fill(struct origin *o, const struct nf_conntrack_tuple *t, u32 seq,
		 u32 ack)
{
	memset(o, 0, sizeof(*o));
	o->th.source = t->src.u.tcp.port;
	o->th.dest = t->dst.u.tcp.port;
	o->th.seq = htonl(seq);
	o->th.ack_seq = htonl(ack);
	o->ipv4.saddr = t->src.u3.ip;
	o->ipv4.daddr = t->dst.u3.ip;
	o->ipv6.saddr = t->src.u3.in6;
	o->ipv6.daddr = t->dst.u3.in6;
}

/**
 * esmtp_cookie_make() - a sequence number that says all that is to be remembered
 * @t: the connection as the client sees it, from the client to the server
 * @seq: of the client's SYN
 * @mss: the client's; cut to one that a cookie can say
 *
 * Any context.
 *
 * Return: the sequence number.
 */
u32 esmtp_cookie_make(const struct nf_conntrack_tuple *t, u32 seq, u16 *mss)
{
	struct origin o;

	fill(&o, t, seq, 0);
	if (t->src.l3num == NFPROTO_IPV4)
		return __cookie_v4_init_sequence(&o.ipv4, &o.th, mss);
	return nf_ipv6_cookie_init_sequence(&o.ipv6, &o.th, mss);
}

/**
 * esmtp_cookie_check() - does a client acknowledge a cookie?
 * @t: as it was for esmtp_cookie_make()
 * @seq: of the acknowledgement
 * @ack: what it acknowledges
 *
 * Any context.
 *
 * Return: the client's MSS, or 0 if it was no cookie, or is too old.
 */
u16 esmtp_cookie_check(const struct nf_conntrack_tuple *t, u32 seq, u32 ack)
{
	struct origin o;

	fill(&o, t, seq, ack);
	if (t->src.l3num == NFPROTO_IPV4)
		return __cookie_v4_check(&o.ipv4, &o.th);
	return nf_cookie_v6_check(&o.ipv6, &o.th);
}
