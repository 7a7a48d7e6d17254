/* SPDX-License-Identifier: GPL-2.0 */
/* The messages that forge.c spoils, whole, as trees of attributes. */
#ifndef _FORGE_H
#define _FORGE_H

#include <linux/genetlink.h>
#include <linux/nf_esmtp.h>

#include <esmtp/policy.h>

enum { LONGEST = 60001 };

/*
 * An attribute; it is a nest if it has kids, of which the last has type 0. One of more
 * than one length may have from @least to @most bytes.
 */
struct node {
	u16 type;
	u32 len, least, most;
	const void *data;
	const struct node *kids;
	const char *name;
};

#define VALUE(t, ctype, v) { .type = (t), .len = sizeof(ctype), \
			     .data = (const ctype[]) { v }, .name = #t }
#define U8(t, v) VALUE(t, u8, v)
#define U16(t, v) VALUE(t, u16, v)
#define U32(t, v) VALUE(t, u32, v)
#define STR(t, s, max) { .type = (t), .len = sizeof(s), .least = 2, .most = (max), \
			 .data = (s), .name = #t }
#define FLAG(t) { .type = (t), .data = "", .name = #t }
#define BYTES(t, a) { .type = (t), .len = sizeof(a), .data = (a), .name = #t }
#define ARRAY(t, a, max) { .type = (t), .len = sizeof(a), .least = 2, .most = (max), \
			   .data = (a), .name = #t }
#define NEST(t, ...) NEST_AS(#t, t, __VA_ARGS__)
#define NEST_AS(n, t, ...) { .type = (t), .name = (n), \
			     .kids = (const struct node[]){ __VA_ARGS__, { 0 } } }

static const u8 zeros[256], host[16] = { 192, 168, 1, 1 }, nobody[16] = { 192, 0, 2, 1 };
static const u8 mask32[16] = { 255, 255, 255, 255 };
static const u16 cells[2] = { 0, 0 };
static const u32 set[4] = { 1, 2, 3, 4 };

static const struct node policy[] = {
	U32(ESMTP_A_GENERATION, 0x7fffffff),
	ARRAY(ESMTP_A_SOURCE, "! forged", ESMTP_SOURCE_CHUNK),
	NEST(ESMTP_A_SETTINGS,
	     U8(ESMTP_SETTINGS_A_PICKUP, 1),
	     U8(ESMTP_SETTINGS_A_OVERLOAD, 1),
	     U32(ESMTP_SETTINGS_A_MAX_CONNS, 7),
	     U8(ESMTP_SETTINGS_A_LOCAL, 3)),
	NEST(ESMTP_A_REGEX,
	     STR(ESMTP_REGEX_A_NAME, "r", ESMTP_NAME_LEN),
	     FLAG(ESMTP_REGEX_A_CLASS),
	     U16(ESMTP_REGEX_A_STATES, 2),
	     U16(ESMTP_REGEX_A_START, 1),
	     U16(ESMTP_REGEX_A_CLASSES, 1),
	     BYTES(ESMTP_REGEX_A_CLASS_OF, zeros),
	     ARRAY(ESMTP_REGEX_A_CELLS, cells, ESMTP_SOURCE_CHUNK)),
	NEST(ESMTP_A_MAP,
	     STR(ESMTP_MAP_A_NAME, "m", ESMTP_NAME_LEN),
	     U8(ESMTP_MAP_A_BANNER, 2),
	     U16(ESMTP_MAP_A_SPECIAL, 0x101),
	     U16(ESMTP_MAP_A_RELAY, 0x101),
	     U16(ESMTP_MAP_A_GUARD, 4),
	     STR(ESMTP_MAP_A_RELAY_DOMAIN, "example.com", ESMTP_DOMAIN_LEN),
	     U8(ESMTP_MAP_A_TLS_MIN, 3),
	     U32(ESMTP_MAP_A_FLAGS, ESMTP_MAP_F_TLS),
	     STR(ESMTP_MAP_A_SAY, "550 No", ESMTP_SAY_LEN),
	     NEST_AS("RULE_WITH_THE_NEXT", ESMTP_MAP_A_RULE,
		  U8(ESMTP_RULE_A_CRITERION, 1),	/* cmd line length */
		  U32(ESMTP_RULE_A_ARG, 9),
		  U8(ESMTP_RULE_A_ACTION, 0),
		  FLAG(ESMTP_RULE_A_WITH)),
	     NEST(ESMTP_MAP_A_RULE,
		  U8(ESMTP_RULE_A_CRITERION, 1),	/* cmd line length */
		  U32(ESMTP_RULE_A_ARG, 512),
		  U8(ESMTP_RULE_A_ACTION, 4),
		  FLAG(ESMTP_RULE_A_LOG),
		  FLAG(ESMTP_RULE_A_NEGATE),
		  U8(ESMTP_RULE_A_SAY, 1)),
	     NEST(ESMTP_MAP_A_RULE,
		  U8(ESMTP_RULE_A_CRITERION, 2),	/* cmd verb, line length */
		  U32(ESMTP_RULE_A_ARG, 512),
		  U32(ESMTP_RULE_A_VERBS, 1),
		  U8(ESMTP_RULE_A_ACTION, 1)),
	     NEST(ESMTP_MAP_A_RULE,
		  U8(ESMTP_RULE_A_CRITERION, 10),	/* header regex */
		  U16(ESMTP_RULE_A_REGEX, 0),
		  U8(ESMTP_RULE_A_ACTION, 0))),
	NEST(ESMTP_A_ACL,
	     STR(ESMTP_ACL_A_NAME, "a", ESMTP_NAME_LEN),
	     U32(ESMTP_ACL_A_COUNT, 1)),
	NEST(ESMTP_A_ACE,
	     U8(ESMTP_ACE_A_PERMIT, 1),
	     U8(ESMTP_ACE_A_FAMILY, 4),
	     U8(ESMTP_ACE_A_PROTO, 6),
	     BYTES(ESMTP_ACE_A_SRC, host),
	     BYTES(ESMTP_ACE_A_SRC_MASK, mask32),
	     BYTES(ESMTP_ACE_A_DST, host),
	     BYTES(ESMTP_ACE_A_DST_MASK, mask32),
	     U32(ESMTP_ACE_A_SRC_PORTS, 25 << 16 | 26),
	     U8(ESMTP_ACE_A_SRC_PORT_OP, 1),
	     U32(ESMTP_ACE_A_DST_PORTS, 25 << 16 | 26),
	     U8(ESMTP_ACE_A_DST_PORT_OP, 1),
	     FLAG(ESMTP_ACE_A_INACTIVE)),
	NEST(ESMTP_A_CLASS,
	     STR(ESMTP_CLASS_A_NAME, "c", ESMTP_NAME_LEN),
	     U8(ESMTP_CLASS_A_KIND, 1),
	     U16(ESMTP_CLASS_A_ACL, 0)),
	NEST(ESMTP_A_CLASS,
	     STR(ESMTP_CLASS_A_NAME, "p", ESMTP_NAME_LEN),
	     U8(ESMTP_CLASS_A_KIND, 2),
	     U32(ESMTP_CLASS_A_PORTS, 25 << 16 | 26)),
	NEST(ESMTP_A_PMAP,
	     STR(ESMTP_PMAP_A_NAME, "p", ESMTP_NAME_LEN),
	     U32(ESMTP_PMAP_A_COUNT, 1)),
	NEST(ESMTP_A_BIND,
	     U16(ESMTP_BIND_A_CLASS, 0),
	     U8(ESMTP_BIND_A_VERDICT, 1),
	     U16(ESMTP_BIND_A_MAP, 0),
	     BYTES(ESMTP_BIND_A_SET, set)),
	NEST(ESMTP_A_SERVICE,
	     STR(ESMTP_SERVICE_A_IFNAME, "eth0", ESMTP_IFNAME_LEN),
	     U16(ESMTP_SERVICE_A_PMAP, 0)),
	NEST(ESMTP_A_LIMIT,
	     U8(ESMTP_LIMIT_A_FAMILY, 4),
	     BYTES(ESMTP_LIMIT_A_HOST, host),
	     U32(ESMTP_LIMIT_A_CONN_MAX, 1),
	     U32(ESMTP_LIMIT_A_EMBRYONIC_MAX, 2)),
	{ 0 }
};

