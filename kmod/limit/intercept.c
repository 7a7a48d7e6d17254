// SPDX-License-Identifier: GPL-2.0
/*
 * TCP intercept with SYN cookies (RFC 4987 3.6): while a server is at its limit of
 * half-open connections, its SYNs are answered here with a SYN cookie, and no state
 * is kept.
 *
 * A client that acknowledges the cookie exists at its address. Before conntrack sees
 * that ACK, it is turned back into the client's SYN, which takes the way of any SYN:
 * NAT, ruleset, policy, server. The cookie stays in the acknowledgement number, which
 * a SYN does not use (RFC 9293 3.1), and vouches for the client on that way. The
 * server's SYN-ACK is acknowledged here, too. From then on the server's sequence
 * numbers are shifted to those of the cookie after conntrack, and the client's
 * acknowledgement numbers are shifted back before it.
 *
 * A cookie encodes no TCP option but the MSS. Window scaling, SACK and timestamps are kept where
 * the client's timestamps can carry what was agreed on (promise.c); else the connection has none
 * of them.
 */
#include <linux/netfilter.h>
#include <linux/tcp.h>
#include <net/dst.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/tcp.h>

#include "conn/flow.h"
#include "conn/lookup.h"
#include "conn/side.h"
#include "conn/table.h"
#include "control/net.h"
#include "data/inject.h"
#include "data/skb_edit.h"
#include "data/skb_parse.h"
#include "intercept.h"
#include "limits.h"
#include "promise.h"

enum {
	HEADERS_IPV4 = sizeof(struct iphdr) + sizeof(struct tcphdr),
	HEADERS_IPV6 = sizeof(struct ipv6hdr) + sizeof(struct tcphdr),
	MSS_IPV4 = 536,			/* without the option (RFC 9293 3.7.1) */
	MSS_IPV6 = 1220,
};

/**
 * esmtp_intercept_pending() - may a cookie still be acknowledged?
 * @en: the namespace
 *
 * Any context.
 *
 * Return: true if one was sent so recently.
 */
bool esmtp_intercept_pending(const struct esmtp_net *en)
{
	unsigned long last = READ_ONCE(en->cookie);

	return last && time_before(jiffies, last + ESMTP_COOKIE_SECONDS * HZ);
}

/**
 * esmtp_intercept_send() - send a segment between two addresses, and count it
 * @en: the namespace
 * @net: the same
 * @from: of its sender and receiver, as the receiver knows them
 * @seg: the segment
 * @mark: of the receiver's packets
 * @side: index of the interface that they enter by
 *
 * Any context, without a lock of ours.
 */
void esmtp_intercept_send(struct esmtp_net *en, struct net *net,
			  const struct nf_conntrack_tuple *from,
			  const struct esmtp_segment *seg, u32 mark, int side)
{
	struct sk_buff *skb = esmtp_inject_tuple(from, seg);

	if (skb && esmtp_inject_alone(net, skb, mark, side))
		esmtp_count(en->stats->sent);
	else
		esmtp_count(en->stats->unsent);
}

/* Sends to the client, from the server's address as the client knows it. */
static void send_to_client(struct esmtp_net *en, const struct nf_conn *ct,
			   const struct esmtp_pkt *pkt, const struct nf_hook_state *state,
			   const struct esmtp_segment *seg)
{
	struct nf_conntrack_tuple from;

	if (nf_ct_invert_tuple(&from, &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple))
		esmtp_intercept_send(en, nf_ct_net(ct), &from, seg, pkt->skb->mark,
				     esmtp_side_of(pkt, state));
}

static void read_offer(const struct esmtp_pkt *pkt, struct esmtp_offer *o)
{
	u8 options[ESMTP_TCP_OPTIONS];

	esmtp_tcp_read_offer(o, options, options + esmtp_pkt_options(pkt, options));
	if (!o->mss)
		o->mss = pkt->family == NFPROTO_IPV4 ? MSS_IPV4 : MSS_IPV6;
}

/* As it stands in the header. */
static u16 read_window(const struct esmtp_pkt *pkt)
{
	__be16 window = 0;

	skb_copy_bits(pkt->skb, pkt->thoff + offsetof(struct tcphdr, window), &window,
		      sizeof(window));
	return ntohs(window);
}

