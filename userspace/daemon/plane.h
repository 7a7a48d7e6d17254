/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the daemon runs: a policy, counters and records, in the same structures as
 * a namespace has in the module.
 */
#ifndef _QUEUED_PLANE_H
#define _QUEUED_PLANE_H

#include "control/net.h"

/* Told on the command line. */
struct plane_options {
	bool fail_open;			/* what is not inspected passes */
	bool idle;			/* packets wait until a policy comes */
	unsigned int max_flows;		/* connections known at a time */
};

extern struct plane_options plane_options;

/* Counters of this plane alone, by thread like the others. */
enum plane_stat {
	PLANE_OVERRUNS,			/* times that a queue's socket was overrun */
	PLANE_UNREAD,			/* connections given up to that, fail-open */
	PLANE_EVICTED,			/* half-open connections forgotten for others */
	PLANE_WALKS,			/* times that all of conntrack was gone through */
	PLANE_CLOSED_AGAIN,		/* unread connections that were ended */
	PLANE_UNSEEN,			/* packets that passed as their SYN may have */
	PLANE_RULES_GONE,		/* times that others had removed the rules */
	PLANE_GAVE_WAY,			/* closed or ended ones */
	PLANE_UNFIT,			/* older ones that had no place */
	PLANE_STATS
};

int plane_init(void);
bool plane_idle(void);
void plane_exit(void);
void plane_read_lock(void);
void plane_unlock(void);
void plane_count(enum plane_stat stat);
void plane_overrun(void);
bool plane_overrun_lately(void);
bool plane_overrun_since(u32 when);
u64 plane_sum(enum plane_stat stat);

/* The policy in force; the caller holds the plane's lock for reading. */
static inline struct esmtp_kpolicy *plane_policy(void)
{
	return esmtp_net(&init_net)->policy;
}

#endif /* _QUEUED_PLANE_H */
