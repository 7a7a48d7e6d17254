/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_INTERCEPT_H
#define _NF_ESMTP_INTERCEPT_H

#include <linux/types.h>
#include <net/netfilter/nf_conntrack.h>
#include <esmtp/core.h>

struct esmtp_flow;
struct esmtp_net;
struct esmtp_pkt;
struct esmtp_segment;
struct net;
struct nf_hook_state;
struct sk_buff;

/* How long a cookie may be acknowledged. */
enum { ESMTP_COOKIE_SECONDS = 128 };

/* cookie.c */
u32 esmtp_cookie_make(const struct nf_conntrack_tuple *t, u32 seq, u16 *mss, u16 promise);
u16 esmtp_cookie_check(const struct nf_conntrack_tuple *t, u32 seq, u32 ack, u16 promise);
u32 esmtp_cookie_clock(const struct nf_conntrack_tuple *t);

/* intercept.c */
bool esmtp_intercept_pending(const struct esmtp_net *en);
enum esmtp_reason esmtp_intercept_syn(struct esmtp_net *en, const struct nf_conn *ct,
				      const struct esmtp_pkt *pkt,
				      const struct nf_hook_state *state);
bool esmtp_intercept_opening(const struct nf_conn *ct);
enum esmtp_reason esmtp_intercept_ack(struct esmtp_net *en, struct sk_buff *skb,
				      const struct nf_hook_state *state);
bool esmtp_intercept_vouched(const struct esmtp_net *en, const struct nf_conn *ct,
			     const struct esmtp_pkt *pkt);
void esmtp_intercept_send(struct esmtp_net *en, struct net *net,
			  const struct nf_conntrack_tuple *from,
			  const struct esmtp_segment *seg, u32 mark, int side);
void esmtp_intercept_begin(struct esmtp_flow *flow, const struct esmtp_pkt *pkt);
enum esmtp_reason esmtp_intercept_refuse(struct esmtp_net *en, const struct nf_conn *ct,
					 const struct esmtp_pkt *pkt,
					 const struct nf_hook_state *state);
enum esmtp_reason esmtp_intercept_packet(struct esmtp_flow *flow, enum esmtp_dir dir,
					 struct esmtp_pkt *pkt,
					 const struct nf_hook_state *state);

int esmtp_intercept_turn(const struct esmtp_flow *flow, struct esmtp_pkt *pkt);
int esmtp_intercept_shift(const struct esmtp_flow *flow, struct esmtp_pkt *pkt);

/* opening.c */
int esmtp_opening_init(struct esmtp_net *en, struct net *net);
void esmtp_opening_exit(struct esmtp_net *en);
void esmtp_opening_add(struct esmtp_net *en, const struct sk_buff *skb);

#endif /* _NF_ESMTP_INTERCEPT_H */