/* The MSS that the path from client to server allows (RFC 9293 3.7.1). */
static u16 get_path_mss(const struct esmtp_pkt *pkt, const struct nf_hook_state *state)
{
	const struct dst_entry *dst = skb_dst(pkt->skb);
	u32 mtu = state->in->mtu;

	if (dst)
		mtu = min(mtu, dst_mtu(dst));
	mtu = clamp_t(u32, mtu, IPV6_MIN_MTU, U16_MAX);
	return mtu - (pkt->family == NFPROTO_IPV4 ? HEADERS_IPV4 : HEADERS_IPV6);
}

static const struct nf_conntrack_tuple *get_client_tuple(const struct nf_conn *ct)
{
	return &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
}

/**
 * esmtp_intercept_syn() - answer a SYN in the server's place
 * @en: the namespace
 * @ct: its connection, not confirmed
 * @pkt: the SYN, its checksum verified
 * @state: of the hook that it is in
 *
 * Context: softirq, or BH off; no lock of ours.
 *
 * Return: why the SYN is to be dropped.
 */
enum esmtp_reason esmtp_intercept_syn(struct esmtp_net *en, const struct nf_conn *ct,
				      const struct esmtp_pkt *pkt,
				      const struct nf_hook_state *state)
{
	const struct nf_conntrack_tuple *t = get_client_tuple(ct);
	struct esmtp_offer client, offer = { .mss = get_path_mss(pkt, state) };
	struct esmtp_segment seg = {
		.ack = pkt->seq + 1,
		.flags = ESMTP_TCP_SYN | ESMTP_TCP_ACK,
		.offer = &offer,
	};
	u16 promise;

	read_offer(pkt, &client);
	promise = esmtp_promise_make(ct, &client);
	offer.echo = client.stamp;
	esmtp_promise_write(promise, esmtp_cookie_clock(t), &offer);
	seg.seq = esmtp_cookie_make(t, pkt->seq, &client.mss, promise);
	/* 0 means that none was sent */
	WRITE_ONCE(en->cookie, jiffies | 1);
	send_to_client(en, ct, pkt, state, &seg);
	return ESMTP_R_INTERCEPTED;
}

/**
 * esmtp_intercept_opening() - is the server's SYN-ACK still awaited?
 * @ct: the connection
 *
 * Any context, in an RCU read-side section.
 *
 * Return: true if the SYN rebuilt from an ACK was sent to the server, and is not
 * answered yet.
 */
bool esmtp_intercept_opening(const struct nf_conn *ct)
{
	const struct esmtp_flow *flow = esmtp_table_find(ct);

	return flow && READ_ONCE(flow->intercept) == ESMTP_INTERCEPT_OPENING &&
	       READ_ONCE(ct->proto.tcp.state) == TCP_CONNTRACK_SYN_SENT;
}

/*
 * The client's SYN, with the cookie in the acknowledgement number, and what came back of our
 * timestamp in that of the server, of which a SYN has none, either.
 */
static enum esmtp_reason rebuild_syn(struct esmtp_pkt *pkt, struct esmtp_offer *client)
{
	u16 promise = esmtp_promise_read(client);
	u32 window = (u32)read_window(pkt) << esmtp_promise_client_scale(promise);
	const struct esmtp_segment seg = {
		.seq = pkt->seq - 1,
		.ack = pkt->ack,
		.flags = ESMTP_TCP_SYN,
		/* a SYN's is not scaled */
		.window = min_t(u32, window, U16_MAX),
		.offer = client,
	};

	esmtp_promise_repeat(promise, client);
	return esmtp_pkt_write_bare(pkt, &seg) ? ESMTP_R_MEMORY : ESMTP_R_GO;
}

/* Stage of the handshake in which a client sends a packet. */
enum sent {
	SENT_FIRST,			/* conntrack does not know the connection */
	SENT_EARLY,			/* the server has not answered yet */
	SENT_BETWEEN,			/* only conntrack has seen the server's SYN-ACK */
	SENT_LATER,
};

static enum sent classify_client_packet(struct net *net, struct sk_buff *skb, u8 pf)
{
	const struct esmtp_flow *flow;
	enum sent sent = SENT_LATER;
	enum ip_conntrack_dir dir;
	struct nf_conn *ct;

