// SPDX-License-Identifier: GPL-2.0
/*
 * ICMP errors (RFC 792, RFC 4443 3) quote a forwarded segment with its translated
 * sequence number. It is translated back: the sender accepts an error only if it quotes
 * a number in flight (RFC 5927 4.1), and path MTU discovery depends on these errors.
 */
#include "icmp.h"

#include <arpa/inet.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>

#include <linux/netfilter.h>

#include "flow.h"

enum {
	HEADER = 8,			/* bytes before the quoted packet */
	CHECKSUM = 2,			/* offset in it */
	QUOTED = 8,			/* bytes of a TCP header that are there at least */
};

/**
 * struct quote - a segment that an error quotes
 * @ip: its IP header
 * @checksum: the error's
 * @tcp: its TCP header, of which QUOTED bytes are there
 */
struct quote {
	u8 *ip, *checksum;
	struct tcphdr *tcp;
};

static bool is_icmp_error(u8 family, u8 type)
{
	if (family == NFPROTO_IPV6)
		return !(type & ICMP6_INFOMSG_MASK);
	return type == ICMP_DEST_UNREACH || type == ICMP_TIME_EXCEEDED ||
	       type == ICMP_PARAMETERPROB || type == ICMP_SOURCE_QUENCH;
}

/* Offset of the packet that an ICMP error quotes, 0 if it is no error. */
static u32 find_quote_offset(const u8 *ip, u32 len, u8 family)
{
	u8 proto = family == NFPROTO_IPV6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	bool parts;
	u32 at = packet_find(ip, len, family, proto, &parts);

	return at && at + HEADER < len && is_icmp_error(family, ip[at]) ? at + HEADER : 0;
}

static bool find_quoted_segment(const struct packet *p, struct quote *q)
{
	u8 family = p->pkt.family;
	u32 at = find_quote_offset(p->buf.data, p->buf.len, family), tcp, len;
	bool parts;

	if (!at)
		return false;
	q->ip = p->buf.data + at;
	q->checksum = q->ip - HEADER + CHECKSUM;
	len = p->buf.len - at;
	tcp = packet_find(q->ip, len, family, IPPROTO_TCP, &parts);
	q->tcp = (void *)(q->ip + tcp);
	return tcp && tcp + QUOTED <= len;
}

/* Translates the sequence number of a forwarded segment back to its sender's. */
static u32 translate_quoted_seq(const struct quote *q, u8 family, u32 seq)
{
	const struct esmtp_pkt segment = {
		.family = family,
		.sport = ntohs(q->tcp->source),
		.dport = ntohs(q->tcp->dest),
	};
	struct esmtp_tuple t = flow_tuple(q->ip, &segment);
	struct flow_key key;
	struct chain *chain;
	struct flow *flow;
	bool src_lo;

	flow_key_of(&key, &t, &src_lo);
	chain = table_lock(&key);
	flow = table_find(chain, &key);
	if (flow && flow->ins && esmtp_renumber_on(flow->ins))
		seq = esmtp_renumber_in(&flow->ins->half[flow_dir(flow, src_lo)], seq, false);
	table_unlock(chain);
	return seq;
}

/**
 * esmtp_walk_quote() - translate the sequence number that an ICMP error quotes
 * @u: a packet that is no TCP segment, from a hook where segments have both ends' real
 *	addresses
 *
 * Context: a queue's thread; the plane's lock is held for reading.
 *
 * Return: what became of it.
 */
enum esmtp_quote esmtp_walk_quote(struct esmtp_unread *u)
{
	struct packet *p = u->p;
	struct quote q;
	u32 was, seq;

	if (!find_quoted_segment(p, &q))
		return ESMTP_QUOTE_KEPT;
	was = ntohl(q.tcp->seq);
	seq = translate_quoted_seq(&q, p->pkt.family, was);
	if (seq == was)
		return ESMTP_QUOTE_KEPT;
	packet_replace((u8 *)&q.tcp->seq, seq, q.checksum);
	p->edited = true;
	return ESMTP_QUOTE_TRANSLATED;
}
