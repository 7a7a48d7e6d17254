// SPDX-License-Identifier: GPL-2.0
/*
 * A connection: its key, handshake, verdict by the policy, and end. This file knows
 * nothing of the contents of a stream.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>

#include <linux/ktime.h>
#include <linux/netfilter.h>

#include "audit_flow.h"
#include "ct.h"
#include "flow.h"
#include "data/mptcp.h"
#include "plane.h"

enum { GIVE_WAY = 16 };			/* half-open connections, at most, in favour of one */

/**
 * flow_clock() - the clock that connections are aged by
 *
 * Return: seconds of CLOCK_MONOTONIC.
 */
u32 flow_clock(void)
{
	return (u32)(clock_ns(CLOCK_MONOTONIC_COARSE) / NSEC_PER_SEC);
}

/**
 * flow_key_of() - the key of a connection
 * @key: filled in
 * @t: one of its directions
 * @src_lo: set to whether the source is the end that sorts first
 */
void flow_key_of(struct flow_key *key, const struct esmtp_tuple *t, bool *src_lo)
{
	int order = memcmp(&t->src, &t->dst, sizeof(t->src));

	*src_lo = order < 0 || (!order && t->sport < t->dport);
	memset(key, 0, sizeof(*key));
	key->lo = *src_lo ? t->src : t->dst;
	key->hi = *src_lo ? t->dst : t->src;
	key->lo_port = *src_lo ? t->sport : t->dport;
	key->hi_port = *src_lo ? t->dport : t->sport;
	key->family = t->family;
}

/**
 * flow_tuple() - addresses and ports of a segment
 * @ip: its IP header
 * @pkt: its family and ports
 *
 * Return: its tuple.
 */
struct esmtp_tuple flow_tuple(const u8 *ip, const struct esmtp_pkt *pkt)
{
	struct esmtp_tuple t = {
		.sport = pkt->sport,
		.dport = pkt->dport,
		.family = ESMTP_AF_INET,
		.proto = IPPROTO_TCP,
	};

	if (pkt->family == NFPROTO_IPV4) {
		memcpy(&t.src, ip + offsetof(struct iphdr, saddr), 4);
		memcpy(&t.dst, ip + offsetof(struct iphdr, daddr), 4);
	} else {
		memcpy(&t.src, ip + offsetof(struct ip6_hdr, ip6_src), 16);
		memcpy(&t.dst, ip + offsetof(struct ip6_hdr, ip6_dst), 16);
		t.family = ESMTP_AF_INET6;
	}
	return t;
}

/**
 * flow_key() - the key of the connection that a packet belongs to
 * @key: filled in
 * @p: the packet
 *
 * Return: true if its source is the end that sorts first.
 */
bool flow_key(struct flow_key *key, const struct packet *p)
{
	struct esmtp_tuple t = flow_tuple(p->buf.data, &p->pkt);
	bool src_lo;

	flow_key_of(key, &t, &src_lo);
	return src_lo;
}

static struct esmtp_tuple get_real_tuple(const struct flow_key *key, bool client_lo)
{
	return (struct esmtp_tuple) {
		.src = client_lo ? key->lo : key->hi,
		.dst = client_lo ? key->hi : key->lo,
		.sport = client_lo ? key->lo_port : key->hi_port,
		.dport = client_lo ? key->hi_port : key->lo_port,
		.family = key->family,
		.proto = IPPROTO_TCP,
	};
}

/* The addresses that the kernel sent with a packet, if they are of the connection @t. */
static bool read_spec(struct esmtp_flowspec *spec, const struct esmtp_tuple *t,
		      const struct packet *p)
{
	return ct_read(p->ct, spec) && !memcmp(&spec->real, t, sizeof(*t));
}

/**
 * flow_addresses() - learn both pairs of addresses of a connection
 * @flow: the connection, confirmed by conntrack
 * @p: a packet of it
 *
 * The packets that this daemon gets have the real addresses of both ends.
 */
