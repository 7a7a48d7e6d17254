// SPDX-License-Identifier: GPL-2.0
/*
 * The audit trail: one record for each thing that an operator would want to know
 * of, kept in a ring and told to the multicast group "events". A record of a
 * connection that begins or ends is made only when somebody listens.
 */
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <net/dst.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/sock.h>

#include "audit.h"
#include "flow.h"
#include "net.h"
#include "netlink.h"
#include "pkt.h"

enum {
	AHEAD = 16,			/* bytes of an excerpt behind the place */
	RECORD_SIZE = 768,		/* no record takes more in a message */
};

static int put_ends(struct sk_buff *skb, const struct esmtp_record *r)
{
	const struct esmtp_tuple *t = &r->real;

	return nla_put_u8(skb, ESMTP_EVENT_A_FAMILY, t->family) ||
	       nla_put(skb, ESMTP_EVENT_A_CLIENT, sizeof(t->src), &t->src) ||
	       nla_put_u16(skb, ESMTP_EVENT_A_CLIENT_PORT, t->sport) ||
	       nla_put(skb, ESMTP_EVENT_A_SERVER, sizeof(t->dst), &t->dst) ||
	       nla_put_u16(skb, ESMTP_EVENT_A_SERVER_PORT, t->dport) ||
	       nla_put_string(skb, ESMTP_EVENT_A_CLIENT_IF, r->client_if) ||
	       nla_put_string(skb, ESMTP_EVENT_A_SERVER_IF, r->server_if);
}

static int put_what(struct sk_buff *skb, const struct esmtp_record *r)
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
	    (r->suppressed && nla_put_u32(skb, ESMTP_EVENT_A_SUPPRESSED,
					  r->suppressed)) ||
	    put_ends(skb, r) || put_what(skb, r))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static void tell(struct net *net, const struct esmtp_record *r)
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

static bool heard(struct net *net)
{
	return READ_ONCE(esmtp_netlink_live) &&
	       genl_has_listeners(&esmtp_family, net, 0);
}

static void record(struct esmtp_net *en, struct net *net, struct esmtp_record *r,
		   bool keep)
{
	bool told = heard(net);

	if ((keep || told) && esmtp_audit_admit(en->audit, r, keep) && told)
		tell(net, r);
}

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

static void describe(struct esmtp_record *r, const struct esmtp_map *map, u32 rule)
{
	static const char match[] = "match ";
	struct esmtp_text t = { .buf = r->text, .size = sizeof(r->text) };
	struct esmtp_refs refs;

	esmtp_map_refs(map, rule, &refs);
	esmtp_text_match(&t, &map->rules[rule], &refs);
	memmove(r->text, r->text + sizeof(match) - 1,
		sizeof(r->text) - (sizeof(match) - 1));
	r->rule = rule + 1;
	r->act = map->rules[rule].act;
	r->limit = map->rules[rule].arg;
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
		strscpy(r->map, flow->map->name, sizeof(r->map));
	return true;
}

/*
 * Has the event a message of ASA's? Its sentence ends in "(108...)" then, which
 * the compiler looks up: every event comes by here.
 */
static bool has_message(u8 id)
{
	switch (id) {
#define ESMTP_EVENT(NAME, name, sentence)				\
	case ESMTP_EV_##NAME:						\
		return !memcmp(sentence + sizeof(sentence) - sizeof("(108nnn)"), \
			       "(108", 4);
#include <esmtp/events.def>
#undef ESMTP_EVENT
	}
	return false;
}

/* Does a parameter that acts by itself ask for records? */
static bool asks(const struct esmtp_param *param)
{
	return param->on && (param->log || param->act == ESMTP_ACT_LOG);
}

