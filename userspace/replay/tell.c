// SPDX-License-Identifier: GPL-2.0
/*
 * What the daemon's way of a packet tells (../daemon/audit_flow.h), kept with the connection
 * at hand. The daemon records what a policy wants recorded; here nothing that would be
 * changed may go unsaid, whether it is logged or not.
 */
#include <stdlib.h>

#include <linux/nf_esmtp.h>

#include <daemon/audit_flow.h>

#include "talk.h"

enum {
	AHEAD = 16,			/* bytes of an excerpt after the event */
	STEP = 4,			/* findings that there is room for more */
};

/* Would the server have answered otherwise than it did? */
static bool parts_ways(u8 id)
{
	return id == ESMTP_EV_COMMAND_MASKED || id == ESMTP_EV_COMMAND_SHORT ||
	       id == ESMTP_EV_AUTH_MASKED;
}

static bool changes_wire(const struct esmtp_map *map, const struct esmtp_event *ev)
{
	if (map->params.monitor)
		return false;
	if (ev->id == ESMTP_EV_RULE)
		return map->rules[ev->rule].act != ESMTP_ACT_LOG &&
		       map->rules[ev->rule].act != ESMTP_ACT_RATE;
	return esmtp_would_edit(map, ev->id);
}

static bool is_same(const struct replay_finding *a, const struct replay_finding *b)
{
	return a->kind == b->kind && a->dir == b->dir && a->rule == b->rule &&
	       a->name == b->name && a->reason == b->reason;
}

/* Most connections have one or two. */
static bool make_room(struct replay_conn *c)
{
	struct replay_finding *v;

	if (c->n % STEP)
		return true;
	if (c->n == REPLAY_FINDINGS)
		return false;
	v = realloc(c->finding, (c->n + STEP) * sizeof(*v));
	if (v)
		c->finding = v;
	return v;
}

/* One more, or the same once more. */
static void add_finding(struct replay_conn *c, const struct replay_finding *f)
{
	u32 i;

	for (i = 0; i < c->n; i++)
		if (is_same(&c->finding[i], f)) {
			c->finding[i].times++;
			return;
		}
	if (!make_room(c)) {
		c->more++;
		return;
	}
	c->finding[c->n] = *f;
	c->finding[c->n].times = 1;
	c->finding[c->n++].time = talk_time;
}

/*
 * A keyword that was masked for a rule is told as the rule alone. The engine tells of the
 * keyword first.
 */
static void forget_keyword(struct replay_conn *c)
{
	const char *name = esmtp_event_name(ESMTP_EV_KEYWORD_MASKED);
	u32 i;

	for (i = 0; i < c->n && c->finding[i].name != name; i++)
		;
	if (i == c->n || --c->finding[i].times)
		return;
	c->n--;
	memmove(&c->finding[i], &c->finding[i + 1], (c->n - i) * sizeof(c->finding[i]));
}

/* The bytes up to AHEAD bytes after payload offset @at, of this packet only. */
static void copy_excerpt(struct replay_finding *f, const struct esmtp_pkt *pkt, u32 at)
{
	u32 begin, end;

	if (at >= pkt->len)
		return;
	end = min(at + AHEAD, pkt->len);
	begin = end > REPLAY_EXCERPT ? end - REPLAY_EXCERPT : 0;
	f->excerpts = (u8)(end - begin);
	memcpy(f->excerpt, packet_payload(packet_of(pkt)) + begin, f->excerpts);
}

static void take_record(struct replay_finding *f, const struct esmtp_record *r)
{
	f->rule = r->rule;
	f->act = r->act;
	f->off = r->off;
	f->value = r->value;
	f->limit = r->limit;
	f->name = r->name;
	strscpy(f->text, r->text, sizeof(f->text));
}

/**
 * audit_event() - see an event of the engine
 * @flow: the connection
 * @t: the packet at hand, not edited yet
 * @told: unused: nothing is left out here
 * @ev: what was seen
 */
void audit_event(const struct flow *flow, const struct esmtp_task *t,
		 struct esmtp_told *told, const struct esmtp_event *ev)
{
	struct replay_finding f = {
		.kind = ev->id == ESMTP_EV_RULE ? ESMTP_EVENT_RULE : ESMTP_EVENT_SEEN,
		.dir = ev->dir,
	};
	struct esmtp_record r;

