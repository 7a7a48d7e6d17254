// SPDX-License-Identifier: GPL-2.0
/*
 * A connection: which packets are of it, how it began, what the policy said of it
 * and when it is over. This file knows nothing of what is in a stream.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <time.h>

#include <linux/netfilter.h>

#include "audit_flow.h"
#include "ct.h"
#include "flow.h"
#include "mptcp.h"
#include "plane.h"

/**
 * flow_clock() - what connections are aged by
 *
 * Return: seconds since some moment.
 */
u32 flow_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (u32)t.tv_sec;
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
 * flow_tuple() - who sends a segment to whom
 * @ip: its IP header
 * @pkt: its family and ports
 *
 * Return: that.
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

/**
 * flow_addresses() - learn both pairs of addresses of a connection
 * @flow: the connection, that conntrack knows by now
 *
 * Where this daemon sees packets both ends have their real addresses.
 */
void flow_addresses(struct flow *flow)
{
	const struct flow_key *key = &flow->key;
	struct esmtp_tuple t = {
		.src = flow->client_lo ? key->lo : key->hi,
		.dst = flow->client_lo ? key->hi : key->lo,
		.sport = flow->client_lo ? key->lo_port : key->hi_port,
		.dport = flow->client_lo ? key->hi_port : key->lo_port,
		.family = key->family,
		.proto = IPPROTO_TCP,
	};

	if (ct_find(&t, &flow->spec))
		return;
	flow->spec.real = t;
	flow->spec.wire = t;
}

static void interface(char *name, u32 index)
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
 * They are named as the client's packets cross them.
 */
void flow_interfaces(struct flow *flow, const struct packet *p, enum esmtp_dir dir)
{
	interface(flow->in, dir == ESMTP_C2S ? p->in : p->out);
	interface(flow->out, dir == ESMTP_C2S ? p->out : p->in);
	flow->spec.in = flow->in;
	flow->spec.out = flow->out;
}

/* Is there room under the policy's bound of inspected connections? */
static enum esmtp_reason enter(struct flow *flow)
{
	struct esmtp_net *en = esmtp_net(&init_net);
	const struct esmtp_policy *p = &flow->kp->p;

	if ((u32)atomic_inc_return(&en->flows) <= (p->max_conns ? p->max_conns : U32_MAX))
		return ESMTP_GO;
	atomic_dec(&en->flows);
	flow->map = NULL;
	return p->overload == ESMTP_ON_OVERLOAD_BYPASS ? ESMTP_OVERLOAD_PASSED :
							 ESMTP_OVERLOAD_DROPPED;
}

/*
 * What a policy sees of a connection whose SYN this is: conntrack can't be asked yet, so
 * addresses that are translated are not known.
 */
static struct esmtp_flowspec first_spec(const struct packet *p)
{
	struct esmtp_flowspec spec = { .in = "", .out = "" };

	spec.real = flow_tuple(p->buf.data, &p->pkt);
	spec.wire = spec.real;
	return spec;
}

/**
 * flow_wanted() - does a policy speak of a connection?
 * @policy: the policy in force
 * @p: its SYN
 *
 * Return: true if so, whether to inspect it or to count it.
 */
bool flow_wanted(const struct esmtp_policy *policy, const struct packet *p)
{
	struct esmtp_flowspec spec = first_spec(p);

	return esmtp_policy_wants(policy, p->pkt.sport, p->pkt.dport) ||
	       esmtp_quota_wants(policy, &spec);
}

/* The same with the names of its interfaces, which are in @in and @out. */
static struct esmtp_flowspec whole_spec(const struct packet *p, char *in, char *out)
{
	struct esmtp_flowspec spec = first_spec(p);

	interface(in, p->in);
	interface(out, p->out);
	spec.in = in;
	spec.out = out;
	return spec;
}

/**
 * flow_tame() - let a connection that will be inspected not go on as MPTCP
 * @policy: the policy in force
 * @flow: the connection, judged; or NULL if this is its first packet
 * @p: a SYN
 *
 * A SYN whose checksum is wrong is nobody's, and would be made right.
 *
 * Return: ESMTP_GO if there is nothing to do, ESMTP_OPTION if it was done.
 */
enum esmtp_reason flow_tame(const struct esmtp_policy *policy, const struct flow *flow,
			    struct packet *p)
{
	char in[ESMTP_IFNAME_LEN] = "", out[ESMTP_IFNAME_LEN] = "";
	struct esmtp_flowspec spec;

	if (!esmtp_mptcp_offered(&p->pkt) || !packet_checksum_ok(p))
		return ESMTP_GO;
	spec = flow ? flow->spec : whole_spec(p, in, out);
	return esmtp_mptcp_hide(policy, &p->pkt, &spec);
}

/**
 * flow_full() - are there too many connections for another?
 * @p: its SYN
 *
 * Spares the server a SYN; flow_judge() is what counts.
 *
 * Context: the plane's lock is held for reading.
 * Return: why it is to be dropped, or ESMTP_GO.
 */
enum esmtp_reason flow_full(const struct packet *p)
{
	struct esmtp_bounds b;
	char in[ESMTP_IFNAME_LEN] = "", out[ESMTP_IFNAME_LEN] = "";
	struct esmtp_kpolicy *kp = plane_policy();
	struct esmtp_excess e;
	enum esmtp_reason why;

