// SPDX-License-Identifier: GPL-2.0
/*
 * A recorded packet on the daemon's way: what is different from a queue's.
 *
 * A sender in a recording does not send again what the policy held back, so it is offered
 * again here. A receiver in it acknowledges what was sent, not what would have left, so its
 * numbers are made those that it would have seen. What it has acknowledged and is not in the
 * recording is missing: the connection is not judged any further.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdlib.h>

#include <linux/netfilter.h>

#include <daemon/hook.h>
#include <daemon/plane.h>

#include "path.h"
#include "talk.h"
#include "write.h"

/* Captures are not always in the order of the wire. */
#define PATIENCE 1000000000ull		/* nanoseconds */

static struct replay_job *job;
static u8 *room;

/**
 * path_init() - be ready for packets
 * @told: what is replayed
 *
 * Return: 0 or -ENOMEM.
 */
int path_init(struct replay_job *told)
{
	job = told;
	room = malloc(PACKET_ROOM);
	return room ? talk_init(told) : -ENOMEM;
}

/**
 * path_exit() - tell of all connections
 */
void path_exit(void)
{
	talk_exit();
	free(room);
	room = NULL;
}

/* The sum that the sender's network card was to complete: of the pseudo-header alone. */
static bool is_offloaded(const struct packet *p)
{
	const u8 *ip = p->buf.data, *th = ip + p->pkt.thoff;
	u32 from = p->pkt.family == NFPROTO_IPV4 ? 12 : 8;
	u32 to = p->pkt.family == NFPROTO_IPV4 ? 20 : 40, i;
	u32 field = (u32)(th[16] << 8 | th[17]), sum = IPPROTO_TCP, whole;

	for (i = from; i < to; i += 2)
		sum += (u32)(ip[i] << 8 | ip[i + 1]);
	whole = sum + p->buf.len - p->pkt.thoff;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	while (whole >> 16)
		whole = (whole & 0xffff) + (whole >> 16);
	return field == whole || field == sum;
}

/* Reads a packet into the room there is; false if it is no TCP segment. */
static bool load_packet(struct packet *p, const struct frame *f)
{
	memset(p, 0, sizeof(*p));
	if (f->iplen > PACKET_MAX)
		return false;
	memcpy(room, f->bytes + f->ip, f->iplen);
	p->buf.data = room;
	p->buf.len = f->iplen;
	p->buf.size = PACKET_ROOM;
	p->hook = NF_INET_FORWARD;
	p->cut = f->cut;
	if (!packet_init(p, f->family))
		return false;
	p->unverified = !job->trust && !is_offloaded(p);
	return true;
}

static bool is_ours(const struct packet *p)
{
	const struct esmtp_policy *policy = &plane_policy()->p;

	return esmtp_policy_wants(policy, p->pkt.sport, p->pkt.dport) ||
	       esmtp_policy_wants(policy, p->pkt.dport, p->pkt.sport) ||
	       policy->nlimits || policy->limits_classes;
}

/* What a receiver would have acknowledged, had it got what would have left. */
static void set_ack(struct packet *p, const struct esmtp_half_stream *half)
{
	u8 *at = p->buf.data + p->pkt.thoff, *option;
	u32 edge, i;

	if (!p->pkt.has_ack || !packet_checksum_ok(p))
		return;
	p->pkt.ack = esmtp_renumber_out(half, p->pkt.ack);
	edge = htonl(p->pkt.ack);
	memcpy(at + offsetof(struct tcphdr, ack_seq), &edge, sizeof(edge));
	option = esmtp_tcp_option(at + ESMTP_TCP_HEADER, packet_payload(p), ESMTP_TCP_SACK);
	for (i = 2; option && i + 4 <= option[1]; i += 4) {
		memcpy(&edge, option + i, sizeof(edge));
		edge = htonl(esmtp_renumber_out(half, ntohl(edge)));
		memcpy(option + i, &edge, sizeof(edge));
	}
}

/**
 * struct acks - what a packet acknowledges, as its sender would have had it
 * @on: it is other than what was recorded
 * @ack: the field
 * @options: TCP's, with their SACK
 */
