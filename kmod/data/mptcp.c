// SPDX-License-Identifier: GPL-2.0
/*
 * Multipath TCP (RFC 8684) spreads one byte stream over several TCP connections, each
 * of which would be inspected as a session of its own. So its negotiation is
 * prevented: a SYN of a connection that will be inspected loses the option, and
 * both ends fall back to TCP.
 *
 * So is that of TCP Fast Open (RFC 7413): a client that gets no cookie sends no data with
 * its SYN, which would be dropped, and waits for no second one.
 */
#include "mptcp.h"

/*
 * Fast Open as it was asked for before it had a number (RFC 6994): a Linux client that got no
 * cookie with the number asks so the next time, and a Linux server answers.
 */
static u8 *find_old_fastopen(u8 *at, const u8 *end)
{
	while ((at = esmtp_tcp_option(at, end, ESMTP_TCP_EXPERIMENT))) {
		if (at[1] >= 4 && at[2] == 0xf9 && at[3] == 0x89)
			return at;
		at += at[1];
	}
	return NULL;
}

/* The first option that is hidden, or NULL. */
static u8 *find_hidden_option(u8 *at, const u8 *end)
{
	return esmtp_tcp_option(at, end, ESMTP_TCP_MPTCP) ?:
	       esmtp_tcp_option(at, end, ESMTP_TCP_FASTOPEN) ?: find_old_fastopen(at, end);
}

/* Will the connection be inspected, and not in monitor mode? */
static bool wants_inspection(const struct esmtp_policy *p, const struct esmtp_flowspec *spec)
{
	struct esmtp_class_result found = esmtp_classify(p, spec);

	return found.verdict == ESMTP_CLASSIFY_INSPECT &&
	       !p->maps[p->binds[found.bind].map].params.monitor;
}

/**
 * esmtp_mptcp_offered() - does a SYN offer MPTCP, or TCP Fast Open?
 * @pkt: the SYN
 *
 * Any context.
 *
 * Return: true if so.
 */
bool esmtp_mptcp_offered(const struct esmtp_pkt *pkt)
{
	u8 options[ESMTP_TCP_OPTIONS];

	return find_hidden_option(options, options + esmtp_pkt_options(pkt, options));
}

/**
 * esmtp_mptcp_hide() - remove these options if a connection will be inspected
 * @p: the policy
 * @pkt: a SYN with one of them
 * @spec: its connection
 *
 * Softirq, or process context on LOCAL_OUT, in an RCU read-side section.
 *
 * Return: ESMTP_R_GO if it need not be removed, ESMTP_R_OPTION if it was,
 *	ESMTP_R_MEMORY.
 */
enum esmtp_reason esmtp_mptcp_hide(const struct esmtp_policy *p, struct esmtp_pkt *pkt,
				   const struct esmtp_flowspec *spec)
{
	u8 options[ESMTP_TCP_OPTIONS], *at;
	const u8 *end;

	if (!wants_inspection(p, spec))
		return ESMTP_R_GO;
	end = options + esmtp_pkt_options(pkt, options);
	while ((at = find_hidden_option(options, end)))
		memset(at, ESMTP_TCP_NOP, at[1]);
	return esmtp_pkt_write_options(pkt, options) ? ESMTP_R_MEMORY : ESMTP_R_OPTION;
}
