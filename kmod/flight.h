/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_FLIGHT_H
#define _NF_ESMTP_FLIGHT_H

#include <linux/atomic.h>
#include <linux/types.h>

#include "held.h"

/* Memory that kept bytes may hold. */
enum {
	ESMTP_FLIGHT_FLOW = 8 << 20,	/* each direction of a connection */
	ESMTP_FLIGHT_NET = 256 << 20,	/* each namespace */
};

/**
 * struct esmtp_flight - the original bytes of one direction, until acknowledged
 * @head: those judged, in stream order, without overlap or gap
 * @tail: the last of them
 * @ahead: those that passed ahead of a gap and are not judged yet, in stream
 *	order, without overlap
 * @total: the namespace's sum
 * @held: this direction's share of it
 */
struct esmtp_flight {
	struct esmtp_held *head;
	struct esmtp_held *tail;
	struct esmtp_held *ahead;
	atomic_long_t *total;
	u32 held;
};

/* What becomes of a packet ahead of a gap. */
enum esmtp_known {
	ESMTP_KNOWN_NONE,		/* nothing of it is known */
	ESMTP_KNOWN_SAME,		/* all of it is, and the same */
	ESMTP_KNOWN_DIFFERS,		/* a byte of it is known to be another */
	ESMTP_KNOWN_PARTLY,		/* some of it is known */
};

void esmtp_flight_init(struct esmtp_flight *fl, atomic_long_t *total);
bool esmtp_flight_full(const struct esmtp_flight *fl);
int esmtp_flight_add(struct esmtp_flight *fl, const struct esmtp_pkt *pkt,
		     u32 skip, u32 off);
void esmtp_flight_take_back(struct esmtp_flight *fl, u32 len);
void esmtp_flight_prune(struct esmtp_flight *fl, u32 una);
bool esmtp_flight_same(const struct esmtp_flight *fl, const struct esmtp_pkt *pkt,
		       u32 skip, u32 off, u32 len);
enum esmtp_known esmtp_flight_ahead(const struct esmtp_flight *fl,
				    const struct esmtp_pkt *pkt, u32 off);
int esmtp_flight_ahead_add(struct esmtp_flight *fl, const struct esmtp_pkt *pkt,
			   u32 off);
void esmtp_flight_ahead_judged(struct esmtp_flight *fl);
void esmtp_flight_purge(struct esmtp_flight *fl);

#endif /* _NF_ESMTP_FLIGHT_H */