static bool wanted(const struct esmtp_flow *flow, const struct esmtp_event *ev)
{
	const struct esmtp_params *p = &flow->map->params;
	const struct esmtp_rule *r;

	switch (ev->id) {
	case ESMTP_EV_RULE:
		r = &flow->map->rules[ev->rule];
		return r->log || r->act == ESMTP_ACT_LOG;
	case ESMTP_EV_TLS:
		return p->tls_log;
	case ESMTP_EV_ADDRESS_SPECIAL:
	case ESMTP_EV_ADDRESS_EXPANSION:
	case ESMTP_EV_ADDRESS_SHELL:
	case ESMTP_EV_PARAMETER_ODD:
	case ESMTP_EV_PARAMETER_CONTROL:
		return asks(&p->special);
	case ESMTP_EV_RELAY:
		return asks(&p->relay);
	case ESMTP_EV_LOOKALIKE:
	case ESMTP_EV_CHUNK_DOT:
	case ESMTP_EV_GROUP:
	case ESMTP_EV_AFTER_DATA:
		return asks(&p->guard);
	case ESMTP_EV_MESSAGE_BARE:
		return p->guard_strict && asks(&p->guard);
	default:
		return has_message(ev->id);
	}
}

/**
 * esmtp_audit_event() - the core saw something
 * @en: the namespace
 * @flow: the connection
 * @pkt: the packet at hand, not edited yet
 * @ev: what was seen
 * @isn: sequence number of offset 0 of the stream
 *
 * Context: softirq or BH off, under the lock of the connection.
 */
void esmtp_audit_event(struct esmtp_net *en, const struct esmtp_flow *flow,
		       const struct esmtp_pkt *pkt, const struct esmtp_event *ev,
		       u32 isn)
{
	struct esmtp_record r;
	bool rule = ev->id == ESMTP_EV_RULE;

	if (!wanted(flow, ev) ||
	    !begin(&r, flow, pkt, ev->dir,
		   rule ? ESMTP_EVENT_RULE : ESMTP_EVENT_SEEN))
		return;
	r.name = esmtp_event_name(ev->id);
	r.off = ev->off;
	r.value = ev->value;
	excerpt(&r, pkt, ev->off - (pkt->seq - isn));
	if (rule)
		describe(&r, flow->map, ev->rule);
	else
		strscpy(r.text, esmtp_event_sentence(ev->id), sizeof(r.text));
	record(en, nf_ct_net(connection(pkt)), &r, true);
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
		describe(&r, flow->map, rule - 1);
	else
		strscpy(r.text, esmtp_reason_sentence(why), sizeof(r.text));
	record(en, nf_ct_net(connection(pkt)), &r, true);
}

/**
 * esmtp_audit_limit() - a connection was refused for there are too many
 * @en: the namespace
 * @ct: the connection
 * @kind: ESMTP_EVENT_CONN_MAX or ESMTP_EVENT_CLIENT_MAX
 * @now: how many there are
 * @limit: how many there may be
 * @spec: the connection; its interfaces may be empty
 *
 * Context: any; does not sleep.
 */
void esmtp_audit_limit(struct esmtp_net *en, const struct nf_conn *ct, u8 kind,
		       u32 now, u32 limit, const struct esmtp_flowspec *spec)
{
	struct esmtp_record r;

	memset(&r, 0, sizeof(r));
	r.kind = kind;
	r.real = spec->real;
	r.value = now;
	r.limit = limit;
	r.why = ESMTP_CONN_MAX;
	copy_ifname(r.client_if, spec->in ?: "");
	copy_ifname(r.server_if, spec->out ?: "");
	record(en, nf_ct_net(ct), &r, true);
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

	if (!flow->map || !heard(net))
		return;
	memset(&r, 0, sizeof(r));
	esmtp_flow_tuples(ct, &spec);
	r.kind = kind;
	r.real = spec.real;
	r.packets = atomic64_read(&flow->packets);
	strscpy(r.map, flow->map->name, sizeof(r.map));
	rcu_read_lock();
	in = rcu_dereference(flow->inspected);
	if (in) {
		r.bytes = READ_ONCE(in->ins.way[ESMTP_C2S].bytes) +
			  READ_ONCE(in->ins.way[ESMTP_S2C].bytes);
		r.why = READ_ONCE(in->ins.session.why);
	}
	rcu_read_unlock();
	record(en, net, &r, false);
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