static const struct node hits[] = {
	NEST(ESMTP_A_ACL,
	     STR(ESMTP_ACL_A_NAME, "forged", ESMTP_NAME_LEN),
	     U32(ESMTP_ACL_A_COUNT, 1)),
	{ 0 }
};

static const struct node place[] = {
	NEST(ESMTP_A_SERVICE,
	     STR(ESMTP_SERVICE_A_IFNAME, "forged", ESMTP_IFNAME_LEN)),
	{ 0 }
};

static const struct node end[] = {
	NEST(ESMTP_A_CONN,
	     U8(ESMTP_CONN_A_FAMILY, 4),
	     BYTES(ESMTP_CONN_A_CLIENT, nobody),
	     U16(ESMTP_CONN_A_CLIENT_PORT, 9)),
	{ 0 }
};

static const struct node want[] = {
	FLAG(ESMTP_A_WANT_ACES),
	FLAG(ESMTP_A_WANT_WOULD),
	{ 0 }
};

/* Messages that take attributes, and what comes of each as it is. */
static const struct forged {
	const char *name;
	u8 cmd;
	u16 flags;
	int fine;
	struct node root;
} messages[] = {
	{ "policy", ESMTP_CMD_POLICY_SET, NLM_F_ACK, -ESTALE,
	  { .kids = policy, .name = "policy" } },
	{ "hits", ESMTP_CMD_HITS_CLEAR, NLM_F_ACK, -ENOENT,
	  { .kids = hits, .name = "hits" } },
	{ "counters", ESMTP_CMD_COUNTERS_CLEAR, NLM_F_ACK, -ENOENT,
	  { .kids = place, .name = "counters" } },
	{ "conns", ESMTP_CMD_CONN_CLEAR, NLM_F_ACK, 0,
	  { .kids = end, .name = "conns" } },
	{ "get", ESMTP_CMD_POLICY_GET, NLM_F_DUMP | NLM_F_ACK, 0,
	  { .kids = want, .name = "get" } },
};

#endif /* _FORGE_H */
