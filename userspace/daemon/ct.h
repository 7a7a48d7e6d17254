/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_CT_H
#define _QUEUED_CT_H

#include <esmtp/policy.h>

struct nlattr;

bool ct_read(const struct nlattr *ct, struct esmtp_flowspec *spec);
bool ct_find(const struct esmtp_tuple *real, struct esmtp_flowspec *spec);
/* How far conntrack thinks a connection has got. */
enum ct_life {
	CT_OVER,
	CT_HALF_OPEN,
	CT_OPEN,
};

/* Conntrack's timeouts. */
enum ct_seconds {
	CT_SECONDS_HALF_OPEN,
	CT_SECONDS_OPEN,
	CT_SECONDS_UNACKED,		/* data that nobody acknowledges */
	CT_SECONDS_HALF_CLOSED,
	CT_SECONDS_CLOSED,
	CT_SECONDS_RESET,
	CT_SECONDS
};

void ct_be_liberal(const struct esmtp_flowspec *spec);
void ct_leave(void);
void ct_read_seconds(void);
u32 ct_seconds(enum ct_seconds which);
int ct_dump(void (*fn)(const struct esmtp_flowspec *spec, enum ct_life life,
		       void *ctx), void *ctx);

#endif /* _QUEUED_CT_H */
