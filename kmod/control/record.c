// SPDX-License-Identifier: GPL-2.0
/* Which events of a session are recorded, and the text of their records. */
#include <linux/string.h>

#include "audit.h"

/**
 * esmtp_record_rule() - name a rule in a record
 * @r: the record
 * @map: the inspection map
 * @rule: place of the rule in it, from 0
 */
void esmtp_record_rule(struct esmtp_record *r, const struct esmtp_map *map, u32 rule)
{
	static const char match[] = "match ";
	struct esmtp_text t = { .buf = r->text, .size = sizeof(r->text) };

	esmtp_text_rule(&t, map, rule);
	memmove(r->text, r->text + sizeof(match) - 1,
		sizeof(r->text) - (sizeof(match) - 1));
	r->rule = rule + 1;
	r->act = map->rules[rule].act;
	r->limit = map->rules[rule].arg;
}

/* Who has an event recorded: the column OWNER of events.def. */
enum owner {
	OWNER_NONE,
	OWNER_ALWAYS,
	OWNER_RULE,
	OWNER_TLS,
	OWNER_SPECIAL,
	OWNER_RELAY,
	OWNER_GUARD,
	OWNER_STRICT,
};

static const u8 owners[ESMTP_EVENT_MAX] = {
#define ESMTP_EVENT(NAME, name, asa, owner, sentence) \
	[ESMTP_EV_##NAME] = OWNER_##owner,
#include <esmtp/events.def>
#undef ESMTP_EVENT
};

/* Does a parameter with an action of its own ask for records? */
static bool wants_records(const struct esmtp_param *param)
{
	return param->on && (param->log || param->act == ESMTP_ACT_LOG);
}

/**
 * esmtp_record_wanted() - does the configuration ask for a record of an event?
 * @map: the inspection map
 * @ev: what was seen
 *
 * Context: any.
 * Return: true if so; whether there is one says esmtp_record_due().
 */
bool esmtp_record_wanted(const struct esmtp_map *map, const struct esmtp_event *ev)
{
	const struct esmtp_params *p = &map->params;
	const struct esmtp_rule *r;

	switch ((enum owner)owners[ev->id]) {
	case OWNER_ALWAYS:
		return true;
	case OWNER_RULE:
		r = &map->rules[ev->rule];
		return r->log || r->act == ESMTP_ACT_LOG;
	case OWNER_TLS:
		return p->tls_log;
	case OWNER_SPECIAL:
		return wants_records(&p->special);
	case OWNER_RELAY:
		return wants_records(&p->relay);
	case OWNER_GUARD:
		return wants_records(&p->guard);
	case OWNER_STRICT:
		return p->guard_strict && wants_records(&p->guard);
	case OWNER_NONE:
		break;
	}
	return false;
}

/**
 * esmtp_record_due() - is an event of the engine to be recorded?
 * @told: the packet's
 * @audit: where to
 * @map: the inspection map
 * @ev: what was seen
 *
 * Of one rule, and of one kind of event, a packet has one record, and ESMTP_AUDIT_PACKET
 * in all: 1,400 lines in it are not worth 1,400. Records beyond a second's are refused here,
 * before they are made.
 *
 * Context: any; does not sleep.
 * Return: true if so; whoever asks makes it.
 */
bool esmtp_record_due(struct esmtp_told *told, struct esmtp_audit *audit,
		      const struct esmtp_map *map, const struct esmtp_event *ev)
{
	bool rule = ev->id == ESMTP_EV_RULE;
	u64 *seen = rule ? &told->rules : &told->events[ev->id / 64];
	u64 bit = 1ull << (rule ? ev->rule : ev->id % 64);

	if (!esmtp_record_wanted(map, ev))
		return false;
	if ((*seen & bit) || told->n == ESMTP_AUDIT_PACKET || !esmtp_audit_room(audit)) {
		told->more++;
		return false;
	}
	*seen |= bit;
	told->n++;
	return true;
}

/* The sentence of an event, with server name or TLS version (RFC 8446 4.1.2). */
static void describe_event(struct esmtp_record *r, const struct esmtp_session *s,
			   const struct esmtp_event *ev)
{
	struct esmtp_text t = { .buf = r->text, .size = sizeof(r->text) };
	u8 version = ev->value & 0xff;		/* N of 3.N: TLS 1.(N - 1), or SSL 3.0 */

	if (ev->id == ESMTP_EV_TLS_SNI) {
		esmtp_text_str(&t, "a ClientHello named the server ");
		esmtp_text_str(&t, esmtp_session_sni(s));
	} else if (ev->id == ESMTP_EV_TLS_HELLO || ev->id == ESMTP_EV_TLS_CHOSEN) {
		esmtp_text_str(&t, ev->id == ESMTP_EV_TLS_HELLO ?
				   "a ClientHello offers at best " : "a server chose ");
		esmtp_text_str(&t, version ? "TLS " : "SSL 3.0");
		esmtp_text_str(&t, version ? esmtp_tls_name(version) : "");
	} else {
		strscpy(r->text, esmtp_event_sentence(ev->id), sizeof(r->text));
	}
}

/**
 * esmtp_record_event() - describe an event of the engine in a record
 * @r: the record
 * @s: the session in which it was seen
 * @ev: what was seen
 */
void esmtp_record_event(struct esmtp_record *r, const struct esmtp_session *s,
			const struct esmtp_event *ev)
{
	r->name = esmtp_event_name(ev->id);
	r->off = ev->off;
	r->value = ev->value;
	if (ev->id == ESMTP_EV_SIZE)
		r->limit = s->declared;
	if (ev->id == ESMTP_EV_RULE)
		esmtp_record_rule(r, s->map, ev->rule);
	else
		describe_event(r, s, ev);
}
