/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_APPLY_H
#define _NF_ESMTP_APPLY_H

#include <esmtp/stream.h>

void esmtp_apply_length(const struct esmtp_pkt *pkt);
int esmtp_apply_bare(struct esmtp_pkt *pkt, const struct esmtp_segment *seg);
int esmtp_apply_ack(struct esmtp_pkt *pkt, u32 ack);
int esmtp_apply_acks(struct esmtp_pkt *pkt, const struct esmtp_way *way);

#endif /* _NF_ESMTP_APPLY_H */
