// SPDX-License-Identifier: GPL-2.0
/*
 * A record as the line that an ASA writes for it, to the letter as far as ASA
 * has one. What it does not say, the cause of 507003, is behind its text.
 */
#include "event.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include <linux/nf_esmtp.h>

static void put_addr(struct buf *out, u8 family, const struct esmtp_addr *addr)
{
	char text[INET6_ADDRSTRLEN] = "?";

	inet_ntop(family == ESMTP_AF_INET6 ? AF_INET6 : AF_INET, addr->b, text,
		  sizeof(text));
	buf_add(out, "%s", text);
}

/* What nameif says, what the system says, or what ASA calls itself. */
static const char *interface(const char *nameif, const char *ifname)
{
	return nameif ? nameif : ifname ? ifname : "identity";
}

static void put_end(struct buf *out, const char *ifname, u8 family,
		    const struct esmtp_addr *addr, u16 port)
{
	buf_add(out, "%s:", ifname);
	put_addr(out, family, addr);
	buf_add(out, "/%u", port);
}

static void put_client(struct buf *out, const struct esmtp_event_view *ev)
{
	put_end(out, interface(ev->client_nameif, ev->client_if), ev->family,
		&ev->client, ev->client_port);
}

static void put_server(struct buf *out, const struct esmtp_event_view *ev)
{
	put_end(out, interface(ev->server_nameif, ev->server_if), ev->family,
		&ev->server, ev->server_port);
}

/* "from IFC:IP/PORT to IFC:IP/PORT", as the bytes went. */
static void put_ends(struct buf *out, const struct esmtp_event_view *ev)
{
	buf_add(out, " from ");
	if (ev->from_server)
		put_server(out, ev);
	else
		put_client(out, ev);
	buf_add(out, " to ");
	if (ev->from_server)
		put_client(out, ev);
	else
		put_server(out, ev);
}

/*
 * The number of ASA's message for what was seen: the column of events.def. What this
 * tool does not know, a newer module may have, and then it is what ASA says of any
 * event.
 */
static u32 number_seen(const char *name)
{
	static const struct {
		const char *name;
		u32 number;
	} v[] = {
#define ESMTP_EVENT(NAME, name, asa, owner, sentence) { name, asa },
#include <esmtp/events.def>
#undef ESMTP_EVENT
	};
	u32 i;

	for (i = 0; name && i < ESMTP_ARRAY_SIZE(v); i++)
		if (v[i].number && !strcmp(v[i].name, name))
			return v[i].number;
	return 108005;
}

static u32 number(const struct esmtp_event_view *ev)
{
	switch (ev->kind) {
	case ESMTP_EVENT_RULE:
		return ev->act == ESMTP_ACT_LOG ? 108005 : 108004;
	case ESMTP_EVENT_SEEN:
		return number_seen(ev->name);
	case ESMTP_EVENT_END:
		return 507003;
	case ESMTP_EVENT_CONN_MAX:
		return 201011;
	case ESMTP_EVENT_CLIENT_MAX:
		return 201013;
	case ESMTP_EVENT_EMBRYONIC:
		return 201010;
	case ESMTP_EVENT_CLIENT_EMBRYONIC:
		return 201012;
	case ESMTP_EVENT_BUILT:
		return 302013;
	case ESMTP_EVENT_TEARDOWN:
		return 302014;
	default:
		return 0;
	}
}

/**
 * event_severity() - how severe ASA calls a record
 * @ev: the record
 *
 * Return: a level of syslog.
 */
u32 event_severity(const struct esmtp_event_view *ev)
{
	static const struct {
		u32 number;
		u32 severity;
	} v[] = {
		{ 108002, 2 }, { 108003, 2 }, { 108004, 4 }, { 108006, 7 },
		{ 201011, 3 }, { 201013, 3 }, { 507003, 4 },
	};
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(v); i++)
		if (v[i].number == number(ev))
			return v[i].severity;
	return 6;
}

static const char *request(const struct esmtp_event_view *ev)
{
	return ev->from_server ? "Response" : "Request";
}

static void put_rule(struct buf *out, const struct esmtp_event_view *ev)
{
	static const char *const done[ESMTP_ACT_MAX] = {
		[ESMTP_ACT_LOG] = "Received",
		[ESMTP_ACT_DROP] = "Dropped connection for",
		[ESMTP_ACT_MASK] = "Masked header flags for",
		[ESMTP_ACT_RESET] = "Reset connection for",
		[ESMTP_ACT_REJECT] = "Rejected connection for",
		[ESMTP_ACT_STRIP] = "Stripped header flags for",
		[ESMTP_ACT_NORMALIZE] = "Normalized",
		[ESMTP_ACT_RATE] = "Dropped connection for",
	};

	buf_add(out, "ESMTP Classification: %s ESMTP %s",
		ev->act < ESMTP_ACT_MAX ? done[ev->act] : "Handled",
		request(ev));
	put_ends(out, ev);
	buf_add(out, "; matched Class %u: %s", ev->rule,
		ev->text ? ev->text : "?");
}

