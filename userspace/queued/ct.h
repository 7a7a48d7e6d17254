/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_CT_H
#define _QUEUED_CT_H

#include <esmtp/policy.h>

bool ct_find(const struct esmtp_tuple *real, struct esmtp_flowspec *spec);
/* How far conntrack thinks a connection has got. */
enum ct_life {
	CT_OVER,
	CT_HALF_OPEN,
	CT_OPEN,
};

void ct_be_liberal(const struct esmtp_flowspec *spec);
u32 ct_established_seconds(void);
int ct_dump(void (*fn)(const struct esmtp_flowspec *spec, enum ct_life life,
		       void *ctx), void *ctx);

#endif /* _QUEUED_CT_H */
