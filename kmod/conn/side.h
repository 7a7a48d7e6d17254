/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_SIDE_H
#define _NF_ESMTP_SIDE_H

#include <esmtp/stream.h>

struct esmtp_flow;
struct nf_hook_state;

int esmtp_side_of(const struct esmtp_pkt *pkt, const struct nf_hook_state *state);
bool esmtp_side_forged(const struct esmtp_pkt *pkt, const struct nf_hook_state *state);
bool esmtp_side_right(struct esmtp_flow *flow, enum esmtp_dir dir,
		      const struct esmtp_pkt *pkt, const struct nf_hook_state *state);

#endif /* _NF_ESMTP_SIDE_H */
