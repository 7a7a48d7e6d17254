/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_SKB_OWN_H
#define _NF_ESMTP_SKB_OWN_H

struct esmtp_pkt;

int esmtp_pkt_own(struct esmtp_pkt *pkt);

#endif /* _NF_ESMTP_SKB_OWN_H */