/* The sentence, without the number that stands at the line's begin already. */
static void put_sentence(struct buf *out, const struct esmtp_event_view *ev)
{
	const char *text = ev->text ? ev->text : "?";
	size_t len = strlen(text), tail;
	char behind[16];

	tail = (size_t)snprintf(behind, sizeof(behind), " (%u)", number(ev));
	if (len >= tail && !strcmp(text + len - tail, behind))
		len -= tail;
	buf_add(out, "%.*s", (int)len, text);
}

static void put_seen(struct buf *out, const struct esmtp_event_view *ev)
{
	switch (number(ev)) {
	case 108002:
		buf_add(out, "SMTP replaced 0x%02x: out ", ev->value);
		put_addr(out, ev->family, &ev->client);
		buf_add(out, " in ");
		put_addr(out, ev->family, &ev->server);
		buf_add(out, " data: ");
		event_excerpt(ev, out);
		break;
	case 108003:
		buf_add(out, "Terminating ESMTP connection; malicious pattern detected in the mail address");
		put_ends(out, ev);
		buf_add(out, ". Mail Address:");
		event_excerpt(ev, out);
		break;
	case 108006:
		buf_add(out, "Detected ESMTP size violation");
		put_ends(out, ev);
		buf_add(out, "; declared size is: %u, actual size is %u",
			ev->limit, ev->value);
		break;
	case 108007:
		buf_add(out, "TLS started on ESMTP session between client ");
		put_client(out, ev);
		buf_add(out, " and server ");
		put_server(out, ev);
		break;
	default:
		buf_add(out, "ESMTP Classification: Received ESMTP %s",
			request(ev));
		put_ends(out, ev);
		buf_add(out, "; ");
		put_sentence(out, ev);
	}
}

static void put_ended(struct buf *out, const struct esmtp_event_view *ev)
{
	bool reset = ev->rule && ev->act == ESMTP_ACT_RESET;

	buf_add(out, "tcp flow");
	put_ends(out, ev);
	buf_add(out, " terminated by inspection engine, reason - %s, dropped packet.",
		reset ? "inspector drop reset" : "inspector disconnected");
	buf_add(out, " Cause: %s", ev->reason ? ev->reason : "?");
	if (ev->rule)
		buf_add(out, ", matched Class %u: %s", ev->rule,
			ev->text ? ev->text : "?");
	else if (ev->text)
		buf_add(out, ", %s", ev->text);
}

static void put_limit(struct buf *out, const struct esmtp_event_view *ev)
{
	static const char *const what[] = {
		[ESMTP_EVENT_CONN_MAX] = "Connection",
		[ESMTP_EVENT_CLIENT_MAX] = "Per-client connection",
		[ESMTP_EVENT_EMBRYONIC] = "Embryonic connection",
		[ESMTP_EVENT_CLIENT_EMBRYONIC] = "Per-client embryonic connection",
	};

	buf_add(out, "%s limit exceeded %u/%u for input packet from ",
		what[ev->kind], ev->value, ev->limit);
	put_addr(out, ev->family, &ev->client);
	buf_add(out, "/%u to ", ev->client_port);
	put_addr(out, ev->family, &ev->server);
	buf_add(out, "/%u on interface %s", ev->server_port,
		interface(ev->client_nameif, ev->client_if));
}

/* " (IP/PORT)", as the other end knows it. */
static void put_mapped(struct buf *out, u8 family, const struct esmtp_addr *addr, u16 port)
{
	buf_add(out, " (");
	put_addr(out, family, addr);
	buf_add(out, "/%u)", port);
}

static void put_built(struct buf *out, const struct esmtp_event_view *ev)
{
	buf_add(out, "Built inbound TCP connection %u for ", ev->conn);
	put_client(out, ev);
	put_mapped(out, ev->family, &ev->wire_client, ev->wire_client_port);
	buf_add(out, " to ");
	put_server(out, ev);
	put_mapped(out, ev->family, &ev->wire_server, ev->wire_server_port);
}

/* ASA leaves the mapped addresses out here. */
static void put_teardown(struct buf *out, const struct esmtp_event_view *ev)
{
	buf_add(out, "Teardown TCP connection %u for ", ev->conn);
	put_client(out, ev);
	buf_add(out, " to ");
	put_server(out, ev);
	buf_add(out, " duration %u:%02u:%02u bytes %llu%s", ev->seconds / 3600,
		ev->seconds / 60 % 60, ev->seconds % 60, ev->bytes,
		ev->reason ? " Flow closed by inspection" : "");
}

