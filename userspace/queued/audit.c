// SPDX-License-Identifier: GPL-2.0
/* Records of what was seen and done; the module's record.c says what is worth one. */
#include "audit_flow.h"

enum { AHEAD = 16 };			/* bytes of an excerpt behind the place */

/* Bytes of this packet up to a little behind @at, an offset in its payload. */
static void excerpt(struct esmtp_record *r, const struct esmtp_pkt *pkt, u32 at)
{
	u32 begin, end;

	if (at >= pkt->len)
		return;
	end = min(at + AHEAD, pkt->len);
	begin = end > ESMTP_AUDIT_EXCERPT ? end - ESMTP_AUDIT_EXCERPT : 0;
	memcpy(r->excerpt, packet_payload(packet_of(pkt)) + begin, end - begin);
	r->excerpts = (u8)(end - begin);
}

static void begin(struct esmtp_record *r, const struct flow *flow, u8 kind)
{
	memset(r, 0, sizeof(*r));
	r->real = flow->spec.real;
	r->kind = kind;
	r->packets = flow->packets;
	strscpy(r->client_if, flow->in, sizeof(r->client_if));
	strscpy(r->server_if, flow->out, sizeof(r->server_if));
	if (flow->map)
		strscpy(r->map, flow->map->name, sizeof(r->map));
}

static void tell(struct esmtp_record *r, bool keep)
{
	esmtp_record_tell(esmtp_net(&init_net), &init_net, r, keep);
}

/**
 * audit_event() - the core saw something
 * @flow: the connection
 * @t: the packet at hand, not edited yet
 * @ev: what was seen
 *
 * Context: the flow's chain is locked.
 */
void audit_event(const struct flow *flow, const struct esmtp_task *t,
		 const struct esmtp_event *ev)
{
	u8 kind = ev->id == ESMTP_EV_RULE ? ESMTP_EVENT_RULE : ESMTP_EVENT_SEEN;
	struct esmtp_record r;

	if (!esmtp_record_wanted(flow->map, ev))
		return;
	begin(&r, flow, kind);
	r.packets = 0;
	r.dir = ev->dir;
	esmtp_record_event(&r, t->session, ev);
	excerpt(&r, t->pkt, ev->off - (t->pkt->seq - t->way->isn));
	tell(&r, true);
}

/**
 * audit_end() - inspection has ended a connection
 * @flow: the connection
 * @dir: direction of the packet that was the last
 * @rule: 1 + the rule that did it, or 0
 *
 * Context: the flow's chain is locked.
 */
void audit_end(const struct flow *flow, enum esmtp_dir dir, u32 rule)
{
	u8 why = flow->ins->session.why;
	struct esmtp_record r;

	begin(&r, flow, ESMTP_EVENT_END);
	r.dir = dir;
	r.why = why;
	if (rule)
		esmtp_record_rule(&r, flow->map, rule - 1);
	else
		strscpy(r.text, esmtp_reason_sentence(why), sizeof(r.text));
	tell(&r, true);
}

/**
 * audit_limit() - a connection was refused for there are too many
 * @spec: the connection
 * @why: ESMTP_CONN_MAX or ESMTP_CLIENT_MAX
 * @e: how many there are
 *
 * Context: any thread.
 */
void audit_limit(const struct esmtp_flowspec *spec, enum esmtp_reason why,
		 const struct esmtp_excess *e)
{
	struct esmtp_record r;

	memset(&r, 0, sizeof(r));
	r.kind = why == ESMTP_CLIENT_MAX ? ESMTP_EVENT_CLIENT_MAX : ESMTP_EVENT_CONN_MAX;
	r.real = spec->real;
	r.value = e->now;
	r.limit = e->max;
	r.why = why;
	strscpy(r.client_if, spec->in, sizeof(r.client_if));
	strscpy(r.server_if, spec->out, sizeof(r.server_if));
	tell(&r, true);
}

/**
 * audit_conn() - an inspected connection begins or is forgotten
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
	begin(&r, flow, kind);
	/* as from the module, which does not look for these here */
	r.client_if[0] = '\0';
	r.server_if[0] = '\0';
	r.seconds = flow_clock() - flow->begun;
	if (flow->ins) {
		r.bytes = flow->ins->way[ESMTP_C2S].bytes +
			  flow->ins->way[ESMTP_S2C].bytes;
		r.why = flow->ins->session.why;
	}
	tell(&r, false);
}
