/* SPDX-License-Identifier: GPL-2.0 */
/* The hosts that something happened to most often, in memory of one size. */
#ifndef _ESMTP_TOP_H
#define _ESMTP_TOP_H

#include <esmtp/policy.h>

enum {
	ESMTP_TOP_HOSTS = 16,		/* that are counted at a time */
	ESMTP_TOP_SHOWN = 5,		/* that are told of */
};

/**
 * struct esmtp_top_host - one of them
 * @addr: its address
 * @family: ESMTP_AF_INET or ESMTP_AF_INET6
 * @count: how often, at most
 * @over: by how much that may be too many
 */
struct esmtp_top_host {
	struct esmtp_addr addr;
	u8 family;
	u64 count;
	u64 over;
};

/**
 * struct esmtp_top - hosts, in no order
 * @n: how many
 * @host: these
 *
 * All zeros to begin with. A host that more than one of ESMTP_TOP_HOSTS cases was of is
 * always among them (Metwally, Agrawal, El Abbadi: Efficient Computation of Frequent and
 * Top-k Elements in Data Streams, 2005). The caller serialises the calls.
 */
struct esmtp_top {
	u32 n;
	struct esmtp_top_host host[ESMTP_TOP_HOSTS];
};

void esmtp_top_count(struct esmtp_top *top, u8 family, const struct esmtp_addr *addr);
u32 esmtp_top_best(const struct esmtp_top *top,
		   struct esmtp_top_host best[ESMTP_TOP_SHOWN]);

#endif /* _ESMTP_TOP_H */