/**
 * event_line() - a record as ASA writes it
 * @ev: the record
 * @out: the line is added to it, without LF
 */
void event_line(const struct esmtp_event_view *ev, struct buf *out)
{
	buf_add(out, "%%ASA-%u-%u: ", event_severity(ev), number(ev));
	switch (ev->kind) {
	case ESMTP_EVENT_RULE:
		put_rule(out, ev);
		break;
	case ESMTP_EVENT_SEEN:
		put_seen(out, ev);
		break;
	case ESMTP_EVENT_END:
		put_ended(out, ev);
		break;
	case ESMTP_EVENT_CONN_MAX:
	case ESMTP_EVENT_CLIENT_MAX:
	case ESMTP_EVENT_EMBRYONIC:
	case ESMTP_EVENT_CLIENT_EMBRYONIC:
		put_limit(out, ev);
		break;
	case ESMTP_EVENT_BUILT:
		put_built(out, ev);
		break;
	default:
		put_teardown(out, ev);
	}
}

/**
 * event_excerpt() - the bytes of a record as printable text
 * @ev: the record
 * @out: the text is added to it
 */
void event_excerpt(const struct esmtp_event_view *ev, struct buf *out)
{
	size_t i;

	for (i = 0; i < ev->excerpt_len; i++) {
		u8 c = ev->excerpt[i];

		if (c == '\r')
			buf_add(out, "\\r");
		else if (c == '\n')
			buf_add(out, "\\n");
		else if (c < ' ' || c > '~' || c == '\\')
			buf_add(out, "\\x%02x", c);
		else
			buf_put(out, (const char *)&c, 1);
	}
}

static void set_str(json_t *to, const char *key, const char *s)
{
	if (s)
		json_object_set_new(to, key, json_string(s));
}

static void set_addr(json_t *to, const char *key, u8 family,
		     const struct esmtp_addr *addr)
{
	struct buf text = { 0 };

	put_addr(&text, family, addr);
	json_object_set_new(to, key, json_string(text.s));
	buf_free(&text);
}

/**
 * event_json() - a record as JSON
 * @ev: the record
 *
 * Return: an object.
 */
json_t *event_json(const struct esmtp_event_view *ev)
{
	struct buf line = { 0 }, excerpt = { 0 };
	json_t *to = json_pack("{s:I, s:I, s:i, s:i, s:i, s:i, s:b}",
			       "seq", (json_int_t)ev->seq,
			       "time-ns", (json_int_t)ev->time,
			       "message", (int)number(ev),
			       "severity", (int)event_severity(ev),
			       "client-port", (int)ev->client_port,
			       "server-port", (int)ev->server_port,
			       "from-server", (int)ev->from_server);

	event_line(ev, &line);
	event_excerpt(ev, &excerpt);
	set_addr(to, "client", ev->family, &ev->client);
	set_addr(to, "server", ev->family, &ev->server);
	set_addr(to, "mapped-client", ev->family, &ev->wire_client);
	set_addr(to, "mapped-server", ev->family, &ev->wire_server);
	json_object_set_new(to, "mapped-client-port", json_integer(ev->wire_client_port));
	json_object_set_new(to, "mapped-server-port", json_integer(ev->wire_server_port));
	json_object_set_new(to, "connection", json_integer(ev->conn));
	set_str(to, "client-interface", ev->client_if);
	set_str(to, "server-interface", ev->server_if);
	set_str(to, "client-nameif", ev->client_nameif);
	set_str(to, "server-nameif", ev->server_nameif);
	set_str(to, "map", ev->map);
	set_str(to, "event", ev->name);
	set_str(to, "text", ev->text);
	set_str(to, "reason", ev->reason);
	set_str(to, "excerpt", excerpt.s);
	set_str(to, "line", line.s);
	json_object_set_new(to, "rule", json_integer(ev->rule));
	json_object_set_new(to, "offset", json_integer(ev->off));
	json_object_set_new(to, "value", json_integer(ev->value));
	json_object_set_new(to, "limit", json_integer(ev->limit));
	json_object_set_new(to, "suppressed", json_integer(ev->suppressed));
	json_object_set_new(to, "seconds", json_integer(ev->seconds));
	json_object_set_new(to, "bytes", json_integer((json_int_t)ev->bytes));
	json_object_set_new(to, "packets", json_integer((json_int_t)ev->packets));
	buf_free(&line);
	buf_free(&excerpt);
	return to;
}
