// SPDX-License-Identifier: GPL-2.0
/*
 * SYNs of intercepted connections that the server has not answered. The client takes
 * its connection for established and waits for the greeting, so the module has to
 * retransmit the SYN (RFC 6298 5), and to reset the client if no answer comes.
 *
 * To retransmit, a copy of the SYN is received again (netif_rx()), so that it passes
 * the same hooks as before.
 */
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>

#include "conn/lookup.h"
#include "control/net.h"
#include "data/skb_parse.h"
#include "intercept.h"

enum {
	OPENINGS = 1024,		/* per namespace; more are not retransmitted */
	GIVE_UP = 15,			/* seconds */
};

/**
 * struct opening - a SYN that may have to be retransmitted
 * @list: in its namespace
 * @skb: the SYN, as conntrack receives it
 * @zone: that conntrack looks for it in
 * @ifindex: of the interface that it was received on
 * @age: seconds
 */
struct opening {
	struct list_head list;
	struct sk_buff *skb;
	struct nf_conntrack_zone zone;
	int ifindex;
	u32 age;
};

/**
 * struct esmtp_openings - unanswered SYNs of a namespace
 * @en: the namespace
 * @net: the same
 * @lock: protects @list and @n; taken with BH off
 * @list: struct opening, the oldest first
 * @n: entries of @list
 * @work: runs each second while @n is not 0
 */
struct esmtp_openings {
	struct esmtp_net *en;
	struct net *net;
	spinlock_t lock;		/* see above */
	struct list_head list;
	u32 n;
	struct delayed_work work;
};

static void free_opening(struct opening *o)
{
	kfree_skb(o->skb);
	kfree(o);
}

static u8 get_skb_family(const struct sk_buff *skb)
{
	return skb->protocol == htons(ETH_P_IP) ? NFPROTO_IPV4 : NFPROTO_IPV6;
}

enum state {
	REFUSED,			/* the ruleset dropped the SYN */
	WAITS,				/* for the server's SYN-ACK */
	DONE,
};

static enum state get_opening_state(struct esmtp_openings *list, const struct opening *o)
{
	enum ip_conntrack_dir dir;
	struct nf_conn *ct;
	bool waits;

	ct = esmtp_lookup_ct_zone(list->net, &o->zone, o->skb, get_skb_family(o->skb), &dir);
	if (!ct)
		return REFUSED;
	waits = esmtp_intercept_opening(ct);
	nf_ct_put(ct);
	return waits ? WAITS : DONE;
}

