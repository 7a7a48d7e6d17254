/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_APPLY_H
#define _NF_ESMTP_APPLY_H

#include <esmtp/stream.h>

void esmtp_pkt_write_length(const struct esmtp_pkt *pkt);
int esmtp_pkt_write_bare(struct esmtp_pkt *pkt, const struct esmtp_segment *seg);
int esmtp_pkt_write_ack(struct esmtp_pkt *pkt, u32 ack);
int esmtp_pkt_write_acks(struct esmtp_pkt *pkt, const struct esmtp_half_stream *half);

#endif /* _NF_ESMTP_APPLY_H */