	ct = esmtp_lookup_ct(net, skb, pf, &dir);
	if (!ct)
		return SENT_FIRST;
	flow = esmtp_table_find(ct);
	if (esmtp_intercept_opening(ct))
		sent = SENT_EARLY;
	else if (flow && READ_ONCE(flow->intercept) == ESMTP_INTERCEPT_OPENING &&
		 READ_ONCE(ct->proto.tcp.state) == TCP_CONNTRACK_SYN_RECV)
		sent = SENT_BETWEEN;
	if (dir != IP_CT_DIR_ORIGINAL)
		sent = SENT_LATER;
	nf_ct_put(ct);
	return sent;
}

/**
 * esmtp_intercept_ack() - turn the ACK of a cookie back into the client's SYN
 * @en: the namespace
 * @skb: a packet on its way to conntrack
 * @state: of the hook before conntrack
 *
 * Payload that the client sends before the server has answered is left out: the
 * SYN-ACK with the cookie offered no window. A FIN or a window probe is held:
 * conntrack has seen only a SYN and would call it invalid. Softirq, in an RCU
 * read-side section.
 *
 * Return: ESMTP_R_GO, or why the packet must be dropped.
 */
enum esmtp_reason esmtp_intercept_ack(struct esmtp_net *en, struct sk_buff *skb,
				      const struct nf_hook_state *state)
{
	struct nf_conntrack_tuple tuple;
	struct esmtp_offer client;
	enum esmtp_reason why;
	struct esmtp_pkt pkt;
	enum sent sent;

	if (!esmtp_intercept_pending(en) || !esmtp_pkt_parse(&pkt, skb, state->pf) || pkt.syn ||
	    pkt.rst ||
	    !nf_ct_get_tuplepr(skb, skb_network_offset(skb), state->pf, state->net,
			       &tuple))
		return ESMTP_R_GO;
	sent = classify_client_packet(state->net, skb, state->pf);
	if (sent == SENT_LATER)
		return ESMTP_R_GO;
	read_offer(&pkt, &client);
	client.mss = 0;
	if (pkt.has_ack && sent != SENT_BETWEEN)
		client.mss = esmtp_cookie_check(&tuple, pkt.seq, pkt.ack,
						esmtp_promise_read(&client));
	if (!client.mss || !esmtp_pkt_checksum_valid(&pkt, state->hook))
		return sent == SENT_FIRST ? ESMTP_R_GO : ESMTP_R_HELD;
	why = rebuild_syn(&pkt, &client);
	if (!why && sent == SENT_FIRST)
		esmtp_opening_add(en, skb);
	return why;
}

/**
 * esmtp_intercept_vouched() - has the client of a SYN answered a cookie?
 * @en: the namespace
 * @ct: the connection, not confirmed
 * @pkt: its SYN
 *
 * Any context.
 *
 * Return: true if so.
 */
bool esmtp_intercept_vouched(const struct esmtp_net *en, const struct nf_conn *ct,
			     const struct esmtp_pkt *pkt)
{
	struct esmtp_offer client;
	u16 promise;

	if (!pkt->syn || pkt->has_ack || !pkt->ack || !esmtp_intercept_pending(en))
		return false;
	read_offer(pkt, &client);
	promise = esmtp_promise_read(&client);
	/* a SYN that was rebuilt offers what was promised; a client may send one that does not */
	return esmtp_promise_offered(promise, &client) &&
	       esmtp_cookie_check(get_client_tuple(ct), pkt->seq + 1, pkt->ack, promise);
}

/**
 * esmtp_intercept_begin() - prepare to translate for a vouched SYN
 * @flow: its connection's
 * @pkt: the SYN
 *
 * Any context.
 */
void esmtp_intercept_begin(struct esmtp_flow *flow, const struct esmtp_pkt *pkt)
{
	struct esmtp_offer client;

	read_offer(pkt, &client);
	spin_lock_bh(&flow->lock);
	if (flow->stage == ESMTP_STAGE_SYN && !flow->intercept) {
		flow->shift = pkt->ack - 1;
		flow->promise = esmtp_promise_read(&client);
		flow->window = read_window(pkt);
		atomic_inc(&flow->en->intercepted);
		WRITE_ONCE(flow->intercept, ESMTP_INTERCEPT_OPENING);
	}
	spin_unlock_bh(&flow->lock);
}

/**
 * esmtp_intercept_refuse() - reset the client of a vouched SYN
 * @en: the namespace
 * @ct: its connection, not confirmed
 * @pkt: the SYN
 * @state: of the hook that it is in
 *
 * The client takes the connection for established. Context: as esmtp_intercept_syn().
 *
 * Return: why the SYN is to be dropped.
 */
