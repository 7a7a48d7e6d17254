// SPDX-License-Identifier: GPL-2.0
/*
 * Multipath TCP (RFC 8684): ends that agree on it put data in another order than
 * that of the segments, and on several connections, of which each would be read
 * here as a conversation of its own. So they don't get to agree: a SYN of a
 * connection that will be inspected loses the option, and both go on with TCP.
 */
#include "mptcp.h"

static u8 *find(u8 *at, const u8 *end)
{
	return esmtp_tcp_option(at, end, ESMTP_TCP_MPTCP);
}

/* Will it be inspected, and not only watched? */
static bool wanted(const struct esmtp_policy *p, const struct esmtp_flowspec *spec)
{
	struct esmtp_class_result found = esmtp_classify(p, spec);

	return found.verdict == ESMTP_CLASSIFY_INSPECT &&
	       !p->maps[p->binds[found.bind].map].params.monitor;
}

/**
 * esmtp_mptcp_offered() - does a SYN speak of MPTCP?
 * @pkt: the SYN
 *
 * Any context.
 *
 * Return: true if so.
 */
bool esmtp_mptcp_offered(const struct esmtp_pkt *pkt)
{
	u8 options[ESMTP_TCP_OPTIONS];

	return find(options, options + esmtp_pkt_options(pkt, options));
}

/**
 * esmtp_mptcp_hide() - let a connection that will be inspected be one of TCP
 * @p: the policy
 * @pkt: a SYN that speaks of MPTCP
 * @spec: its connection
 *
 * Softirq, or process context on LOCAL_OUT, in an RCU read-side section.
 *
 * Return: ESMTP_GO if there is nothing to do, ESMTP_OPTION if it was done,
 *	ESMTP_MEMORY.
 */
enum esmtp_reason esmtp_mptcp_hide(const struct esmtp_policy *p, struct esmtp_pkt *pkt,
				   const struct esmtp_flowspec *spec)
{
	u8 options[ESMTP_TCP_OPTIONS], *at = options;
	const u8 *end;
	u32 n;

	if (!wanted(p, spec))
		return ESMTP_GO;
	end = options + esmtp_pkt_options(pkt, options);
	while ((at = find(at, end))) {
		n = at[1];
		memset(at, ESMTP_TCP_NOP, n);
		at += n;
	}
	return esmtp_apply_options(pkt, options) ? ESMTP_MEMORY : ESMTP_OPTION;
}