void flow_addresses(struct flow *flow, const struct packet *p)
{
	struct esmtp_tuple t = get_real_tuple(&flow->key, flow->client_lo);

	if (read_spec(&flow->spec, &t, p) || ct_find(&t, &flow->spec))
		return;
	flow->spec.real = t;
	flow->spec.wire = t;
}

/**
 * flow_unknown_spec() - the addresses of a connection that is in no table
 * @spec: filled, without interfaces
 * @key: of the connection
 * @client_lo: the client is the lower end of @key
 * @p: a packet of it
 *
 * Conntrack is not asked: packets of no connection must not cost more than others.
 */
void flow_unknown_spec(struct esmtp_flowspec *spec, const struct flow_key *key, bool client_lo,
		       const struct packet *p)
{
	struct esmtp_tuple t = get_real_tuple(key, client_lo);

	if (read_spec(spec, &t, p))
		return;
	spec->real = t;
	spec->wire = t;
}

static void name_interface(char *name, u32 index)
{
	char buf[IF_NAMESIZE];

	if (!name[0] && index && if_indextoname(index, buf))
		strscpy(name, buf, ESMTP_IFNAME_LEN);
}

/**
 * flow_interfaces() - learn the names of a connection's interfaces
 * @flow: the connection
 * @p: its packet
 * @dir: the packet's direction
 *
 * In and out are those of the client's packets.
 */
void flow_interfaces(struct flow *flow, const struct packet *p, enum esmtp_dir dir)
{
	name_interface(flow->in, dir == ESMTP_C2S ? p->in : p->out);
	name_interface(flow->out, dir == ESMTP_C2S ? p->out : p->in);
	flow->spec.in = flow->in;
	flow->spec.out = flow->out;
}

/*
 * What a policy sees of a connection by its SYN alone: conntrack has not confirmed it, so
 * translated addresses are not known yet.
 */
static struct esmtp_flowspec build_syn_spec(const struct packet *p)
{
	struct esmtp_flowspec spec = { .in = "", .out = "" };

	spec.real = flow_tuple(p->buf.data, &p->pkt);
	spec.wire = spec.real;
	return spec;
}

/**
 * flow_limited() - may a limit apply to a connection?
 * @policy: the policy in force
 * @key: of the connection
 * @client_lo: the client is the lower end of @key
 *
 * Return: true if it has to be counted, or its class has to be found for that.
 */
bool flow_limited(const struct esmtp_policy *policy, const struct flow_key *key,
		  bool client_lo)
{
	struct esmtp_flowspec spec = { .in = "", .out = "" };

	if (!policy->nlimits && !policy->limits_classes)
		return false;
	spec.real = get_real_tuple(key, client_lo);
	spec.wire = spec.real;
	return esmtp_quota_wants(policy, &spec);
}

/* The same with the names of its interfaces, which are in @in and @out. */
static struct esmtp_flowspec build_named_spec(const struct packet *p, char *in, char *out)
{
	struct esmtp_flowspec spec = build_syn_spec(p);

	name_interface(in, p->in);
	name_interface(out, p->out);
	spec.in = in;
	spec.out = out;
	return spec;
}

/**
 * flow_tame() - remove the MPTCP option if a connection will be inspected
 * @policy: the policy in force
 * @flow: the connection, judged; or NULL if this is its first packet
 * @p: a SYN
 *
 * A SYN with a wrong checksum is left alone: an edit would make it right.
 *
 * Return: ESMTP_R_GO if it need not be removed, ESMTP_R_OPTION if it was.
 */
enum esmtp_reason flow_tame(const struct esmtp_policy *policy, const struct flow *flow,
			    struct packet *p)
{
	char in[ESMTP_IFNAME_LEN] = "", out[ESMTP_IFNAME_LEN] = "";
	struct esmtp_flowspec spec;

	if (!esmtp_mptcp_offered(&p->pkt) || !packet_checksum_ok(p))
		return ESMTP_R_GO;
	spec = flow ? flow->spec : build_named_spec(p, in, out);
	return esmtp_mptcp_hide(policy, &p->pkt, &spec);
}