enum esmtp_reason esmtp_intercept_refuse(struct esmtp_net *en, const struct nf_conn *ct,
					 const struct esmtp_pkt *pkt,
					 const struct nf_hook_state *state)
{
	const struct esmtp_segment seg = {
		.seq = pkt->ack,
		.ack = pkt->seq + 1,
		.flags = ESMTP_TCP_RST | ESMTP_TCP_ACK,
	};

	send_to_client(en, ct, pkt, state, &seg);
	return ESMTP_R_INTERCEPT_FULL;
}

/*
 * Completes the shift with the server's initial sequence number. Its clock is set by ours, which
 * was never ahead of that in the SYN-ACK with the cookie.
 */
static void learn_seq_shift(struct esmtp_flow *flow, u32 seq, const struct esmtp_offer *server)
{
	spin_lock_bh(&flow->lock);
	if (flow->intercept == ESMTP_INTERCEPT_OPENING) {
		flow->shift -= seq;
		if (server->stamped)
			flow->stamp = esmtp_cookie_clock(get_client_tuple(flow->ct)) -
				      server->stamp;
		/* the shift is visible first; pairs with esmtp_flow_shift_seq() */
		smp_store_release(&flow->intercept, ESMTP_INTERCEPT_JOINED);
	}
	spin_unlock_bh(&flow->lock);
}

static void send_back(struct esmtp_flow *flow, const struct esmtp_pkt *pkt,
		      const struct nf_hook_state *state, const struct esmtp_segment *seg)
{
	struct sk_buff *skb = esmtp_inject_build(pkt, seg);

	if (skb && esmtp_inject_send(state->net, skb, pkt->skb))
		esmtp_count(flow->en->stats->sent);
	else
		esmtp_count(flow->en->stats->unsent);
}

/*
 * The server does not agree on what its client was promised: both are reset, and no client of
 * this server is promised anything any more.
 */
static enum esmtp_reason break_promise(struct esmtp_flow *flow, struct esmtp_pkt *pkt,
				       const struct nf_hook_state *state)
{
	const struct esmtp_segment back = {
		.seq = pkt->ack,
		.flags = ESMTP_TCP_RST,
	};
	const struct esmtp_segment on = {
		.seq = esmtp_flow_shift_seq(flow, pkt->seq + 1),
		.ack = pkt->ack,
		.flags = ESMTP_TCP_RST | ESMTP_TCP_ACK,
	};

	esmtp_promise_break(flow->ct);
	send_back(flow, pkt, state, &back);
	esmtp_embryonic_leave(flow);
	esmtp_flow_over(flow);
	/* lest a new connection from the client's port is taken for this one */
	nf_ct_kill(flow->ct);
	return esmtp_pkt_write_bare(pkt, &on) ? ESMTP_R_MEMORY : ESMTP_R_GO;
}

/* It is acknowledged to the server, in the client's name, and told to the client. */
static enum esmtp_reason join_ends(struct esmtp_flow *flow, struct esmtp_pkt *pkt,
				   const struct nf_hook_state *state,
				   const struct esmtp_offer *server)
{
	const struct esmtp_segment back = {
		.seq = pkt->ack,
		.ack = pkt->seq + 1,
		.flags = ESMTP_TCP_ACK,
		.window = flow->window >> esmtp_promise_client_scale(flow->promise),
	};
	struct esmtp_offer offer = {
		.scale = ESMTP_TCP_UNSCALED,
		.stamped = server->stamped,
		.echo = server->echo,
	};
	struct esmtp_segment on = {
		.ack = pkt->ack,
		.flags = ESMTP_TCP_ACK,
		.offer = &offer,
		.window = read_window(pkt),
	};

	learn_seq_shift(flow, pkt->seq, server);
	send_back(flow, pkt, state, &back);
	esmtp_embryonic_leave(flow);
	if (server->scale != ESMTP_TCP_UNSCALED)
		on.window >>= server->scale;
	offer.stamp = server->stamp + flow->stamp;
	on.seq = esmtp_flow_shift_seq(flow, pkt->seq + 1);
	return esmtp_pkt_write_bare(pkt, &on) ? ESMTP_R_MEMORY : ESMTP_R_GO;
}

