/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_WALK_H
#define _NF_ESMTP_WALK_H

#include <linux/netfilter.h>
#include <net/netfilter/nf_conntrack.h>
#include <esmtp/stream.h>

#include "control/policy.h"

struct esmtp_flow;
struct esmtp_net;

/* How a packet ends that is none of ours: it passes, and is not counted. */
#define ESMTP_NOT_OURS ESMTP_REASON_MAX

/**
 * struct esmtp_walk - a packet on its way through the hook
 * @en: its namespace
 * @kp: the policy in force
 * @ct: its connection
 * @flow: the same as we know it, or NULL
 * @state: of the hook
 * @dir: its direction
 * @pkt: the packet
 */
struct esmtp_walk {
	struct esmtp_net *en;
	struct esmtp_kpolicy *kp;
	struct nf_conn *ct;
	struct esmtp_flow *flow;
	const struct nf_hook_state *state;
	enum esmtp_dir dir;
	struct esmtp_pkt pkt;
};

/* A SYN, and no answer to one. */
static inline bool esmtp_walk_asks(const struct esmtp_walk *w)
{
	return w->pkt.syn && !w->pkt.has_ack;
}

/* walk.c */
enum esmtp_reason esmtp_walk_packet(struct esmtp_walk *w);
enum esmtp_reason esmtp_walk_hide_mptcp(struct esmtp_walk *w);
bool esmtp_walk_left_out(const struct esmtp_walk *w);

/* begin.c */
enum esmtp_reason esmtp_begin_syn(struct esmtp_walk *w);
bool esmtp_begin_answers(const struct esmtp_walk *w);
enum esmtp_reason esmtp_begin_answer(struct esmtp_walk *w);

/* older.c */
enum esmtp_reason esmtp_older_first(struct esmtp_walk *w);
enum esmtp_reason esmtp_older_packet(struct esmtp_walk *w);
enum esmtp_reason esmtp_older_midstream(struct esmtp_walk *w);

#endif /* _NF_ESMTP_WALK_H */
