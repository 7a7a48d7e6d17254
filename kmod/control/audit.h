/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_AUDIT_H
#define _NF_ESMTP_AUDIT_H

#include <linux/types.h>
#include <esmtp/core.h>

struct esmtp_audit;
struct esmtp_flow;
struct esmtp_net;
struct esmtp_pkt;
struct esmtp_task;
struct net;
struct netlink_callback;
struct nf_conn;
struct sk_buff;

enum {
	ESMTP_AUDIT_RING = 1024,	/* records of a namespace; a power of two */
	ESMTP_AUDIT_RATE = 1000,	/* records a second */
	ESMTP_AUDIT_PACKET = 16,	/* records of a packet */
	ESMTP_AUDIT_EXCERPT = 64,
	ESMTP_AUDIT_TEXT = 160,
};

/**
 * struct esmtp_record - what is told of one event
 * @seq: counts the records of a namespace, from 1
 * @time: nanoseconds since 1970
 * @bytes: judged, of a connection that ended
 * @packets: of it
 * @seconds: that it lasted
 * @real: the connection
 * @wire: the same as its ends know each other
 * @conn: its identifier, 0 before it has one
 * @name: name of what was seen, or NULL
 * @off: offset in the stream at which it was known
 * @value: what was counted or measured
 * @limit: how much it may be
 * @rule: place of the rule in its map, from 1; 0 for none
 * @suppressed: records left out before this one
 * @kind: enum esmtp_event_kind
 * @dir: enum esmtp_dir of the stream
 * @act: enum esmtp_action of the rule
 * @why: enum esmtp_reason for which the connection was ended
 * @excerpts: bytes of @excerpt
 * @client_if: interface towards the client
 * @server_if: interface towards the server
 * @map: name of the inspection map, or empty
 * @text: the rule as configured, or empty
 * @excerpt: original bytes around @off
 */
struct esmtp_record {
	u64 seq, time;
	u64 bytes, packets;
	struct esmtp_tuple real, wire;
	const char *name;
	u32 conn;
	u32 off, value, limit;
	u32 rule;
	u32 suppressed;
	u32 seconds;
	u8 kind, dir, act, why, excerpts;
	char client_if[ESMTP_IFNAME_LEN];
	char server_if[ESMTP_IFNAME_LEN];
	char map[ESMTP_NAME_LEN];
	char text[ESMTP_AUDIT_TEXT];
	u8 excerpt[ESMTP_AUDIT_EXCERPT];
};

/**
 * struct esmtp_told - what one packet has had records of
 * @rules: rules that have one, a bit each
 * @events: other events that have one, likewise
 * @n: records
 * @more: records that were left out
 */
struct esmtp_told {
	u64 rules;
	u64 events[(ESMTP_EVENT_MAX + 63) / 64];
	u32 n;
	u32 more;
};

/* ring.c */
struct esmtp_audit *esmtp_audit_alloc(void);
void esmtp_audit_free(struct esmtp_audit *audit);
bool esmtp_audit_admit(struct esmtp_audit *audit, struct esmtp_record *r,
		       bool keep);
bool esmtp_audit_room(struct esmtp_audit *audit);
void esmtp_audit_skip(struct esmtp_audit *audit, u32 n);
bool esmtp_audit_read(struct esmtp_audit *audit, u64 from,
		      struct esmtp_record *r);
u64 esmtp_audit_left_out(struct esmtp_audit *audit);

/* record.c */
void esmtp_record_rule(struct esmtp_record *r, const struct esmtp_map *map, u32 rule);
void esmtp_record_event(struct esmtp_record *r, const struct esmtp_session *s,
			const struct esmtp_event *ev);
bool esmtp_record_wanted(const struct esmtp_map *map, const struct esmtp_event *ev);
bool esmtp_record_due(struct esmtp_told *told, struct esmtp_audit *audit,
		      const struct esmtp_map *map, const struct esmtp_event *ev);

/* netlink_event.c */
bool esmtp_record_heard(struct net *net);
void esmtp_record_tell(struct esmtp_net *en, struct net *net, struct esmtp_record *r,
		       bool keep);
int esmtp_audit_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* audit.c: on the packet path; nothing of it sleeps */
void esmtp_audit_event(struct esmtp_net *en, const struct esmtp_flow *flow,
		       const struct esmtp_task *t, const struct esmtp_event *ev);
void esmtp_audit_end(struct esmtp_net *en, const struct esmtp_flow *flow,
		     const struct esmtp_pkt *pkt, enum esmtp_dir dir,
		     enum esmtp_reason why, u32 rules);
void esmtp_audit_limit(struct esmtp_net *en, const struct nf_conn *ct, u8 kind,
		       u32 now, u32 limit, const struct esmtp_flowspec *spec);
void esmtp_audit_conn(struct esmtp_net *en, const struct nf_conn *ct,
		      const struct esmtp_flow *flow, u8 kind);

#endif /* _NF_ESMTP_AUDIT_H */
