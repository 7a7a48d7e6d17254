// SPDX-License-Identifier: GPL-2.0
/*
 * SYNs of intercepted connections on their way to the server. The client takes its
 * connection for open, and waits for a greeting: nobody but us would send the SYN
 * again (RFC 6298 5), or say that the server is not there.
 *
 * Such a SYN is received once more, so that it goes the way that it went before.
 */
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>

#include "acks.h"
#include "intercept.h"
#include "net.h"
#include "pkt.h"

enum {
	OPENINGS = 1024,		/* of a namespace; more are not sent again */
	GIVE_UP = 15,			/* seconds */
};

/**
 * struct opening - a SYN that may have to be sent again
 * @list: in its namespace
 * @skb: as it came to conntrack
 * @ifindex: of the interface that it came by
 * @age: seconds
 */
struct opening {
	struct list_head list;
	struct sk_buff *skb;
	int ifindex;
	u32 age;
};

/**
 * struct esmtp_openings - those of a namespace
 * @en: the namespace
 * @net: the same
 * @lock: protects @list and @n; taken with BH off
 * @list: struct opening, the oldest first
 * @n: of them
 * @work: runs each second while there is one
 */
struct esmtp_openings {
	struct esmtp_net *en;
	struct net *net;
	spinlock_t lock;		/* see above */
	struct list_head list;
	u32 n;
	struct delayed_work work;
};

static void release(struct opening *o)
{
	kfree_skb(o->skb);
	kfree(o);
}

static u8 family(const struct sk_buff *skb)
{
	return skb->protocol == htons(ETH_P_IP) ? NFPROTO_IPV4 : NFPROTO_IPV6;
}

enum state {
	REFUSED,			/* the ruleset let it not pass */
	WAITS,				/* for the server */
	DONE,
};

static enum state state_of(struct esmtp_openings *list, const struct opening *o)
{
	enum ip_conntrack_dir dir;
	struct nf_conn *ct;
	bool waits;

	ct = esmtp_acks_find(list->net, o->skb, family(o->skb), &dir);
	if (!ct)
		return REFUSED;
	waits = esmtp_intercept_opening(ct);
	nf_ct_put(ct);
	return waits ? WAITS : DONE;
}

static void receive(struct esmtp_openings *list, const struct opening *o)
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

/* The next connection from the client's port is not to begin in this one. */
static void forget(struct esmtp_openings *list, const struct opening *o)
{
	enum ip_conntrack_dir dir;
	struct nf_conn *ct;

	ct = esmtp_acks_find(list->net, o->skb, family(o->skb), &dir);
	if (!ct)
		return;
	if (esmtp_intercept_opening(ct))
		nf_ct_kill(ct);
	nf_ct_put(ct);
}

/* What the client takes for a connection is none. */
static void give_up(struct esmtp_openings *list, const struct opening *o)
{
	struct nf_conntrack_tuple tuple, from;
	struct esmtp_segment seg = {
		.flags = ESMTP_TCP_RST | ESMTP_TCP_ACK,
	};
	struct esmtp_pkt pkt;

	if (!esmtp_pkt_init(&pkt, o->skb, family(o->skb)) ||
	    !nf_ct_get_tuplepr(o->skb, skb_network_offset(o->skb), pkt.family,
			       list->net, &tuple) ||
	    !nf_ct_invert_tuple(&from, &tuple))
		return;
	seg.seq = pkt.ack;
	seg.ack = pkt.seq + 1;
	esmtp_intercept_send(list->en, list->net, &from, &seg);
	forget(list, o);
}

/* Returns false when no more is to be done about it. */
static bool look(struct esmtp_openings *list, struct opening *o)
{
	enum state state = state_of(list, o);

	if (state == DONE)
		return false;
	if (state == REFUSED || ++o->age >= GIVE_UP) {
		give_up(list, o);
		return false;
	}
	/* after 1, 3 and 7 seconds */
	if (is_power_of_2(o->age + 1))
		receive(list, o);
	return true;
}

static void take(struct esmtp_openings *list, struct list_head *to)
{
	spin_lock_bh(&list->lock);
	list_splice_init(&list->list, to);
	spin_unlock_bh(&list->lock);
}

static void put(struct esmtp_openings *list, struct list_head *from, u32 gone)
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

static void each_second(struct work_struct *work)
{
	struct esmtp_openings *list = container_of(to_delayed_work(work),
						   struct esmtp_openings, work);
	struct opening *o, *next;
	LIST_HEAD(taken);
	u32 gone = 0;

	take(list, &taken);
	rcu_read_lock();
	list_for_each_entry_safe(o, next, &taken, list) {
		if (look(list, o))
			continue;
		list_del(&o->list);
		release(o);
		gone++;
	}
	rcu_read_unlock();
	put(list, &taken, gone);
}

/**
 * esmtp_opening_init() - prepare a namespace for such SYNs
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
	INIT_DELAYED_WORK(&list->work, each_second);
	en->openings = list;
	return 0;
}

/**
 * esmtp_opening_exit() - send no more of them
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
		release(o);
	en->openings = NULL;
	kfree(list);
}

static struct opening *make(const struct sk_buff *skb)
{
	struct opening *o = kzalloc(sizeof(*o), GFP_ATOMIC | __GFP_NOWARN);

	if (!o)
		return NULL;
	o->ifindex = skb->dev->ifindex;
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
 * esmtp_opening_add() - send a SYN again if it comes to that
 * @en: the namespace
 * @skb: the SYN, on its way to conntrack
 *
 * Softirq. One more than there may be, or one without memory, is sent but once.
 */
void esmtp_opening_add(struct esmtp_net *en, const struct sk_buff *skb)
{
	struct esmtp_openings *list = en->openings;
	struct opening *o = NULL;

	if (READ_ONCE(list->n) < OPENINGS)
		o = make(skb);
	if (!o) {
		this_cpu_inc(en->stats->unkept);
		return;
	}
	spin_lock_bh(&list->lock);
	list_add_tail(&o->list, &list->list);
	list->n++;
	spin_unlock_bh(&list->lock);
	schedule_delayed_work(&list->work, HZ);
}
