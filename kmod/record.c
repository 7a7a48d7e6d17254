// SPDX-License-Identifier: GPL-2.0
/* What of a conversation is worth a record, and how a rule is told there. */
#include <linux/string.h>

#include "audit.h"

/**
 * esmtp_record_rule() - say in a record which rule it is about
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

/**
 * esmtp_record_wanted() - is what the core saw worth a record?
 * @map: the inspection map
 * @ev: what was seen
 *
 * Return: true if so.
 */
bool esmtp_record_wanted(const struct esmtp_map *map, const struct esmtp_event *ev)
{
	const struct esmtp_params *p = &map->params;
	const struct esmtp_rule *r;

	switch (ev->id) {
	case ESMTP_EV_RULE:
		r = &map->rules[ev->rule];
		return r->log || r->act == ESMTP_ACT_LOG;
	case ESMTP_EV_TLS:
	case ESMTP_EV_TLS_HELLO:
	case ESMTP_EV_TLS_CHOSEN:
	case ESMTP_EV_TLS_SNI:
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

/* Which server a client wanted, and which TLS (RFC 8446 4.1.2): by name. */
static void say(struct esmtp_record *r, const struct esmtp_session *s,
		const struct esmtp_event *ev)
{
	struct esmtp_text t = { .buf = r->text, .size = sizeof(r->text) };
	u8 version = ev->value & 0xff;		/* of 3.N: 1.(N - 1), or SSL 3.0 */

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
 * esmtp_record_event() - say in a record what the core saw
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
	if (ev->id == ESMTP_EV_RULE)
		esmtp_record_rule(r, s->map, ev->rule);
	else
		say(r, s, ev);
}