/**
 * flow_full() - is a limit of a new connection reached?
 * @p: its SYN
 *
 * Counts nothing: it spares the server a SYN. flow_judge() counts.
 *
 * Context: the plane's lock is held for reading.
 * Return: why it is to be dropped, or ESMTP_R_GO.
 */
enum esmtp_reason flow_full(const struct packet *p)
{
	struct esmtp_bounds b;
	char in[ESMTP_IFNAME_LEN] = "", out[ESMTP_IFNAME_LEN] = "";
	struct esmtp_kpolicy *kp = plane_policy();
	struct esmtp_excess e;
	enum esmtp_reason why;

	if (!kp->p.nlimits && !kp->p.limits_classes)
		return ESMTP_R_GO;
	b.spec = build_named_spec(p, in, out);
	if (!esmtp_quota_bounds(&kp->p, &b))
		return ESMTP_R_GO;
	why = esmtp_quota_full(kp, &b, &e);
	if (why)
		audit_limit(&b.spec, why, &e);
	return why;
}

/**
 * flow_enter_quota() - count a connection, if limits let it in
 * @flow: the connection, with the policy that it is to keep
 *
 * Context: the plane's lock is held for reading.
 * Return: ESMTP_R_GO, or the limit that is reached.
 */
enum esmtp_reason flow_enter_quota(struct flow *flow)
{
	struct esmtp_excess e;
	enum esmtp_reason why = esmtp_quota_enter(flow->kp, &flow->spec, &flow->share, &e);
	u32 tries = GIVE_WAY;

	/* no cookie can ask the client for its address: some who have not told theirs give way */
	while (why == ESMTP_R_HOSTS_FULL && flow->share.server && tries-- &&
	       table_give_way(flow)) {
		esmtp_quota_put(&flow->share);
		memset(&flow->share, 0, sizeof(flow->share));
		why = esmtp_quota_enter(flow->kp, &flow->spec, &flow->share, &e);
	}
	if (why)
		audit_limit(&flow->spec, why, &e);
	return why;
}

static void ask_policy(struct flow *flow, struct esmtp_walk *w)
{
	const struct esmtp_policy *p = &flow->kp->p;
	struct esmtp_judgement j;

	flow->pass = esmtp_judge(w, p, &flow->spec, &j);
	flow->map = j.map ? &p->maps[j.map - 1] : NULL;
	if (j.bind != ESMTP_NONE)
		flow->slot = esmtp_bind_slot(p, j.bind);
}

/**
 * flow_judge() - classify and count a connection
 * @flow: the connection; both of its tuples and its interfaces are known
 * @w: the packet that shows that its SYN was answered
 *
 * Context: the plane's lock is held for reading.
 */
void flow_judge(struct flow *flow, struct esmtp_walk *w)
{
	struct esmtp_kpolicy *kp = plane_policy();

	refcount_inc(&kp->ref);
	flow->kp = kp;
	flow->id = (u32)atomic_inc_return(&esmtp_net(&init_net)->judged);
	flow->begun = flow_clock();
	ask_policy(flow, w);
	flow->judged = true;
	esmtp_acl_hits_count(kp, &flow->spec);
	flow_loosen(flow);
	audit_conn(flow, ESMTP_EVENT_BUILT);
}

/**
 * flow_loosen() - have conntrack not judge a connection by its sequence numbers
 * @flow: the connection, judged
 *
 * Conntrack sees acknowledgement numbers before they are translated back. It resets the
 * flag when a SYN and its answer are retransmitted, so this is repeated then.
 *
 * Context: any thread; the connection is known to conntrack.
 */
void flow_loosen(const struct flow *flow)
{
	if (flow->map && esmtp_map_resizes(flow->map))
		ct_be_liberal(&flow->spec);
}

/**
 * flow_learn() - see where the streams of a connection begin
 * @flow: the connection, not judged yet
 * @p: its packet
 * @dir: the packet's direction
 *
 * A SYN has the initial sequence number of its sender (RFC 9293 3.4.1). If several SYNs
 * were sent, the first acknowledgement tells which one the peer accepted. The server's
 * SYN-ACK is such a one: a SYN of the client after it changes nothing.
 */
