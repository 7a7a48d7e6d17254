/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_MPTCP_H
#define _NF_ESMTP_MPTCP_H

#include <esmtp/stream.h>

bool esmtp_mptcp_offered(const struct esmtp_pkt *pkt);
enum esmtp_reason esmtp_mptcp_hide(const struct esmtp_policy *p, struct esmtp_pkt *pkt,
				   const struct esmtp_flowspec *spec);

#endif /* _NF_ESMTP_MPTCP_H */
