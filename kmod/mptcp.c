// SPDX-License-Identifier: GPL-2.0
/*
 * Multipath TCP (RFC 8684): ends that agree on it put data in another order than
 * that of the segments, and on several connections, of which each would be read
 * here as a conversation of its own. So they don't get to agree: a SYN of a
 * connection that will be inspected loses the option, and both go on with TCP.
 */
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/checksum.h>
#include <net/tcp.h>

#include "flow.h"
#include "mptcp.h"
#include "pkt.h"

enum { OPTIONS = 40 };			/* bytes at most (RFC 9293 3.1) */

static u8 *find(u8 *at, const u8 *end)
{
	return esmtp_tcp_option(at, end, ESMTP_TCP_MPTCP);
}

static bool offered(const struct esmtp_pkt *pkt)
{
	u32 from = pkt->thoff + sizeof(struct tcphdr), len = pkt->dataoff - from;
	u8 buf[OPTIONS];

	return len && !skb_copy_bits(pkt->skb, from, buf, len) && find(buf, buf + len);
}

/* Will it be inspected, and not only watched? Its SYN is not confirmed yet. */
static bool wanted(const struct esmtp_policy *p, const struct nf_conn *ct,
		   enum ip_conntrack_dir dir, const struct nf_hook_state *state)
{
	struct esmtp_class_result found;
	struct esmtp_flowspec spec;

	esmtp_flow_spec(ct, dir, state, &spec);
	found = esmtp_classify(p, &spec);
	return found.verdict == ESMTP_CLASSIFY_INSPECT &&
	       !p->maps[p->binds[found.bind].map].params.monitor;
}

static enum esmtp_reason hide(struct esmtp_pkt *pkt)
{
	u32 hlen = pkt->dataoff - pkt->thoff, n;
	struct tcphdr *th;
	__wsum was;
	u8 *at;

	if (skb_ensure_writable(pkt->skb, pkt->dataoff))
		return ESMTP_MEMORY;
	th = esmtp_pkt_tcp(pkt);
	was = csum_partial(th, hlen, 0);
	at = (u8 *)(th + 1);
	while ((at = find(at, (u8 *)th + hlen))) {
		n = at[1];
		memset(at, TCPOPT_NOP, n);
		at += n;
	}
	if (pkt->skb->ip_summed != CHECKSUM_PARTIAL)
		csum_replace_by_diff(&th->check,
				     csum_sub(csum_partial(th, hlen, 0), was));
	return ESMTP_OPTION;
}

/**
 * esmtp_mptcp_syn() - let a connection that will be inspected be one of TCP
 * @p: the policy
 * @pkt: a SYN
 * @ct: its connection
 * @dir: its direction
 * @state: of the hook that it is in
 *
 * Softirq, or process context on LOCAL_OUT, in an RCU read-side section.
 *
 * Return: ESMTP_GO if there is nothing to do, ESMTP_OPTION if it was done,
 *	ESMTP_MEMORY.
 */
enum esmtp_reason esmtp_mptcp_syn(const struct esmtp_policy *p, struct esmtp_pkt *pkt,
				  const struct nf_conn *ct, enum ip_conntrack_dir dir,
				  const struct nf_hook_state *state)
{
	if (!offered(pkt) || !wanted(p, ct, dir, state))
		return ESMTP_GO;
	return hide(pkt);
}