struct acks {
	bool on;
	u8 ack[4];
	u8 options[ESMTP_TCP_OPTIONS];
};

static u8 *get_ack_field(const struct packet *p)
{
	return p->buf.data + p->pkt.thoff + offsetof(struct tcphdr, ack_seq);
}

static void renumber_acks(const struct talk *t, struct packet *p, enum esmtp_dir dir,
			  struct acks *acks)
{
	struct chain *chain = table_lock(&t->key);
	const struct flow *flow = table_find(chain, &t->key);

	acks->on = flow && flow->map && flow->ins && esmtp_renumber_on(flow->ins) &&
		   !p->pkt.syn;
	if (acks->on) {
		set_ack(p, &flow->ins->half[!dir]);
		memcpy(acks->ack, get_ack_field(p), sizeof(acks->ack));
		esmtp_pkt_options(&p->pkt, acks->options);
	}
	table_unlock(chain);
}

/*
 * On two legs an edit of a length makes two counts. What is written is one stream of each
 * direction as its receiver reads it, with the receiver's own acknowledgements, or no
 * analyser could follow it.
 */
static void restore_acks(struct packet *p, const struct acks *acks)
{
	if (!acks->on)
		return;
	memcpy(get_ack_field(p), acks->ack, sizeof(acks->ack));
	memcpy(packet_options(p), acks->options,
	       p->pkt.dataoff - p->pkt.thoff - ESMTP_TCP_HEADER);
}

/*
 * Would it have left with other bytes, in another length, or not at all? @p has what is
 * behind the first @skip bytes of @f's payload.
 */
static bool is_changed(const struct frame *f, const struct packet *p, u32 skip,
		       enum esmtp_reason why)
{
	const u8 *was = f->bytes + f->ip + p->pkt.dataoff + skip;

	if (why == ESMTP_R_INCONSISTENT || why == ESMTP_R_OPTION || why == ESMTP_R_URGENT)
		return true;
	if (esmtp_reason_end(why) == ESMTP_END_DROP || why == ESMTP_R_TRIMMED || !p->edited)
		return false;
	return p->pkt.len != p->len || memcmp(was, packet_payload(p), p->len) != 0;
}

static void count_verdict(struct talk *t, enum esmtp_reason why)
{
	switch (why) {
	case ESMTP_R_EXEMPT:
		t->c.fate = REPLAY_EXEMPT;
		break;
	case ESMTP_R_UNCLASSED:
		t->c.fate = REPLAY_UNCLASSED;
		break;
	case ESMTP_R_MIDSTREAM:
		t->c.trouble = REPLAY_MIDSTREAM;
		break;
	case ESMTP_R_CHECKSUM:
		job->sums.checksum++;
		break;
	case ESMTP_R_CONN_MAX:
	case ESMTP_R_CLIENT_MAX:
		t->c.end = why;
		break;
	default:
		break;
	}
}

/* A packet on its way, the first time or again. */
static enum esmtp_reason offer_packet(struct talk *t, const struct frame *f, struct packet *p,
				      u32 skip, enum esmtp_dir dir)
{
	struct acks acks = { .on = false };
	enum esmtp_reason why;

	write_at(f);
	if (t->resizes)
		renumber_acks(t, p, dir, &acks);
	talk_now = t;
	why = dir == ESMTP_S2C ? accept_judge(t, f, p, skip) : hook_judge(p);
	talk_now = NULL;
	count_verdict(t, why);
	tell_reason(t, dir, p, why);
	if (is_changed(f, p, skip, why))
		t->c.changed++;
	if (esmtp_reason_end(why) == ESMTP_END_DROP || !write_wanted())
		return why;
	/* the engine's own segments are right as they are */
	if (why != ESMTP_R_RESET && why != ESMTP_R_REJECTED)
		restore_acks(p, &acks);
	write_packet(p);
	return why;
}

/* Will its sender send it again, or what was cut from its end? */
static bool is_waiting(enum esmtp_reason why)
{
	return esmtp_reason_retry(why) || why == ESMTP_R_FLIGHT_FULL ||
	       why == ESMTP_R_GAP || why == ESMTP_R_TRIMMED;
}