	(void)told;
	f.changes = changes_wire(flow->map, ev);
	if (!talk_now || (!f.changes && !esmtp_would_edit(flow->map, ev->id) && ev->id != ESMTP_EV_RULE &&
			  !esmtp_record_wanted(flow->map, ev)))
		return;
	if (ev->id == ESMTP_EV_RULE && flow->map->rules[ev->rule].crit == ESMTP_CRIT_EHLO_PARAM)
		forget_keyword(&talk_now->c);
	memset(&r, 0, sizeof(r));
	esmtp_record_event(&r, t->session, ev);
	take_record(&f, &r);
	f.parts = f.changes && parts_ways(ev->id);
	copy_excerpt(&f, t->pkt, ev->off - (t->pkt->seq - t->half->isn));
	add_finding(&talk_now->c, &f);
}

/**
 * audit_end() - inspection has ended a connection
 * @flow: the connection
 * @dir: direction of the packet that ended it
 * @rule: 1 + index of the rule that ended it, or 0 if none did
 */
void audit_end(const struct flow *flow, enum esmtp_dir dir, u32 rule)
{
	u8 why = flow->ins->session.why;
	struct replay_finding f = {
		.kind = ESMTP_EVENT_END,
		.dir = dir,
		.act = flow->ins->session.act,
		.changes = true,
		.off = flow->ins->half[dir].stream.next,
		.reason = esmtp_reason_name(why),
	};
	struct esmtp_record r;

	if (!talk_now)
		return;
	memset(&r, 0, sizeof(r));
	if (rule) {
		esmtp_record_rule(&r, flow->map, rule - 1);
		f.rule = r.rule;
		f.limit = r.limit;
		strscpy(f.text, r.text, sizeof(f.text));
	} else {
		strscpy(f.text, esmtp_reason_sentence(why), sizeof(f.text));
	}
	talk_now->c.end = why;
	add_finding(&talk_now->c, &f);
}

/**
 * audit_limit() - see a connection that a limit refused
 * @spec: the connection
 * @why: ESMTP_R_CONN_MAX or ESMTP_R_CLIENT_MAX
 * @e: connections counted and allowed
 */
void audit_limit(const struct esmtp_flowspec *spec, enum esmtp_reason why,
		 const struct esmtp_excess *e)
{
	struct replay_finding f = {
		.kind = why == ESMTP_R_CLIENT_MAX ? ESMTP_EVENT_CLIENT_MAX :
						    ESMTP_EVENT_CONN_MAX,
		.changes = true,
		.value = e->now,
		.limit = e->max,
		.reason = esmtp_reason_name(why),
	};

	(void)spec;
	if (!talk_now || why == ESMTP_R_HOSTS_FULL)
		return;
	talk_now->c.end = why;
	add_finding(&talk_now->c, &f);
}

/**
 * audit_conn() - see the beginning or end of an inspected connection
 * @flow: the connection
 * @kind: ESMTP_EVENT_BUILT or ESMTP_EVENT_TEARDOWN
 */
void audit_conn(const struct flow *flow, u8 kind)
{
	if (kind != ESMTP_EVENT_BUILT || !talk_now || !flow->map)
		return;
	strscpy(talk_now->c.map, flow->map->name, sizeof(talk_now->c.map));
	talk_now->resizes = esmtp_map_resizes(flow->map);
	talk_now->c.monitor = flow->map->params.monitor;
}

/* Is how a packet ended something by itself, that nothing else tells? */
static bool is_telling(enum esmtp_reason why)
{
	switch (why) {
	case ESMTP_R_INCONSISTENT:
	case ESMTP_R_SYN_DATA:
	case ESMTP_R_URGENT:
	case ESMTP_R_OPTION:
	case ESMTP_R_STALE:
	case ESMTP_R_OVERLOAD_DROPPED:
	case ESMTP_R_HOSTS_FULL:
		return true;
	default:
		return false;
	}
}

/**
 * tell_reason() - see how a packet ended
 * @t: its connection
 * @dir: its direction
 * @p: the packet
 * @why: the reason
 */
void tell_reason(struct talk *t, enum esmtp_dir dir, const struct packet *p,
		 enum esmtp_reason why)
{
	struct replay_finding f = {
		.dir = dir,
		.changes = true,
		.reason = esmtp_reason_name(why),
	};

	if (!is_telling(why))
		return;
	f.off = t->has_syn && dir == ESMTP_C2S ? p->seq - t->syn - 1 : 0;
	strscpy(f.text, esmtp_reason_sentence(why), sizeof(f.text));
	if (why == ESMTP_R_OVERLOAD_DROPPED || why == ESMTP_R_HOSTS_FULL)
		t->c.end = why;
	add_finding(&t->c, &f);
}
