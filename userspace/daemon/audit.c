// SPDX-License-Identifier: GPL-2.0
/* Makes the daemon's audit records; kmod/control/record.c decides which events get one. */
#include "audit_flow.h"

enum { AHEAD = 16 };			/* bytes of an excerpt after the event */

/* The bytes up to AHEAD bytes after payload offset @at, of this packet only. */
static void copy_excerpt(struct esmtp_record *r, const struct esmtp_pkt *pkt, u32 at)
{
	u32 begin, end;

	if (at >= pkt->len)
		return;
	end = min(at + AHEAD, pkt->len);
	begin = end > ESMTP_AUDIT_EXCERPT ? end - ESMTP_AUDIT_EXCERPT : 0;
	memcpy(r->excerpt, packet_payload(packet_of(pkt)) + begin, end - begin);
	r->excerpts = (u8)(end - begin);
}

static void init_flow_record(struct esmtp_record *r, const struct flow *flow, u8 kind)
{
	memset(r, 0, sizeof(*r));
	r->real = flow->spec.real;
	r->wire = flow->spec.wire;
	r->conn = flow->id;
	r->kind = kind;
	r->packets = flow->packets;
	strscpy(r->client_if, flow->in, sizeof(r->client_if));
	strscpy(r->server_if, flow->out, sizeof(r->server_if));
	if (flow->map)
		strscpy(r->map, flow->map->name, sizeof(r->map));
}

static void tell_record(struct esmtp_record *r, bool keep)
{
	esmtp_record_tell(esmtp_net(&init_net), &init_net, r, keep);
}

/**
 * audit_event() - record an event of the engine, if that is due
 * @flow: the connection
 * @t: the packet at hand, not edited yet
 * @told: what the packet has had records of
 * @ev: what was seen
 *
 * Context: the flow's chain is locked.
 */
void audit_event(const struct flow *flow, const struct esmtp_task *t,
		 struct esmtp_told *told, const struct esmtp_event *ev)
{
	u8 kind = ev->id == ESMTP_EV_RULE ? ESMTP_EVENT_RULE : ESMTP_EVENT_SEEN;
	struct esmtp_record r;

	if (!esmtp_record_due(told, esmtp_net(&init_net)->audit, flow->map, ev))
		return;
	init_flow_record(&r, flow, kind);
	r.packets = 0;
	r.dir = ev->dir;
	esmtp_record_event(&r, t->session, ev);
	copy_excerpt(&r, t->pkt, ev->off - (t->pkt->seq - t->half->isn));
	tell_record(&r, true);
}

/**
 * audit_end() - inspection has ended a connection
 * @flow: the connection
 * @dir: direction of the packet that ended it
 * @rule: 1 + index of the rule that ended it, or 0 if none did
 *
 * Context: the flow's chain is locked.
 */
void audit_end(const struct flow *flow, enum esmtp_dir dir, u32 rule)
{
	u8 why = flow->ins->session.why;
	struct esmtp_record r;

	init_flow_record(&r, flow, ESMTP_EVENT_END);
	r.dir = dir;
	r.why = why;
	if (rule)
		esmtp_record_rule(&r, flow->map, rule - 1);
	else
		strscpy(r.text, esmtp_reason_sentence(why), sizeof(r.text));
	tell_record(&r, true);
}

/**
 * audit_limit() - record a connection that a limit refused
 * @spec: the connection
 * @why: ESMTP_R_CONN_MAX or ESMTP_R_CLIENT_MAX
 * @e: connections counted and allowed
 *
 * A table that is full is no limit of anybody's, and has a counter.
 *
 * Context: any thread.
 */
void audit_limit(const struct esmtp_flowspec *spec, enum esmtp_reason why,
		 const struct esmtp_excess *e)
{
	struct esmtp_record r;

	if (why == ESMTP_R_HOSTS_FULL)
		return;
	memset(&r, 0, sizeof(r));
	r.kind = why == ESMTP_R_CLIENT_MAX ? ESMTP_EVENT_CLIENT_MAX : ESMTP_EVENT_CONN_MAX;
	r.real = spec->real;
	r.wire = spec->wire;
	r.value = e->now;
	r.limit = e->max;
	r.why = why;
	strscpy(r.client_if, spec->in, sizeof(r.client_if));
	strscpy(r.server_if, spec->out, sizeof(r.server_if));
	tell_record(&r, true);
}

/**
 * audit_conn() - record the beginning or end of an inspected connection
 * @flow: the connection
 * @kind: ESMTP_EVENT_BUILT or ESMTP_EVENT_TEARDOWN
 *
 * Context: the flow's chain is locked. Costs nothing when nobody listens.
 */
void audit_conn(const struct flow *flow, u8 kind)
{
	struct esmtp_record r;

	if (!flow->map || !esmtp_record_heard(&init_net))
		return;
	init_flow_record(&r, flow, kind);
	r.seconds = flow_clock() - flow->begun;
	if (flow->ins) {
		r.bytes = flow->ins->half[ESMTP_C2S].bytes +
			  flow->ins->half[ESMTP_S2C].bytes;
		r.why = flow->ins->session.why;
	}
	tell_record(&r, false);
}
