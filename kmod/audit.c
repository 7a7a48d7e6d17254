// SPDX-License-Identifier: GPL-2.0
/*
 * The audit trail: one record for each thing that an operator would want to know
 * of. A record of a connection that begins or ends is made only when somebody
 * listens.
 */
#include <linux/netdevice.h>
#include <linux/nf_esmtp.h>
#include <net/dst.h>
#include <net/netfilter/nf_conntrack.h>

#include "audit.h"
#include "flow.h"
#include "net.h"
#include "pkt.h"

enum {
	AHEAD = 16,			/* bytes of an excerpt behind the place */
};

static void copy_ifname(char *to, const char *from)
{
	strscpy(to, from, ESMTP_IFNAME_LEN);
}

/* The packet is where it came from to where it goes. */
static void interfaces(struct esmtp_record *r, const struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);
	const char *in = skb->dev ? skb->dev->name : "";
	const char *out = dst && dst->dev ? dst->dev->name : "";

	copy_ifname(r->dir == ESMTP_C2S ? r->client_if : r->server_if, in);
	copy_ifname(r->dir == ESMTP_C2S ? r->server_if : r->client_if, out);
}

/* Bytes of this packet up to a little behind @at, an offset in its payload. */
static void excerpt(struct esmtp_record *r, const struct esmtp_pkt *pkt, u32 at)
{
	u32 end, begin;

	if (at >= pkt->len)
		return;
	end = min(at + AHEAD, pkt->len);
	begin = end > ESMTP_AUDIT_EXCERPT ? end - ESMTP_AUDIT_EXCERPT : 0;
	if (!skb_copy_bits(pkt->skb, pkt->dataoff + begin, r->excerpt, end - begin))
		r->excerpts = end - begin;
}

static struct nf_conn *connection(const struct esmtp_pkt *pkt)
{
	enum ip_conntrack_info ctinfo;

	return nf_ct_get(pkt->skb, &ctinfo);
}

static bool begin(struct esmtp_record *r, const struct esmtp_flow *flow,
		  const struct esmtp_pkt *pkt, enum esmtp_dir dir, u8 kind)
{
	const struct nf_conn *ct = connection(pkt);
	struct esmtp_flowspec spec;

	memset(r, 0, sizeof(*r));
	if (!ct)
		return false;
	esmtp_flow_tuples(ct, &spec);
	r->real = spec.real;
	r->kind = kind;
	r->dir = dir;
	interfaces(r, pkt->skb);
	if (flow->map)
		strscpy(r->map, esmtp_flow_map(flow)->name, sizeof(r->map));
	return true;
}

/**
 * esmtp_audit_event() - the core saw something
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

	if (!esmtp_record_wanted(esmtp_flow_map(flow), ev) ||
	    !begin(&r, flow, t->pkt, ev->dir, kind))
		return;
	esmtp_record_event(&r, t->session, ev);
	excerpt(&r, t->pkt, ev->off - (t->pkt->seq - t->way->isn));
	esmtp_record_tell(en, nf_ct_net(connection(t->pkt)), &r, true);
}

/**
 * esmtp_audit_end() - inspection has ended a connection
 * @en: the namespace
 * @flow: the connection
 * @pkt: the packet that was the last
 * @dir: its direction
 * @why: the cause
 * @rule: 1 + the rule that did it, or 0
 *
 * Context: softirq or BH off.
 */
void esmtp_audit_end(struct esmtp_net *en, const struct esmtp_flow *flow,
		     const struct esmtp_pkt *pkt, enum esmtp_dir dir,
		     enum esmtp_reason why, u32 rule)
{
	struct esmtp_record r;

	if (!begin(&r, flow, pkt, dir, ESMTP_EVENT_END))
		return;
	r.why = why;
	r.packets = atomic64_read(&flow->packets);
	if (rule)
		esmtp_record_rule(&r, esmtp_flow_map(flow), rule - 1);
	else
		strscpy(r.text, esmtp_reason_sentence(why), sizeof(r.text));
	esmtp_record_tell(en, nf_ct_net(connection(pkt)), &r, true);
}

/**
 * esmtp_audit_limit() - there are too many connections for another
 * @en: the namespace
 * @ct: the connection
 * @kind: enum esmtp_event_kind: which limit
 * @now: how many there are
 * @limit: how many there may be
 * @spec: the connection; its interfaces may be empty
 *
 * Context: any; does not sleep.
 */
void esmtp_audit_limit(struct esmtp_net *en, const struct nf_conn *ct, u8 kind,
		       u32 now, u32 limit, const struct esmtp_flowspec *spec)
{
	static const u8 why[] = {
		[ESMTP_EVENT_CONN_MAX] = ESMTP_CONN_MAX,
		[ESMTP_EVENT_CLIENT_MAX] = ESMTP_CLIENT_MAX,
		[ESMTP_EVENT_EMBRYONIC] = ESMTP_INTERCEPTED,
		[ESMTP_EVENT_CLIENT_EMBRYONIC] = ESMTP_INTERCEPTED,
	};
	struct esmtp_record r;

	memset(&r, 0, sizeof(r));
	r.kind = kind;
	r.real = spec->real;
	r.value = now;
	r.limit = limit;
	r.why = why[kind];
	copy_ifname(r.client_if, spec->in ?: "");
	copy_ifname(r.server_if, spec->out ?: "");
	esmtp_record_tell(en, nf_ct_net(ct), &r, true);
}

/**
 * esmtp_audit_conn() - an inspected connection begins or is forgotten
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
	struct net *net = nf_ct_net(ct);
	struct esmtp_inspected *in;
	struct esmtp_flowspec spec;
	struct esmtp_record r;

	if (!flow->map || !esmtp_record_heard(net))
		return;
	memset(&r, 0, sizeof(r));
	esmtp_flow_tuples(ct, &spec);
	r.kind = kind;
	r.real = spec.real;
	r.packets = atomic64_read(&flow->packets);
	r.seconds = (u32)ktime_get_seconds() - flow->begun;
	strscpy(r.map, esmtp_flow_map(flow)->name, sizeof(r.map));
	rcu_read_lock();
	in = rcu_dereference(flow->inspected);
	if (in) {
		r.bytes = READ_ONCE(in->ins.way[ESMTP_C2S].bytes) +
			  READ_ONCE(in->ins.way[ESMTP_S2C].bytes);
		r.why = READ_ONCE(in->ins.session.why);
	}
	rcu_read_unlock();
	esmtp_record_tell(en, net, &r, false);
}