void flow_learn(struct flow *flow, const struct packet *p, enum esmtp_dir dir)
{
	const struct esmtp_pkt *pkt = &p->pkt;

	if (pkt->syn)
		flow->mss[!dir] = packet_mss(p);
	if (pkt->syn && pkt->has_ack && dir == ESMTP_S2C) {
		flow->isn[dir] = pkt->seq + 1;
		flow->isn[!dir] = pkt->ack;
		flow->fixed |= 1 << !dir;
	} else if (pkt->syn) {
		if (!(flow->fixed & 1 << dir))
			flow->isn[dir] = pkt->seq + 1;
	} else if (pkt->has_ack && !(flow->fixed & 1 << !dir)) {
		flow->isn[!dir] = pkt->ack;
		flow->fixed |= 1 << !dir;
	}
}

/**
 * flow_is_renewed() - does another connection begin between the same ends?
 * @flow: the connection that is known
 * @p: a packet; a SYN is noted
 * @dir: its direction
 *
 * Both ends may have closed a connection that is still known here. Whether a new SYN
 * begins another connection only the server's answer tells: it sends a SYN-ACK only if
 * the old connection is gone (RFC 9293 3.10.7.4).
 *
 * Return: true if so; flow_renew() has to follow.
 */
bool flow_is_renewed(struct flow *flow, const struct packet *p, enum esmtp_dir dir)
{
	const struct esmtp_pkt *pkt = &p->pkt;

	if (!pkt->syn)
		return false;
	if (!pkt->has_ack) {
		flow->again = pkt->seq + 1;
		flow->mss[!dir] = packet_mss(p);
	}
	return pkt->has_ack && dir == ESMTP_S2C && pkt->ack == flow->again &&
	       (pkt->ack != flow->isn[ESMTP_C2S] || flow->life == FLOW_CLOSED);
}

/**
 * flow_renew() - forget a connection in whose place another one begins
 * @flow: the connection; the new one then, not judged yet
 */
void flow_renew(struct flow *flow)
{
	flow_forget(flow);
	flow->begin = FLOW_BEGIN_SYN;
	flow->pass = ESMTP_R_GO;
	flow->isn[ESMTP_C2S] = flow->again;
	flow->fixed = 0;
	flow->sides[ESMTP_C2S] = -1;
	flow->sides[ESMTP_S2C] = -1;
	memset(&flow->ends, 0, sizeof(flow->ends));
	table_live(flow, FLOW_HALF_OPEN);
}

/* Places both streams of a connection that is older than this daemon. */
static void place_older_flow(struct flow *flow, const struct esmtp_pkt *pkt,
			     enum esmtp_dir dir)
{
	u32 at[ESMTP_DIR_MAX];

	if (flow->placed || pkt->syn || pkt->rst || !pkt->has_ack)
		return;
	at[dir] = pkt->seq;
	at[!dir] = pkt->ack;
	esmtp_closing_begin(&flow->ends, at);
	flow->placed = true;
}

/* The server refuses a connection: the client accepts what acknowledges its SYN. */
static bool is_refusal(const struct flow *flow, const struct esmtp_pkt *pkt,
		       enum esmtp_dir dir)
{
	return pkt->rst && dir == ESMTP_S2C && pkt->has_ack &&
	       pkt->ack == flow->isn[ESMTP_C2S];
}

/* Bytes of a packet's payload that pass; those of a gap's far side count later. */
static u32 get_passed_len(const struct flow *flow, const struct packet *p, enum esmtp_dir dir)
{
	u32 next;

	/* one that was cut has no FIN any more */
	if (!flow->ins || p->pkt.fin)
		return p->len;
	next = flow->ins->half[dir].isn + flow->ins->half[dir].stream.next;
	return esmtp_before(p->seq, next) ? min(p->len, next - p->seq) : 0;
}