/*
 * The server's SYN-ACK: it is acknowledged here, and turned into an ACK to the client
 * that opens the server's window.
 */
static enum esmtp_reason answer_server_syn(struct esmtp_flow *flow, struct esmtp_pkt *pkt,
					   const struct nf_hook_state *state)
{
	struct esmtp_offer server;

	if (!esmtp_flow_judged(flow) || pkt->ack != flow->isn[ESMTP_C2S] ||
	    !esmtp_pkt_checksum_ok(pkt, state->net, state->hook))
		return ESMTP_R_CHECKSUM;
	read_offer(pkt, &server);
	if (!esmtp_flow_shifted(flow) && !esmtp_promise_kept(flow->promise, &server))
		return break_promise(flow, pkt, state);
	return join_ends(flow, pkt, state, &server);
}

/* The server must see neither the cookie nor what came back of our timestamp. */
static int clear_cookie(struct esmtp_pkt *pkt)
{
	u8 options[ESMTP_TCP_OPTIONS], *end = options + esmtp_pkt_options(pkt, options);
	struct esmtp_offer o;

	if (esmtp_pkt_write_ack(pkt, 0))
		return -ENOMEM;
	esmtp_tcp_read_offer(&o, options, end);
	if (!o.stamped)
		return 0;
	esmtp_tcp_shift_acked(options, end, 0, o.echo);
	return esmtp_pkt_write_options(pkt, options);
}

/**
 * esmtp_intercept_turn() - number for conntrack what an intercepted client acknowledges
 * @flow: its connection
 * @pkt: a packet of the client's on its way to conntrack
 *
 * Context: softirq, in an RCU read-side section.
 *
 * Return: 0 or -ENOMEM.
 */
int esmtp_intercept_turn(const struct esmtp_flow *flow, struct esmtp_pkt *pkt)
{
	u8 options[ESMTP_TCP_OPTIONS], *end;

	if (!esmtp_flow_shifted(flow))
		return 0;
	if (esmtp_pkt_write_ack(pkt, pkt->ack - flow->shift))
		return -ENOMEM;
	if (!flow->promise)
		return 0;
	end = options + esmtp_pkt_options(pkt, options);
	esmtp_tcp_shift_acked(options, end, flow->shift, flow->stamp);
	return esmtp_pkt_write_options(pkt, options);
}

/**
 * esmtp_intercept_shift() - number a segment of the server's for its client
 * @flow: their connection
 * @pkt: the segment, behind conntrack
 *
 * Context: softirq, or BH off, in an RCU read-side section.
 *
 * Return: 0 or -ENOMEM.
 */
int esmtp_intercept_shift(const struct esmtp_flow *flow, struct esmtp_pkt *pkt)
{
	u8 options[ESMTP_TCP_OPTIONS], *end;

	if (esmtp_pkt_write_seq(pkt, esmtp_flow_shift_seq(flow, pkt->seq)))
		return -ENOMEM;
	if (!esmtp_flow_shifted(flow) || !flow->promise)
		return 0;
	end = options + esmtp_pkt_options(pkt, options);
	esmtp_tcp_shift_sent(options, end, flow->stamp);
	return esmtp_pkt_write_options(pkt, options);
}

/**
 * esmtp_intercept_packet() - number a packet for its receiver
 * @flow: an intercepted connection
 * @dir: the packet's direction
 * @pkt: the packet, inspected
 * @state: of the hook that it is in
 *
 * Context: softirq, or BH off, in an RCU read-side section; no lock of ours.
 *
 * Return: ESMTP_R_GO, or why the packet must be dropped.
 */
enum esmtp_reason esmtp_intercept_packet(struct esmtp_flow *flow, enum esmtp_dir dir,
					 struct esmtp_pkt *pkt,
					 const struct nf_hook_state *state)
{
	if (dir == ESMTP_C2S)
		return pkt->syn && clear_cookie(pkt) ? ESMTP_R_MEMORY : ESMTP_R_GO;
	if (pkt->syn)
		return answer_server_syn(flow, pkt, state);
	/* inspection may have replaced the segment */
	if (!esmtp_pkt_parse(pkt, pkt->skb, pkt->family))
		return ESMTP_R_MEMORY;
	return esmtp_intercept_shift(flow, pkt) ? ESMTP_R_MEMORY : ESMTP_R_GO;
}
