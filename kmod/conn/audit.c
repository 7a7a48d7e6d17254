// SPDX-License-Identifier: GPL-2.0
/*
 * The audit trail: one record per event that concerns an operator. Records of
 * connections that begin or end are made only while the multicast group has a
 * listener.
 */
#include <linux/netdevice.h>
#include <linux/nf_esmtp.h>
#include <net/netfilter/nf_conntrack.h>

#include "control/audit.h"
#include "flow.h"
#include "control/net.h"
#include "data/skb_parse.h"

enum {
	AHEAD = 16,			/* bytes of an excerpt after the event */
};

static void copy_ifname(char *to, const char *from)
{
	strscpy(to, from, ESMTP_IFNAME_LEN);
}

/**
 * esmtp_audit_dev_name() - the interface that a connection's packets enter by
 * @flow: the connection, judged
 * @dir: direction of the packets
 * @name: ESMTP_IFNAME_LEN bytes; empty for this machine, or an interface that is gone
 *
 * Context: any.
 */
void esmtp_audit_dev_name(const struct esmtp_flow *flow, enum esmtp_dir dir, char *name)
{
	const struct net_device *dev = NULL;

	rcu_read_lock();
	if (flow->devs[dir])
		dev = dev_get_by_index_rcu((struct net *)flow->net, flow->devs[dir]);
	copy_ifname(name, dev ? dev->name : "");
	rcu_read_unlock();
}

/* Which connection it is, and between which interfaces. */
static void record_conn(struct esmtp_record *r, const struct esmtp_flow *flow,
			const struct nf_conn *ct)
{
	struct esmtp_flowspec spec;

	esmtp_tuple_addresses(ct, &spec);
	r->real = spec.real;
	r->wire = spec.wire;
	r->conn = flow->id;
	esmtp_audit_dev_name(flow, ESMTP_C2S, r->client_if);
	esmtp_audit_dev_name(flow, ESMTP_S2C, r->server_if);
	if (flow->map)
		strscpy(r->map, esmtp_flow_map(flow)->name, sizeof(r->map));
}

/* The bytes up to AHEAD bytes after payload offset @at, of this packet only. */
static void copy_skb_excerpt(struct esmtp_record *r, const struct esmtp_pkt *pkt, u32 at)
{
	u32 end, begin;

	if (at >= pkt->len)
		return;
	end = min(at + AHEAD, pkt->len);
	begin = end > ESMTP_AUDIT_EXCERPT ? end - ESMTP_AUDIT_EXCERPT : 0;
	if (!skb_copy_bits(pkt->skb, pkt->dataoff + begin, r->excerpt, end - begin))
		r->excerpts = end - begin;
}

static struct nf_conn *get_pkt_conntrack(const struct esmtp_pkt *pkt)
{
	enum ip_conntrack_info ctinfo;

	return nf_ct_get(pkt->skb, &ctinfo);
}

static bool init_pkt_record(struct esmtp_record *r, const struct esmtp_flow *flow,
			    const struct esmtp_pkt *pkt, enum esmtp_dir dir, u8 kind)
{
	const struct nf_conn *ct = get_pkt_conntrack(pkt);

	memset(r, 0, sizeof(*r));
	if (!ct)
		return false;
	record_conn(r, flow, ct);
	r->kind = kind;
	r->dir = dir;
	return true;
}

/**
 * esmtp_audit_event() - record an event of the engine
 * @en: the namespace
 * @flow: the connection
 * @t: the packet at hand, not edited yet
 * @ev: what was seen
 *
 * Context: softirq or BH off, under the lock of the connection.
 */
void esmtp_audit_event(struct esmtp_net *en, const struct esmtp_flow *flow,
		       const struct esmtp_task *t, const struct esmtp_event *ev)
{
	u8 kind = ev->id == ESMTP_EV_RULE ? ESMTP_EVENT_RULE : ESMTP_EVENT_SEEN;
	struct esmtp_record r;

	if (!init_pkt_record(&r, flow, t->pkt, ev->dir, kind))
		return;
	esmtp_record_event(&r, t->session, ev);
	copy_skb_excerpt(&r, t->pkt, ev->off - (t->pkt->seq - t->half->isn));
	esmtp_record_tell(en, nf_ct_net(get_pkt_conntrack(t->pkt)), &r, true);
}

