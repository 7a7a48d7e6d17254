// SPDX-License-Identifier: GPL-2.0
/*
 * Records as netlink messages: sent to the multicast group "events" as they are made,
 * and dumped from the ring by ESMTP_CMD_EVENT_GET.
 */
#include <linux/slab.h>
#include <net/sock.h>

#include "audit.h"
#include "net.h"
#include "netlink.h"

enum { RECORD_SIZE = 896 };		/* bytes of the longest record as a message */

static int put_record_wire(struct sk_buff *skb, const struct esmtp_tuple *t)
{
	return nla_put(skb, ESMTP_EVENT_A_WIRE_CLIENT, sizeof(t->src), &t->src) ||
	       nla_put_u16(skb, ESMTP_EVENT_A_WIRE_CLIENT_PORT, t->sport) ||
	       nla_put(skb, ESMTP_EVENT_A_WIRE_SERVER, sizeof(t->dst), &t->dst) ||
	       nla_put_u16(skb, ESMTP_EVENT_A_WIRE_SERVER_PORT, t->dport);
}

static int put_record_tuple(struct sk_buff *skb, const struct esmtp_record *r)
{
	const struct esmtp_tuple *t = &r->real;

	return nla_put_u8(skb, ESMTP_EVENT_A_FAMILY, t->family) ||
	       nla_put(skb, ESMTP_EVENT_A_CLIENT, sizeof(t->src), &t->src) ||
	       nla_put_u16(skb, ESMTP_EVENT_A_CLIENT_PORT, t->sport) ||
	       nla_put(skb, ESMTP_EVENT_A_SERVER, sizeof(t->dst), &t->dst) ||
	       nla_put_u16(skb, ESMTP_EVENT_A_SERVER_PORT, t->dport) ||
	       put_record_wire(skb, &r->wire) ||
	       (r->conn && nla_put_u32(skb, ESMTP_EVENT_A_CONN, r->conn)) ||
	       nla_put_string(skb, ESMTP_EVENT_A_CLIENT_IF, r->client_if) ||
	       nla_put_string(skb, ESMTP_EVENT_A_SERVER_IF, r->server_if);
}

static int put_record_details(struct sk_buff *skb, const struct esmtp_record *r)
{
	return nla_put_u8(skb, ESMTP_EVENT_A_KIND, r->kind) ||
	       (r->dir == ESMTP_S2C &&
		nla_put_flag(skb, ESMTP_EVENT_A_FROM_SERVER)) ||
	       (r->map[0] && nla_put_string(skb, ESMTP_EVENT_A_MAP, r->map)) ||
	       (r->name && nla_put_string(skb, ESMTP_EVENT_A_NAME, r->name)) ||
	       (r->text[0] && nla_put_string(skb, ESMTP_EVENT_A_TEXT, r->text)) ||
	       (r->rule && (nla_put_u32(skb, ESMTP_EVENT_A_RULE, r->rule) ||
			    nla_put_u8(skb, ESMTP_EVENT_A_ACTION, r->act))) ||
	       (r->why && nla_put_string(skb, ESMTP_EVENT_A_REASON,
					 esmtp_reason_name(r->why))) ||
	       nla_put_u32(skb, ESMTP_EVENT_A_OFFSET, r->off) ||
	       nla_put_u32(skb, ESMTP_EVENT_A_VALUE, r->value) ||
	       nla_put_u32(skb, ESMTP_EVENT_A_LIMIT, r->limit) ||
	       (r->excerpts && nla_put(skb, ESMTP_EVENT_A_EXCERPT, r->excerpts,
				       r->excerpt));
}

static int put_record(struct sk_buff *skb, const struct esmtp_record *r)
{
	struct nlattr *nest = nla_nest_start(skb, ESMTP_A_EVENT);

	if (!nest ||
	    nla_put_u64_64bit(skb, ESMTP_EVENT_A_SEQ, r->seq, ESMTP_EVENT_A_PAD) ||
	    nla_put_u64_64bit(skb, ESMTP_EVENT_A_TIME, r->time,
			      ESMTP_EVENT_A_PAD) ||
	    nla_put_u64_64bit(skb, ESMTP_EVENT_A_BYTES, r->bytes,
			      ESMTP_EVENT_A_PAD) ||
	    nla_put_u64_64bit(skb, ESMTP_EVENT_A_PACKETS, r->packets,
			      ESMTP_EVENT_A_PAD) ||
	    nla_put_u32(skb, ESMTP_EVENT_A_SECONDS, r->seconds) ||
	    (r->suppressed && nla_put_u32(skb, ESMTP_EVENT_A_SUPPRESSED,
					  r->suppressed)) ||
	    put_record_tuple(skb, r) || put_record_details(skb, r))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static void multicast_record(struct net *net, const struct esmtp_record *r)
{
	struct sk_buff *skb;
	void *hdr;

	skb = genlmsg_new(RECORD_SIZE, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return;
	hdr = genlmsg_put(skb, 0, 0, &esmtp_family, 0, ESMTP_CMD_EVENT);
	if (!hdr || put_record(skb, r)) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, hdr);
	genlmsg_multicast_netns(&esmtp_family, net, skb, 0, 0, GFP_ATOMIC);
}

/**
 * esmtp_record_heard() - does the multicast group have a listener?
 * @net: the namespace
 *
 * Context: any.
 * Return: true if so.
 */
bool esmtp_record_heard(struct net *net)
{
	return READ_ONCE(esmtp_netlink_live) &&
	       genl_has_listeners(&esmtp_family, net, 0);
}

/**
 * esmtp_record_tell() - number a record, keep it and multicast it
 * @en: the namespace's data
 * @net: the namespace
 * @r: the record
 * @keep: keep it in the ring; otherwise it is multicast only
 *
 * Context: any; does not sleep.
 */
void esmtp_record_tell(struct esmtp_net *en, struct net *net, struct esmtp_record *r,
		       bool keep)
{
	bool told = esmtp_record_heard(net);

	if ((keep || told) && esmtp_audit_admit(en->audit, r, keep) && told)
		multicast_record(net, r);
}

/**
 * esmtp_audit_dump() - ESMTP_CMD_EVENT_GET
 * @skb: where to
 * @cb: the dump; its ctx is the number of the next record
 *
 * Context: process context.
 * Return: bytes filled, 0 at the end.
 */
int esmtp_audit_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct esmtp_audit *audit = READ_ONCE(esmtp_net(sock_net(skb->sk))->audit);
	u64 *from = (u64 *)cb->ctx;
	struct esmtp_record *r;
	void *hdr;

	r = audit ? kmalloc(sizeof(*r), GFP_KERNEL) : NULL;
	if (!r)
		return audit ? -ENOMEM : 0;
	while (esmtp_audit_read(audit, *from, r)) {
		hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				  cb->nlh->nlmsg_seq, &esmtp_family, NLM_F_MULTI,
				  ESMTP_CMD_EVENT_GET);
		if (!hdr)
			break;
		if (put_record(skb, r)) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genlmsg_end(skb, hdr);
		*from = r->seq + 1;
	}
	kfree(r);
	return skb->len;
}
