/* SPDX-License-Identifier: GPL-2.0 */
/* The policy and what is shown, as structures and as netlink attributes. */
#ifndef _ESMTP_MODEL_H
#define _ESMTP_MODEL_H

#include <stddef.h>

#include <esmtp/policy.h>
#include <esmtp/top.h>

#include "nl.h"

/**
 * struct esmtp_would_view - what a map that monitors would have done for one cause
 * @bind: class in a policy-map
 * @rule: place of the rule in its map, from 1; 0 for none
 * @name: without a rule: of a reason or an event, as in stats
 * @count: how often
 * @n: hosts in @best
 * @best: the clients of the most
 */
struct esmtp_would_view {
	u32 bind, rule;
	char name[ESMTP_NAME_LEN];
	u64 count;
	u32 n;
	struct esmtp_top_host best[ESMTP_TOP_SHOWN];
};

/**
 * struct esmtp_running - what a namespace runs
 * @policy: the policy, sealed; without the lines of access-lists, and without
 *	anything in a namespace that inspects nothing
 * @generation: of the policy; 0 for a namespace that inspects nothing, 1 for
 *	what the module starts with
 * @source: configuration text, NULL if none was sent; has a NUL behind it
 * @source_len: bytes of @source
 * @counters: of the binds, by slot
 * @conns: connections that count for the limits of each bind
 * @embryonic: the half-open ones
 * @hits: of the lines of access-lists, in the order of the lists of the policy;
 *	of esmtp_model_lines() only
 * @nhits: their number
 * @would: what maps that monitor would have done; of esmtp_model_would() only
 * @nwould: their number
 * @untold: cases besides them, which were not told apart
 */
struct esmtp_running {
	struct esmtp_policy policy;
	u32 generation;
	char *source;
	size_t source_len;
	u64 *counters;
	u32 *conns;
	u32 *embryonic;
	u64 *hits;
	u32 nhits;
	struct esmtp_would_view *would;
	u32 nwould;
	u64 untold;
};

/**
 * struct esmtp_conn_view - a connection
 * @client: its client, real address
 * @server: its server, real address
 * @client_port: port of the client
 * @server_port: port of the server
 * @wire_client: its client as the server knows it
 * @wire_server: its server as the client knows it
 * @wire_client_port: port of the first
 * @wire_server_port: port of the other
 * @family: ESMTP_AF_INET or ESMTP_AF_INET6
 * @client_if: interface towards the client, or NULL
 * @server_if: interface towards the server, or NULL
 * @id: its identifier, as in records
 * @idle: seconds since its last packet
 * @uptime: seconds since it began
 * @generation: of the policy that it began with
 * @state: how the client's next byte is read
 * @map: inspection map, or NULL
 * @reason: why it was closed, or NULL
 * @packets: packets
 * @c2s: bytes judged from the client
 * @s2c: bytes judged from the server
 */
struct esmtp_conn_view {
	struct esmtp_addr client, server, wire_client, wire_server;
	u16 client_port, server_port, wire_client_port, wire_server_port;
	u8 family;
	const char *client_if, *server_if;
	u32 id, idle, uptime, generation;
	const char *state;
	const char *map;
	const char *reason;
	u64 packets, c2s, s2c;
};

typedef void (*esmtp_conn_fn)(const struct esmtp_conn_view *conn, void *ctx);

/**
 * struct esmtp_event_view - a record of the audit trail
 * @seq: counts the records of a namespace
 * @time: nanoseconds since 1970
 * @seconds: that a connection lasted that ended
 * @bytes: judged, of a connection that ended
 * @packets: of it
 * @client: its client, real address
 * @server: its server, real address
 * @client_port: port of the client
 * @server_port: port of the server
 * @wire_client: its client as the server knows it
 * @wire_server: its server as the client knows it
 * @wire_client_port: port of the first
 * @wire_server_port: port of the other
 * @conn: its identifier, 0 if it had none yet
 * @family: ESMTP_AF_INET or ESMTP_AF_INET6
 * @kind: enum esmtp_event_kind
 * @act: enum esmtp_action of the rule
 * @from_server: seen in what the server sent
 * @rule: place of the rule in its map, from 1; 0 for none
 * @off: place in the stream
 * @value: what was counted or measured
 * @limit: how much it may be
 * @suppressed: records left out before this one
 * @client_if: interface towards the client, or NULL
 * @server_if: interface towards the server, or NULL
 * @client_nameif: what the configuration calls the first; set by who prints it, or NULL
 * @server_nameif: the same of the other
 * @map: inspection map, or NULL
 * @name: name of what was seen, or NULL
 * @text: the rule as configured or a sentence, or NULL
 * @reason: why the connection was ended, or NULL
 * @excerpt: bytes of the stream up to near @off
 * @excerpt_len: their number
 */
struct esmtp_event_view {
	u64 seq, time, bytes, packets;
	u32 seconds;
	struct esmtp_addr client, server, wire_client, wire_server;
	u16 client_port, server_port, wire_client_port, wire_server_port;
	u32 conn;
	u8 family, kind, act;
	bool from_server;
	u32 rule, off, value, limit, suppressed;
	const char *client_if, *server_if, *client_nameif, *server_nameif;
	const char *map, *name, *text, *reason;
	const u8 *excerpt;
	size_t excerpt_len;
};

typedef void (*esmtp_event_fn)(const struct esmtp_event_view *ev, void *ctx);

typedef void (*esmtp_stat_fn)(const char *name, u64 value, void *ctx);

/* model_event.c */
int esmtp_model_events(struct esmtp_nl *nl, esmtp_event_fn fn, void *ctx);
int esmtp_model_listen(struct esmtp_nl *nl, esmtp_event_fn fn, void *ctx);

/* model_stat.c */
int esmtp_model_stats(struct esmtp_nl *nl, esmtp_stat_fn fn, void *ctx);

/**
 * struct esmtp_rule_place - a rule of a policy that was sent
 * @found: there is one
 * @map: number of its map in the policy, counted from 0
 * @rule: its number in the map, counted from 0
 */
struct esmtp_rule_place {
	bool found;
	u32 map, rule;
};

/* model_place.c */
void esmtp_model_place(const struct nlmsghdr *nlh, u32 at, struct esmtp_rule_place *place);

/* model_put.c */
int esmtp_model_set(struct esmtp_nl *nl, const struct esmtp_policy *p,
		    const char *source, size_t len, u32 expect,
		    struct esmtp_rule_place *bad);
int esmtp_model_clear(struct esmtp_nl *nl, const char *ifname);
int esmtp_model_clear_drops(struct esmtp_nl *nl);
int esmtp_model_clear_hits(struct esmtp_nl *nl, const char *acl);

/* model_get.c */
int esmtp_model_get(struct esmtp_nl *nl, struct esmtp_running *run);
int esmtp_model_lines(struct esmtp_nl *nl, struct esmtp_running *run);
int esmtp_model_would(struct esmtp_nl *nl, struct esmtp_running *run);

/* model_would.c */
int esmtp_model_get_would(struct esmtp_running *run, const struct nlattr *attr,
			  const struct nlattr **tb);

/* model_free.c */
void esmtp_model_free(struct esmtp_policy *p);
void esmtp_running_free(struct esmtp_running *run);

/* model_conn.c */
int esmtp_model_conns(struct esmtp_nl *nl, esmtp_conn_fn fn, void *ctx);
int esmtp_model_conns_clear(struct esmtp_nl *nl, u8 family,
			    const struct esmtp_addr *addr, u16 port);

#endif /* _ESMTP_MODEL_H */