/**
 * esmtp_audit_end() - inspection has ended a connection
 * @en: the namespace
 * @flow: the connection
 * @pkt: the packet that ended it
 * @dir: its direction
 * @why: the cause
 * @rule: 1 + index of the rule that ended it, or 0 if none did
 *
 * Context: softirq or BH off.
 */
void esmtp_audit_end(struct esmtp_net *en, const struct esmtp_flow *flow,
		     const struct esmtp_pkt *pkt, enum esmtp_dir dir,
		     enum esmtp_reason why, u32 rule)
{
	struct esmtp_record r;

	if (!init_pkt_record(&r, flow, pkt, dir, ESMTP_EVENT_END))
		return;
	r.why = why;
	r.packets = atomic64_read(&flow->packets);
	if (rule)
		esmtp_record_rule(&r, esmtp_flow_map(flow), rule - 1);
	else
		strscpy(r.text, esmtp_reason_sentence(why), sizeof(r.text));
	esmtp_record_tell(en, nf_ct_net(get_pkt_conntrack(pkt)), &r, true);
}

/**
 * esmtp_audit_limit() - record a connection beyond a limit
 * @en: the namespace
 * @ct: the connection
 * @kind: enum esmtp_event_kind: which limit
 * @now: connections counted
 * @limit: connections allowed
 * @spec: the connection; its interfaces may be empty
 *
 * Context: any; does not sleep.
 */
void esmtp_audit_limit(struct esmtp_net *en, const struct nf_conn *ct, u8 kind,
		       u32 now, u32 limit, const struct esmtp_flowspec *spec)
{
	static const u8 why[] = {
		[ESMTP_EVENT_CONN_MAX] = ESMTP_R_CONN_MAX,
		[ESMTP_EVENT_CLIENT_MAX] = ESMTP_R_CLIENT_MAX,
		[ESMTP_EVENT_EMBRYONIC] = ESMTP_R_INTERCEPTED,
		[ESMTP_EVENT_CLIENT_EMBRYONIC] = ESMTP_R_INTERCEPTED,
	};
	struct esmtp_record r;

	memset(&r, 0, sizeof(r));
	r.kind = kind;
	r.real = spec->real;
	r.wire = spec->wire;
	r.value = now;
	r.limit = limit;
	r.why = why[kind];
	copy_ifname(r.client_if, spec->in ?: "");
	copy_ifname(r.server_if, spec->out ?: "");
	esmtp_record_tell(en, nf_ct_net(ct), &r, true);
}

/* Apart: a record is large, and seldom wanted. */
static noinline void record_event_of_conn(struct esmtp_net *en, const struct nf_conn *ct,
					  const struct esmtp_flow *flow, u8 kind)
{
	struct esmtp_inspected *in;
	struct esmtp_record r;

	memset(&r, 0, sizeof(r));
	record_conn(&r, flow, ct);
	r.kind = kind;
	r.packets = atomic64_read(&flow->packets);
	r.seconds = (u32)ktime_get_seconds() - flow->begun;
	rcu_read_lock();
	in = rcu_dereference(flow->inspected);
	if (in) {
		r.bytes = READ_ONCE(in->ins.half[ESMTP_C2S].bytes) +
			  READ_ONCE(in->ins.half[ESMTP_S2C].bytes);
		r.why = READ_ONCE(in->ins.session.why);
	}
	rcu_read_unlock();
	esmtp_record_tell(en, nf_ct_net(ct), &r, false);
}

/**
 * esmtp_audit_conn() - record the beginning or end of an inspected connection
 * @en: the namespace
 * @ct: the connection
 * @flow: its flow
 * @kind: ESMTP_EVENT_BUILT or ESMTP_EVENT_TEARDOWN
 *
 * Context: any; does not sleep. Costs nothing when nobody listens.
 */
void esmtp_audit_conn(struct esmtp_net *en, const struct nf_conn *ct,
		      const struct esmtp_flow *flow, u8 kind)
{
	if (flow->map && esmtp_record_heard(nf_ct_net(ct)))
		record_event_of_conn(en, ct, flow, kind);
}
