/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_APPLY_H
#define _NF_ESMTP_APPLY_H

#include <esmtp/core.h>

struct esmtp_pkt;
struct esmtp_segment;

int esmtp_apply_log(struct esmtp_pkt *pkt, const struct esmtp_log *log, u32 off);
int esmtp_apply_blank(struct esmtp_pkt *pkt, u32 n);
int esmtp_apply_trim(struct esmtp_pkt *pkt, u32 len);
int esmtp_apply_no_urgent(struct esmtp_pkt *pkt);
int esmtp_apply_segment(struct esmtp_pkt *pkt, const struct esmtp_segment *seg);

#endif /* _NF_ESMTP_APPLY_H */