/**
 * struct glance - how far the streams of a connection are judged
 * @on: it is inspected, and goes on
 * @isn: by enum esmtp_dir: sequence number of the first byte
 * @next: the same of the first byte that is not judged
 */
struct glance {
	bool on;
	u32 isn[ESMTP_DIR_MAX], next[ESMTP_DIR_MAX];
};

static void read_streams(struct glance *g, struct talk *t, const struct flow *flow)
{
	int dir;

	for (dir = 0; dir < ESMTP_DIR_MAX; dir++) {
		g->isn[dir] = flow->isn[dir];
		g->next[dir] = flow->isn[dir];
		if (!flow->ins)
			continue;
		g->next[dir] += flow->ins->half[dir].stream.next;
		t->c.bytes[dir] = flow->ins->half[dir].bytes;
	}
}

static struct glance look_at(struct talk *t)
{
	struct chain *chain = table_lock(&t->key);
	const struct flow *flow = table_find(chain, &t->key);
	struct glance g = { .on = false };

	if (flow && flow->judged && !flow->pass && flow->map) {
		g.on = !flow_ended(flow);
		read_streams(&g, t, flow);
	}
	table_unlock(chain);
	return g;
}

/* A sender that was told of the first bytes sends again what is behind them. */
static void skip_payload(struct packet *p, u32 skip)
{
	u8 *payload = packet_payload(p);

	if (!skip || !packet_checksum_ok(p))
		return;
	memmove(payload, payload + skip, p->len - skip);
	packet_resize(p, p->len - skip);
	p->resized = false;
	esmtp_pkt_write_seq(&p->pkt, p->seq + skip);
	p->seq += skip;
	p->len -= skip;
}

/* Offers the first that is held once more; false if it has to wait. */
static bool retry_first(struct talk *t, enum esmtp_dir dir, u32 next)
{
	const struct held *h = t->way[dir].first;
	u32 skip = min(next - h->seq, h->len);
	struct packet p;

	if (!load_packet(&p, &h->f) || (skip == h->len && !p.pkt.fin))
		return true;
	skip_payload(&p, skip);
	return !is_waiting(offer_packet(t, &h->f, &p, skip, dir));
}

/* Offers what is held until it has to wait again. Returns true if some of it passed. */
static bool retry_way(struct talk *t, enum esmtp_dir dir)
{
	struct talk_way *way = &t->way[dir];
	struct glance g = look_at(t);
	bool some = false, on = true;
	u32 was;

	while (on && g.on && way->first && !esmtp_before(g.next[dir], way->first->seq)) {
		was = g.next[dir];
		on = retry_first(t, dir, was);
		g = look_at(t);
		some |= g.on && g.next[dir] != was;
		if (on)
			held_drop(t, dir);
	}
	return some;
}

static void retry_held(struct talk *t)
{
	bool some = t->way[ESMTP_C2S].first || t->way[ESMTP_S2C].first;

	while (some) {
		some = retry_way(t, ESMTP_S2C);
		some |= retry_way(t, ESMTP_C2S);
	}
}

/* From here on nobody can say what the policy would have done. */
static void give_up(struct talk *t, u8 trouble, enum esmtp_dir dir, u32 at)
{
	struct chain *chain = table_lock(&t->key);
	struct flow *flow = table_find(chain, &t->key);

	if (flow)
		table_remove(chain, flow);
	table_unlock(chain);
	t->unread = true;
	t->c.trouble = trouble;
	t->c.trouble_dir = dir;
	t->c.trouble_at = at;
	held_purge(t);
}

/* Bytes that the receiver has acknowledged, and that neither passed nor are held. */
static bool is_gap(const struct talk_way *way, u32 next)
{
	/* one more is a FIN's */
	return way->has_acked && esmtp_before(next + 1, way->acked) &&
	       (!way->first || esmtp_before(next, way->first->seq));
}

