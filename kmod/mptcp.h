/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_MPTCP_H
#define _NF_ESMTP_MPTCP_H

#include <linux/netfilter.h>
#include <net/netfilter/nf_conntrack.h>
#include <esmtp/core.h>

struct esmtp_pkt;
struct esmtp_policy;

enum esmtp_reason esmtp_mptcp_syn(const struct esmtp_policy *p, struct esmtp_pkt *pkt,
				  const struct nf_conn *ct, enum ip_conntrack_dir dir,
				  const struct nf_hook_state *state);

#endif /* _NF_ESMTP_MPTCP_H */