	if (!kp->p.nlimits && !kp->p.limits_classes)
		return ESMTP_GO;
	b.spec = whole_spec(p, in, out);
	if (!esmtp_quota_bounds(&kp->p, &b))
		return ESMTP_GO;
	why = esmtp_quota_full(kp, &b, &e);
	if (why)
		audit_limit(&b.spec, why, &e);
	return why;
}

static enum esmtp_reason count(struct flow *flow)
{
	struct esmtp_excess e;
	enum esmtp_reason why = esmtp_quota_enter(flow->kp, &flow->spec, &flow->share, &e);

	if (why)
		audit_limit(&flow->spec, why, &e);
	return why;
}

static enum esmtp_reason judge(struct flow *flow)
{
	const struct esmtp_policy *p = &flow->kp->p;
	struct esmtp_class_result found = esmtp_classify(p, &flow->spec);
	enum esmtp_reason why = count(flow);

	if (why)
		return why;
	if (found.verdict == ESMTP_CLASSIFY_NONE)
		return ESMTP_UNCLASSED;
	flow->slot = esmtp_bind_slot(p, found.bind);
	if (found.verdict == ESMTP_CLASSIFY_EXEMPT)
		return ESMTP_EXEMPT;
	flow->map = &p->maps[p->binds[found.bind].map];
	return enter(flow);
}

/**
 * flow_judge() - ask the policy about a connection
 * @flow: the connection; both of its tuples and its interfaces are known
 *
 * Context: the plane's lock is held for reading.
 */
void flow_judge(struct flow *flow)
{
	struct esmtp_kpolicy *kp = plane_policy();

	refcount_inc(&kp->ref);
	flow->kp = kp;
	flow->begun = flow_clock();
	flow->pass = judge(flow);
	flow->judged = true;
	esmtp_hits_count(kp, &flow->spec);
	flow_loosen(flow);
	audit_conn(flow, ESMTP_EVENT_BUILT);
}

/**
 * flow_loosen() - have conntrack not judge a connection by its sequence numbers
 * @flow: the connection, judged
 *
 * It sees acknowledgements before they are turned back. Where a SYN is sent again and
 * answered again it forgets what it was told.
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
 * A SYN says where its sender's stream begins, and the first acknowledgement that
 * follows which of several SYNs the other end took: the server's SYN does, and a SYN
 * of the client's that comes behind it moves nothing.
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
 * flow_renewed() - does another connection begin between the same ends?
 * @flow: the connection that is known
 * @p: a packet
 * @dir: its direction
 *
 * Both ends may have forgotten what is still known here. Of a SYN that differs from
 * the one we know, or that comes after the end, only the server's answer tells: it
 * has no SYN for a connection that lives. Whatever the old connection was, it is forgotten then.
 *
 * Return: true if so; @flow is the new one, all but how it began.
 */
bool flow_renewed(struct flow *flow, const struct packet *p, enum esmtp_dir dir)
{
	const struct esmtp_pkt *pkt = &p->pkt;

	if (!pkt->syn)
		return false;
	if (!pkt->has_ack) {
		flow->again = pkt->seq + 1;
		flow->mss[!dir] = packet_mss(p);
	}
	if (!pkt->has_ack || dir != ESMTP_S2C || pkt->ack != flow->again ||
	    (pkt->ack == flow->isn[ESMTP_C2S] && flow->life != FLOW_CLOSING))
		return false;
	flow_forget(flow);
	flow->isn[ESMTP_C2S] = flow->again;
	flow->fixed = 0;
	flow->fins = 0;
	flow->life = FLOW_HALF_OPEN;
	return true;
}

/**
 * flow_live() - see how far a connection has got
 * @flow: the connection
 * @p: its packet, which passes
 * @dir: the packet's direction
 */
void flow_live(struct flow *flow, const struct packet *p, enum esmtp_dir dir)
{
	const struct esmtp_pkt *pkt = &p->pkt;

	if (flow->life == FLOW_HALF_OPEN && !pkt->syn && flow->fixed == 3)
		flow->life = FLOW_OPEN;
	if (pkt->fin)
		flow->fins |= 1 << dir;
	if (flow->fins != 3 && !pkt->rst)
		return;
	/* it is no load on the server any more */
	esmtp_quota_leave(&flow->share);
	if (flow->life != FLOW_ENDED)
		flow->life = FLOW_CLOSING;
}

/**
 * flow_inspect() - the engine's state of a connection
 * @flow: the connection, to be inspected
 *
 * Made with the first payload: a connection without any costs none.
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
 * flow_forget() - let go of what hangs off a connection
 * @flow: the connection
 */
void flow_forget(struct flow *flow)
{
	if (!flow->judged)
		return;
	audit_conn(flow, ESMTP_EVENT_TEARDOWN);
	esmtp_quota_put(&flow->share);
	memset(&flow->share, 0, sizeof(flow->share));
	if (flow->map)
		atomic_dec(&esmtp_net(&init_net)->flows);
	if (flow->ins)
		esmtp_inspect_close(flow->ins, &esmtp_net(&init_net)->pool);
	free(flow->ins);
	flow->ins = NULL;
	flow->map = NULL;
	flow->packets = 0;
	flow->judged = false;
	esmtp_kpolicy_put(flow->kp);
	flow->kp = NULL;
}