static void reinject_syn(struct esmtp_openings *list, const struct opening *o)
{
	struct net_device *dev = dev_get_by_index_rcu(list->net, o->ifindex);
	struct sk_buff *skb;

	if (!dev)
		return;
	skb = skb_copy(o->skb, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return;
	skb->dev = dev;
	netif_rx(skb);
}

/* Lest a new connection from the client's port is taken for this one. */
static void kill_opening_conntrack(struct esmtp_openings *list, const struct opening *o)
{
	enum ip_conntrack_dir dir;
	struct nf_conn *ct;

	ct = esmtp_lookup_ct_zone(list->net, &o->zone, o->skb, get_skb_family(o->skb), &dir);
	if (!ct)
		return;
	if (esmtp_intercept_opening(ct))
		nf_ct_kill(ct);
	nf_ct_put(ct);
}

/* Resets the client, which takes the connection for established. */
static void abort_opening(struct esmtp_openings *list, const struct opening *o)
{
	struct nf_conntrack_tuple tuple, from;
	struct esmtp_segment seg = {
		.flags = ESMTP_TCP_RST | ESMTP_TCP_ACK,
	};
	struct esmtp_pkt pkt;

	if (!esmtp_pkt_parse(&pkt, o->skb, get_skb_family(o->skb)) ||
	    !nf_ct_get_tuplepr(o->skb, skb_network_offset(o->skb), pkt.family,
			       list->net, &tuple) ||
	    !nf_ct_invert_tuple(&from, &tuple))
		return;
	seg.seq = pkt.ack;
	seg.ack = pkt.seq + 1;
	esmtp_intercept_send(list->en, list->net, &from, &seg, o->skb->mark, o->ifindex);
	kill_opening_conntrack(list, o);
}

/* Returns false if the SYN is not to be retransmitted any more. */
static bool age_opening(struct esmtp_openings *list, struct opening *o)
{
	enum state state = get_opening_state(list, o);

	if (state == DONE)
		return false;
	if (state == REFUSED || ++o->age >= GIVE_UP) {
		abort_opening(list, o);
		return false;
	}
	/* after 1, 3 and 7 seconds */
	if (is_power_of_2(o->age + 1))
		reinject_syn(list, o);
	return true;
}

static void take_openings(struct esmtp_openings *list, struct list_head *to)
{
	spin_lock_bh(&list->lock);
	list_splice_init(&list->list, to);
	spin_unlock_bh(&list->lock);
}

static void put_back_openings(struct esmtp_openings *list, struct list_head *from, u32 gone)
{
	bool more;

	spin_lock_bh(&list->lock);
	list_splice(from, &list->list);
	list->n -= gone;
	more = list->n;
	spin_unlock_bh(&list->lock);
	if (more)
		schedule_delayed_work(&list->work, HZ);
}

static void retry_openings(struct work_struct *work)
{
	struct esmtp_openings *list = container_of(to_delayed_work(work),
						   struct esmtp_openings, work);
	struct opening *o, *next;
	LIST_HEAD(taken);
	u32 gone = 0;

	take_openings(list, &taken);
	rcu_read_lock();
	list_for_each_entry_safe(o, next, &taken, list) {
		if (age_opening(list, o))
			continue;
		list_del(&o->list);
		free_opening(o);
		gone++;
	}
	rcu_read_unlock();
	put_back_openings(list, &taken, gone);
}

/**
 * esmtp_opening_init() - prepare a namespace to retransmit SYNs
 * @en: the namespace
 * @net: the same
 *
 * Process context; may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int esmtp_opening_init(struct esmtp_net *en, struct net *net)
{
	struct esmtp_openings *list = kzalloc(sizeof(*list), GFP_KERNEL_ACCOUNT);

	if (!list)
		return -ENOMEM;
	list->en = en;
	list->net = net;
	spin_lock_init(&list->lock);
	INIT_LIST_HEAD(&list->list);
	INIT_DELAYED_WORK(&list->work, retry_openings);
	en->openings = list;
	return 0;
}

/**
 * esmtp_opening_exit() - stop retransmitting SYNs
 * @en: the namespace; no hook of it runs any more
 *
 * Process context; may sleep.
 */
void esmtp_opening_exit(struct esmtp_net *en)
{
	struct esmtp_openings *list = en->openings;
	struct opening *o, *next;

	cancel_delayed_work_sync(&list->work);
	list_for_each_entry_safe(o, next, &list->list, list)
		free_opening(o);
	en->openings = NULL;
	kfree(list);
}

static struct opening *alloc_opening(const struct sk_buff *skb)
{
	struct opening *o = kzalloc(sizeof(*o), GFP_ATOMIC | __GFP_NOWARN);

	if (!o)
		return NULL;
	o->ifindex = skb->dev->ifindex;
	o->zone = esmtp_lookup_zone(skb);
	o->skb = skb_copy(skb, GFP_ATOMIC | __GFP_NOWARN);
	if (!o->skb) {
		kfree(o);
		return NULL;
	}
	skb_dst_drop(o->skb);
	nf_reset_ct(o->skb);
	return o;
}

/**
 * esmtp_opening_add() - retransmit a SYN until it is answered
 * @en: the namespace
 * @skb: the SYN, on its way to conntrack
 *
 * Softirq. Beyond OPENINGS, or without memory, the SYN is not retransmitted.
 */
void esmtp_opening_add(struct esmtp_net *en, const struct sk_buff *skb)
{
	struct esmtp_openings *list = en->openings;
	struct opening *o = NULL;

	if (READ_ONCE(list->n) < OPENINGS)
		o = alloc_opening(skb);
	if (!o) {
		esmtp_count(en->stats->unkept);
		return;
	}
	spin_lock_bh(&list->lock);
	list_add_tail(&o->list, &list->list);
	list->n++;
	spin_unlock_bh(&list->lock);
	schedule_delayed_work(&list->work, HZ);
}