/* The sequence number after what of a stream has passed. */
static u32 get_passed_end(const struct flow *flow, enum esmtp_dir dir,
			  const struct esmtp_pkt *pkt)
{
	const struct esmtp_half_stream *half;

	if (!flow->ins)
		return esmtp_closing_end(&flow->ends, dir, pkt);
	half = &flow->ins->half[dir];
	return half->isn + half->stream.next;
}

static void see_segment(struct flow *flow, const struct esmtp_pkt *pkt, enum esmtp_dir dir)
{
	bool was = flow->ends.open;

	if (flow->begin == FLOW_BEGIN_PICKUP)
		place_older_flow(flow, pkt, dir);
	if (flow->life == FLOW_HALF_OPEN && is_refusal(flow, pkt, dir)) {
		flow->ends.reset = true;
		return;
	}
	if (flow->life == FLOW_HALF_OPEN && !pkt->syn && flow->fixed == 3) {
		if (flow->begin != FLOW_BEGIN_PICKUP)
			esmtp_closing_begin(&flow->ends, flow->isn);
		table_live(flow, FLOW_OPEN);
	}
	/* the queue may have been full */
	flow->ends.loose = true;
	esmtp_closing_pass(&flow->ends, dir, pkt, get_passed_end(flow, dir, pkt));
	if (!was && flow->ends.open)
		esmtp_quota_prove(&flow->share);
}

/**
 * flow_live() - update a connection's state with a packet
 * @flow: the connection
 * @p: its packet, which passes
 * @dir: the packet's direction
 */
void flow_live(struct flow *flow, struct packet *p, enum esmtp_dir dir)
{
	struct esmtp_pkt pkt = p->pkt;

	pkt.seq = p->seq;
	pkt.len = get_passed_len(flow, p, dir);
	pkt.hops = packet_hops(p);
	flow->seen = flow_clock();
	/* its receiver discards it */
	if ((pkt.fin || pkt.rst) && !packet_checksum_ok(p))
		return;
	see_segment(flow, &pkt, dir);
	if (esmtp_closing_state(&flow->ends) >= ESMTP_CLOSING_CLOSED)
		flow_end(flow, flow->life == FLOW_ENDED ? FLOW_ENDED : FLOW_CLOSED);
}

static void leave_inspected_flows(struct flow *flow)
{
	esmtp_quota_leave_inspected(&esmtp_net(&init_net)->flows, &flow->counted);
}

/**
 * flow_end() - a connection is over
 * @flow: the connection
 * @life: FLOW_CLOSED, or FLOW_ENDED if inspection has ended it
 *
 * What it was counted for is free at once: it is no load on the server any more, and
 * nobody's mail waits for its place.
 */
void flow_end(struct flow *flow, enum flow_life life)
{
	esmtp_quota_leave(&flow->share);
	leave_inspected_flows(flow);
	table_live(flow, life);
}

/**
 * flow_inspect() - the engine's state of a connection
 * @flow: the connection, to be inspected
 *
 * Allocated with the first payload, so that a connection without payload needs none.
 *
 * Return: it, or NULL without memory.
 */
struct esmtp_inspect *flow_inspect(struct flow *flow)
{
	if (flow->ins)
		return flow->ins;
	flow->ins = malloc(sizeof(*flow->ins));
	if (flow->ins)
		esmtp_inspect_init(flow->ins, flow->map, flow->isn);
	return flow->ins;
}

/**
 * flow_forget() - release all that belongs to a connection
 * @flow: the connection
 */
void flow_forget(struct flow *flow)
{
	if (!flow->judged)
		return;
	audit_conn(flow, ESMTP_EVENT_TEARDOWN);
	esmtp_quota_put(&flow->share);
	memset(&flow->share, 0, sizeof(flow->share));
	leave_inspected_flows(flow);
	if (flow->ins)
		esmtp_inspect_close(flow->ins, &esmtp_net(&init_net)->pool);
	free(flow->ins);
	flow->ins = NULL;
	flow->map = NULL;
	flow->packets = 0;
	flow->judged = false;
	flow->doubt = false;
	flow->unread = false;
	flow->clear = false;
	esmtp_kpolicy_put(flow->kp);
	flow->kp = NULL;
}
