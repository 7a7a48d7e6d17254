/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_FLIGHT_H
#define _NF_ESMTP_FLIGHT_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/types.h>

struct esmtp_pkt;
struct sk_buff;

/* Memory that unacknowledged bytes may hold, by skb->truesize. */
enum {
	ESMTP_FLIGHT_FLOW = 8 << 20,	/* each direction of a connection */
	ESMTP_FLIGHT_NET = 256 << 20,	/* each namespace */
};

/**
 * struct esmtp_flight - the original bytes of one direction, until acknowledged
 * @head: packets, in stream order, without overlap or gap
 * @total: the namespace's sum
 * @held: this direction's share of it
 */
struct esmtp_flight {
	struct sk_buff *head;
	struct sk_buff *tail;
	atomic_long_t *total;
	u32 held;
};

void esmtp_flight_init(struct esmtp_flight *fl, atomic_long_t *total);
bool esmtp_flight_full(const struct esmtp_flight *fl);
int esmtp_flight_add(struct esmtp_flight *fl, const struct esmtp_pkt *pkt,
		     u32 skip, u32 off);
void esmtp_flight_take_back(struct esmtp_flight *fl, u32 len);
void esmtp_flight_prune(struct esmtp_flight *fl, u32 una);
bool esmtp_flight_same(const struct esmtp_flight *fl, const struct esmtp_pkt *pkt,
		       u32 skip, u32 off, u32 len);
void esmtp_flight_purge(struct esmtp_flight *fl);

#endif /* _NF_ESMTP_FLIGHT_H */