static void look_for_gap(struct talk *t, enum esmtp_dir dir, const struct glance *g, bool last)
{
	struct talk_way *way = &t->way[dir];
	u32 at = g->next[dir] - g->isn[dir];

	if (t->unread || !g->on || !is_gap(way, g->next[dir])) {
		way->doubt = 0;
		return;
	}
	if (!way->doubt)
		way->doubt = talk_time;
	if (!(t->seen & 1 << dir))
		give_up(t, REPLAY_HALF, dir, at);
	else if (last || talk_time - way->doubt > PATIENCE)
		give_up(t, REPLAY_GAP, dir, at);
}

static void look_for_gaps(struct talk *t, bool last)
{
	struct glance g = look_at(t);

	look_for_gap(t, ESMTP_C2S, &g, last);
	look_for_gap(t, ESMTP_S2C, &g, last);
}

/* What the packet says of its connection, whatever becomes of it. */
static void note_packet(struct talk *t, const struct packet *p, enum esmtp_dir dir)
{
	struct talk_way *other = &t->way[!dir];

	t->c.packets++;
	t->c.ended = talk_time;
	t->seen |= (u8)(1 << dir);
	if (p->pkt.has_ack && !p->pkt.rst &&
	    (!other->has_acked || esmtp_before(other->acked, p->pkt.ack))) {
		other->acked = p->pkt.ack;
		other->has_acked = true;
	}
	if (p->pkt.fin)
		t->fins |= (u8)(1 << dir);
	if (p->pkt.rst || t->fins == 3)
		talk_close(t);
}

static void judge_packet(struct talk *t, const struct frame *f, struct packet *p,
			 enum esmtp_dir dir)
{
	enum esmtp_reason why = offer_packet(t, f, p, 0, dir);

	if (is_waiting(why) && load_packet(p, f) && !held_add(t, dir, f, p))
		give_up(t, REPLAY_WAITING, dir, 0);
	retry_held(t);
	look_for_gaps(t, false);
}

/* Time passes for the daemon's table: it is swept in steps of a second. */
static void pass_time(u64 now)
{
	u32 was = (u32)(talk_time / 1000000000), is, steps;

	if (now <= talk_time)
		return;
	is = (u32)(now / 1000000000);
	talk_time = now;
	if (is == was)
		return;
	for (steps = min(is - was, 16u); steps; steps--)
		table_sweep(is);
	talk_pass_time(now);
}

/* One whose end is not in the recording: its bytes can't be read. */
static void judge_snapped(struct talk *t, const struct packet *p, enum esmtp_dir dir)
{
	struct glance g = look_at(t);

	job->sums.snapped++;
	if (!t->unread && g.on)
		give_up(t, REPLAY_SNAPPED, dir, p->seq - g.isn[dir]);
	else if (!t->c.trouble)
		t->c.trouble = REPLAY_SNAPPED;
}

/**
 * path_packet() - replay a packet
 * @f: the packet, whole
 */
void path_packet(const struct frame *f)
{
	enum esmtp_dir dir;
	struct packet p;
	struct talk *t;

	pass_time(f->time);
	t = load_packet(&p, f) && is_ours(&p) ? talk_find(&p, &dir) : NULL;
	if (!t) {
		write_frame(f);
		return;
	}
	job->sums.segments++;
	note_packet(t, &p, dir);
	if (f->cut)
		judge_snapped(t, &p, dir);
	if (t->seen != 3)
		look_for_gaps(t, false);
	if (t->unread || f->cut)
		write_frame(f);
	else
		judge_packet(t, f, &p, dir);
}

static void set_fate(struct talk *t)
{
	struct replay_conn *c = &t->c;
	u32 i;

	if (c->trouble && c->fate == REPLAY_UNTOUCHED)
		c->fate = REPLAY_UNREAD;
	for (i = 0; i < c->n; i++)
		if (c->fate < REPLAY_LOGGED)
			c->fate = REPLAY_LOGGED;
	if (c->changed)
		c->fate = REPLAY_MASKED;
	if (c->end)
		c->fate = c->map[0] ? REPLAY_CUT : REPLAY_REFUSED;
}

/**
 * path_finish() - what became of a connection that is over
 * @t: the connection
 */
void path_finish(struct talk *t)
{
	look_for_gaps(t, true);
	set_fate(t);
}
