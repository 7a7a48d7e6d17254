/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Generic netlink family "esmtp", version 1. This file may be copied.
 *
 * All commands act on the network namespace of the socket and, but for
 * ESMTP_CMD_STATS_GET, need CAP_NET_ADMIN in its user namespace. Integers are in
 * host order, addresses and masks in network order, ports in host order, strings
 * end in NUL, nests carry NLA_F_NESTED. Unknown attributes and values are refused
 * with an extended acknowledgement, and so is what is given twice; only what has an
 * asterisk below, and ESMTP_MAP_A_SAY, may come several times. What an object can do without may be left out,
 * and is 0, off or none then.
 *
 * The policy is replaced as a whole. ESMTP_CMD_POLICY_SET carries
 *
 *	[ESMTP_A_GENERATION]		the generation that this one replaces;
 *					-ESTALE if another one is in force
 *	[ESMTP_A_SOURCE]*		the configuration text, in pieces of up to
 *					60,000 bytes; opaque to the kernel
 *	[ESMTP_A_SETTINGS]
 *	[ESMTP_A_REGEX]* { ESMTP_REGEX_A_* }
 *	[ESMTP_A_MAP]*  { ESMTP_MAP_A_*, with [ESMTP_MAP_A_RULE]* { ESMTP_RULE_A_* } }
 *	[ESMTP_A_ACL]*  { ESMTP_ACL_A_* }
 *	[ESMTP_A_ACE]*  { ESMTP_ACE_A_* }	in the order of their lists
 *	[ESMTP_A_CLASS]* { ESMTP_CLASS_A_* }
 *	[ESMTP_A_PMAP]* { ESMTP_PMAP_A_* }
 *	[ESMTP_A_BIND]* { ESMTP_BIND_A_* }	in the order of their policy-maps
 *	[ESMTP_A_SERVICE]* { ESMTP_SERVICE_A_* }
 *	[ESMTP_A_LIMIT]* { ESMTP_LIMIT_A_* }
 *
 * at the top level of the message, so that their number has no bound but those
 * of <esmtp/policy.h>; objects refer to one another by their place (0 is the
 * first of its kind). Objects of one kind are numbered in message order, the
 * kinds may be mixed. The reply is an acknowledgement.
 *
 * ESMTP_CMD_POLICY_GET (dump) returns the policy in force in the same
 * attributes, spread over messages, each with ESMTP_A_GENERATION; ESMTP_A_BIND
 * also carries ESMTP_BIND_A_COUNTERS and, with a map, ESMTP_BIND_A_PARAMS. ESMTP_A_ACEs are left out unless
 * ESMTP_A_WANT_ACES was sent. With ESMTP_A_WANT_WOULD, an ESMTP_A_WOULD { ESMTP_WOULD_A_* }
 * comes for each thing that a map with ESMTP_MAP_F_MONITOR would have done. A namespace that inspects nothing has generation
 * 0 and no objects; the policy that insmod alone puts in force has
 * generation 1 and no source.
 *
 * ESMTP_CMD_CONN_GET (dump) returns an ESMTP_A_CONN { ESMTP_CONN_A_* } for each
 * connection; ESMTP_CMD_STATS_GET one message of [ESMTP_A_STAT]* {
 * ESMTP_STAT_A_* }; ESMTP_CMD_COUNTERS_CLEAR zeroes the counters of the binds: of all,
 * or of those of the service-policy that an ESMTP_A_SERVICE { [ESMTP_SERVICE_A_IFNAME] }
 * names; ESMTP_CMD_HITS_CLEAR those of the access-list lines: of all lists, or of the
 * one that an ESMTP_A_ACL { ESMTP_ACL_A_NAME } names; ESMTP_CMD_DROPS_CLEAR those of
 * ESMTP_CMD_STATS_GET that begin with "drop_" or "ended_".
 *
 * ESMTP_CMD_CONN_CLEAR ends connections, each with its next packet: all of them, or
 * those that have an end as an ESMTP_A_CONN { [ESMTP_CONN_A_FAMILY and
 * ESMTP_CONN_A_CLIENT], [ESMTP_CONN_A_CLIENT_PORT] } says, client or server.
 *
 * What inspection did to a connection is told in messages ESMTP_CMD_EVENT to the
 * multicast group "events", which needs CAP_NET_ADMIN, each with one ESMTP_A_EVENT
 * { ESMTP_EVENT_A_* }. At most 1,000 come in a second; how many were left out is
 * told by the next one. ESMTP_CMD_EVENT_GET (dump) returns the last 1,024 of them,
 * oldest first, but for those of connections that begin and end.
 */
#ifndef _UAPI_LINUX_NF_ESMTP_H
#define _UAPI_LINUX_NF_ESMTP_H

#define ESMTP_GENL_NAME		"esmtp"
#define ESMTP_GENL_VERSION	1
#define ESMTP_GENL_EVENTS	"events"
#define ESMTP_SOURCE_CHUNK	60000

enum esmtp_genl_cmd {
	ESMTP_CMD_UNSPEC,
	ESMTP_CMD_POLICY_SET,
	ESMTP_CMD_POLICY_GET,
	ESMTP_CMD_CONN_GET,
	ESMTP_CMD_STATS_GET,
	ESMTP_CMD_COUNTERS_CLEAR,
	ESMTP_CMD_EVENT,
	ESMTP_CMD_EVENT_GET,
	ESMTP_CMD_HITS_CLEAR,
	ESMTP_CMD_CONN_CLEAR,
	ESMTP_CMD_DROPS_CLEAR,

	__ESMTP_CMD_MAX,
	ESMTP_CMD_MAX = __ESMTP_CMD_MAX - 1
};

/* Top level. */
enum esmtp_attr {
	ESMTP_A_UNSPEC,
	ESMTP_A_GENERATION,		/* u32 */
	ESMTP_A_SOURCE,			/* binary */
	ESMTP_A_SETTINGS,		/* nested ESMTP_SETTINGS_A_* */
	ESMTP_A_MAP,			/* nested ESMTP_MAP_A_* */
	ESMTP_A_ACL,			/* nested ESMTP_ACL_A_* */
	ESMTP_A_ACE,			/* nested ESMTP_ACE_A_* */
	ESMTP_A_CLASS,			/* nested ESMTP_CLASS_A_* */
	ESMTP_A_PMAP,			/* nested ESMTP_PMAP_A_* */
	ESMTP_A_BIND,			/* nested ESMTP_BIND_A_* */
	ESMTP_A_SERVICE,		/* nested ESMTP_SERVICE_A_* */
	ESMTP_A_LIMIT,			/* nested ESMTP_LIMIT_A_* */
	ESMTP_A_WANT_ACES,		/* flag */
	ESMTP_A_CONN,			/* nested ESMTP_CONN_A_* */
	ESMTP_A_STAT,			/* nested ESMTP_STAT_A_* */
	ESMTP_A_PAD,
	ESMTP_A_REGEX,			/* nested ESMTP_REGEX_A_* */
	ESMTP_A_EVENT,			/* nested ESMTP_EVENT_A_* */
	ESMTP_A_WANT_WOULD,		/* flag */
	ESMTP_A_WOULD,			/* nested ESMTP_WOULD_A_* */

	__ESMTP_A_MAX,
	ESMTP_A_MAX = __ESMTP_A_MAX - 1
};

enum esmtp_settings_attr {
	ESMTP_SETTINGS_A_UNSPEC,
	ESMTP_SETTINGS_A_PICKUP,	/* u8: 0 bypass, 1 drop, 2 reset */
	ESMTP_SETTINGS_A_OVERLOAD,	/* u8: 0 drop, 1 bypass */
	ESMTP_SETTINGS_A_MAX_CONNS,	/* u32: 0 for no limit */
	ESMTP_SETTINGS_A_LOCAL,		/* u8: 0 in, 1 none, 2 out, 3 both */
	ESMTP_SETTINGS_A_CLIENT_PREFIX4, /* u8: bits of an address that tell clients apart: 32 */
	ESMTP_SETTINGS_A_CLIENT_PREFIX6, /* u8: the same in IPv6: 64 unless said */

	__ESMTP_SETTINGS_A_MAX,
	ESMTP_SETTINGS_A_MAX = __ESMTP_SETTINGS_A_MAX - 1
};

enum esmtp_map_attr {
	ESMTP_MAP_A_UNSPEC,
	ESMTP_MAP_A_NAME,		/* string, up to 64 characters */
	ESMTP_MAP_A_BANNER,		/* u8: 0 off, 1 classic, 2 friendly */
	ESMTP_MAP_A_RULE,		/* nested ESMTP_RULE_A_*, repeated */
	/*
	 * Parameters that act by themselves; absent for off. An action as
	 * in ESMTP_RULE_A_ACTION, and 0x100 if "log" stands beside it.
	 */
	ESMTP_MAP_A_SPECIAL,		/* u16: special-character */
	ESMTP_MAP_A_RELAY,		/* u16: mail-relay */
	ESMTP_MAP_A_GUARD,		/* u16: smuggling-guard */
	ESMTP_MAP_A_TERMINATION,	/* u16: command-termination */
	ESMTP_MAP_A_RELAY_DOMAIN,	/* string, lower case; needed by RELAY */
	ESMTP_MAP_A_TLS_MIN,		/* u8: 0 any, 1 1.0 ... 4 1.3 */
	ESMTP_MAP_A_FLAGS,		/* u32: enum esmtp_map_flag */
	ESMTP_MAP_A_SAY,		/* string "CODE TEXT", repeated up to 8 times */

	__ESMTP_MAP_A_MAX,
	ESMTP_MAP_A_MAX = __ESMTP_MAP_A_MAX - 1
};

/* Parameters that are on or off. */
enum esmtp_map_flag {
	ESMTP_MAP_F_TLS = 1 << 0,	/* allow-tls */
	ESMTP_MAP_F_TLS_LOG = 1 << 1,	/* allow-tls action log */
	ESMTP_MAP_F_REQUIRE_TLS = 1 << 2,
	ESMTP_MAP_F_NO_AUTH_IN_CLEAR = 1 << 3,
	ESMTP_MAP_F_CHUNKING = 1 << 4,
	ESMTP_MAP_F_DISCARD = 1 << 5,	/* short-command discard */
	ESMTP_MAP_F_MONITOR = 1 << 6,
	ESMTP_MAP_F_GUARD_STRICT = 1 << 7,

	__ESMTP_MAP_F_ALL = (1 << 8) - 1
};

/*
 * Numbers of what rules speak of. They never move: what is new gets the next one, and
 * one that is no longer used stays. Sets are bits, 1 << number.
 */

/* What a match is about. */
enum esmtp_criterion {
	ESMTP_CRIT_CMD_VERB = 0,
	ESMTP_CRIT_CMD_LINE = 1,
	ESMTP_CRIT_CMD_VERB_LINE = 2,
	ESMTP_CRIT_CMD_RCPT = 3,
	ESMTP_CRIT_INVALID_RCPT = 4,
	ESMTP_CRIT_BODY_LENGTH = 5,
	ESMTP_CRIT_BODY_LINE = 6,
	ESMTP_CRIT_HEADER_LENGTH = 7,
	ESMTP_CRIT_HEADER_LINE = 8,
	ESMTP_CRIT_HEADER_TO = 9,
	ESMTP_CRIT_HEADER_REGEX = 10,
	ESMTP_CRIT_SENDER = 11,
	ESMTP_CRIT_SENDER_REGEX = 12,
	ESMTP_CRIT_RECIPIENT = 13,
	ESMTP_CRIT_RECIPIENT_REGEX = 14,
	ESMTP_CRIT_ENCODING = 15,
	ESMTP_CRIT_FILENAME = 16,
	ESMTP_CRIT_FILETYPE = 17,
	ESMTP_CRIT_VIOLATION = 18,
	ESMTP_CRIT_EHLO_PARAM = 19,
	ESMTP_CRIT_AMBIGUOUS = 20,

	ESMTP_CRIT_MAX = 21			/* how many there are */
};

/* Commands that have a name. */
enum esmtp_verb {
	ESMTP_VERB_DATA = 0,
	ESMTP_VERB_HELO = 1,
	ESMTP_VERB_MAIL = 2,
	ESMTP_VERB_NOOP = 3,
	ESMTP_VERB_QUIT = 4,
	ESMTP_VERB_RCPT = 5,
	ESMTP_VERB_RSET = 6,
	ESMTP_VERB_AUTH = 7,
	ESMTP_VERB_EHLO = 8,
	ESMTP_VERB_ETRN = 9,
	ESMTP_VERB_HELP = 10,
	ESMTP_VERB_SAML = 11,
	ESMTP_VERB_SEND = 12,
	ESMTP_VERB_SOML = 13,
	ESMTP_VERB_VRFY = 14,
	ESMTP_VERB_STARTTLS = 15,
	ESMTP_VERB_BDAT = 16,
	ESMTP_VERB_LINK2STATE = 17,

	ESMTP_VERB_MAX = 18,			/* how many there are */
	ESMTP_VERB_NONE = ESMTP_VERB_MAX	/* any other */
};

/* Keywords of an EHLO reply. */
enum esmtp_keyword {
	ESMTP_KW_8BITMIME = 0,
	ESMTP_KW_AUTH = 1,
	ESMTP_KW_BINARYMIME = 2,
	ESMTP_KW_CHECKPOINT = 3,
	ESMTP_KW_DSN = 4,
	ESMTP_KW_ENHANCEDSTATUSCODES = 5,
	ESMTP_KW_ETRN = 6,
	ESMTP_KW_PIPELINING = 7,
	ESMTP_KW_SIZE = 8,
	ESMTP_KW_VRFY = 9,
	ESMTP_KW_OTHERS = 10,		/* each that has no number here */

	ESMTP_KW_MAX = 11			/* how many there are */
};

/* Content-Transfer-Encoding (RFC 2045 6). */
enum esmtp_encoding {
	ESMTP_ENC_7BIT = 0,
	ESMTP_ENC_8BIT = 1,
	ESMTP_ENC_BASE64 = 2,
	ESMTP_ENC_BINARY = 3,
	ESMTP_ENC_QUOTED_PRINTABLE = 4,
	ESMTP_ENC_OTHERS = 5,

	ESMTP_ENC_MAX = 6			/* how many there are */
};

/* What a rule or a parameter does. */
enum esmtp_action {
	ESMTP_ACT_LOG = 0,			/* only that */
	ESMTP_ACT_DROP = 1,			/* drop-connection */
	ESMTP_ACT_MASK = 2,
	ESMTP_ACT_RESET = 3,			/* RST to both ends */
	ESMTP_ACT_REJECT = 4,			/* one SMTP reply and FIN, RST to the server */
	ESMTP_ACT_STRIP = 5,			/* take the line out of the stream */
	ESMTP_ACT_NORMALIZE = 6,		/* end the line in CR LF */
	ESMTP_ACT_RATE = 7,			/* rate-limit: so many messages a second pass */

	ESMTP_ACT_MAX = 8			/* how many there are */
};

/*
 * Counters of a class within a policy-map, in ESMTP_BIND_A_COUNTERS. Behind them comes
 * one for each rule of its map, so that this list is closed: what is counted beside
 * them will have an attribute of its own.
 */
enum esmtp_slot {
	ESMTP_SLOT_PACKETS = 0,
	ESMTP_SLOT_DROPS = 1,
	ESMTP_SLOT_RESETS = 2,
	ESMTP_SLOT_BANNER = 3,			/* masked greetings */
	ESMTP_SLOT_LIMITED = 4,			/* connections beyond `set connection` */

	ESMTP_SLOT_RULES = 5			/* the first of the rules' */
};

/* Counters of parameters of its map that act by themselves, in ESMTP_BIND_A_PARAMS. */
enum esmtp_param_slot {
	ESMTP_PARAM_SLOT_RELAY = 0,		/* packets in which mail-relay was seen */
	ESMTP_PARAM_SLOT_SPECIAL = 1,		/* special-character */
	ESMTP_PARAM_SLOT_TLS = 2,		/* TLS began, by allow-tls */

	ESMTP_PARAM_SLOT_MAX = 3		/* how many there are */
};

enum esmtp_rule_attr {
	ESMTP_RULE_A_UNSPEC,
	ESMTP_RULE_A_CRITERION,		/* u8: enum esmtp_criterion */
	ESMTP_RULE_A_ARG,		/* u32: N of "gt N", or a set of enum esmtp_keyword,
					 * esmtp_verb or esmtp_encoding; absent where there
					 * is neither
					 */
	ESMTP_RULE_A_ACTION,		/* u8: enum esmtp_action */
	ESMTP_RULE_A_LOG,		/* flag: "log" beside another action */
	ESMTP_RULE_A_NEGATE,		/* flag: match not */
	ESMTP_RULE_A_VERBS,		/* u32: set of enum esmtp_verb */
	ESMTP_RULE_A_REGEX,		/* u16: place of an ESMTP_A_REGEX */
	ESMTP_RULE_A_RATE,		/* u32: messages a second, for rate-limit */
	ESMTP_RULE_A_SAY,		/* u8: 1 + place of an ESMTP_MAP_A_SAY */
	ESMTP_RULE_A_WITH,		/* flag: it acts together with the next rule, whose
					 * action is that of both; its own is 0
					 */

	__ESMTP_RULE_A_MAX,
	ESMTP_RULE_A_MAX = __ESMTP_RULE_A_MAX - 1
};

/*
 * A regular expression as an automaton that has found it in state 0 and stays
 * there. The next state is cell STATE * CLASSES + CLASS_OF[byte].
 */
enum esmtp_regex_attr {
	ESMTP_REGEX_A_UNSPEC,
	ESMTP_REGEX_A_NAME,		/* string */
	ESMTP_REGEX_A_CLASS,		/* flag: name of a class-map type regex */
	ESMTP_REGEX_A_STATES,		/* u16: 1 to 4096 */
	ESMTP_REGEX_A_START,		/* u16: state before the first byte */
	ESMTP_REGEX_A_CLASSES,		/* u16: kinds of bytes, 1 to 256 */
	ESMTP_REGEX_A_CLASS_OF,		/* 256 bytes: kind of each byte */
	ESMTP_REGEX_A_CELLS,		/* array of u16, in pieces of up to 60,000 bytes;
					 * left out by ESMTP_CMD_POLICY_GET
					 */

	__ESMTP_REGEX_A_MAX,
	ESMTP_REGEX_A_MAX = __ESMTP_REGEX_A_MAX - 1
};

enum esmtp_acl_attr {
	ESMTP_ACL_A_UNSPEC,
	ESMTP_ACL_A_NAME,		/* string */
	ESMTP_ACL_A_COUNT,		/* u32: its entries, next in ESMTP_A_ACE order */

	__ESMTP_ACL_A_MAX,
	ESMTP_ACL_A_MAX = __ESMTP_ACL_A_MAX - 1
};

enum esmtp_ace_attr {
	ESMTP_ACE_A_UNSPEC,
	ESMTP_ACE_A_PERMIT,		/* u8: 0 deny, 1 permit */
	ESMTP_ACE_A_FAMILY,		/* u8: 0 either, 4, 6 */
	ESMTP_ACE_A_PROTO,		/* u8: 0 is "ip" */
	ESMTP_ACE_A_SRC,		/* 16 bytes; IPv4 uses the first four */
	ESMTP_ACE_A_SRC_MASK,		/* 16 bytes */
	ESMTP_ACE_A_DST,		/* 16 bytes */
	ESMTP_ACE_A_DST_MASK,		/* 16 bytes */
	ESMTP_ACE_A_SRC_PORTS,		/* u32: lo << 16 | hi */
	ESMTP_ACE_A_SRC_PORT_OP,	/* u8: 0 any, 1 range, 2 not lo */
	ESMTP_ACE_A_DST_PORTS,		/* u32 */
	ESMTP_ACE_A_DST_PORT_OP,	/* u8 */
	ESMTP_ACE_A_INACTIVE,		/* flag */
	ESMTP_ACE_A_HITS,		/* u64, read only: connections that it decided */
	ESMTP_ACE_A_PAD,

	__ESMTP_ACE_A_MAX,
	ESMTP_ACE_A_MAX = __ESMTP_ACE_A_MAX - 1
};

enum esmtp_class_attr {
	ESMTP_CLASS_A_UNSPEC,
	ESMTP_CLASS_A_NAME,		/* string */
	ESMTP_CLASS_A_KIND,		/* u8: 0 any, 1 access-list, 2 port, 3 default, 4 empty */
	ESMTP_CLASS_A_ACL,		/* u16: place of an ESMTP_A_ACL */
	ESMTP_CLASS_A_PORTS,		/* u32: lo << 16 | hi */

	__ESMTP_CLASS_A_MAX,
	ESMTP_CLASS_A_MAX = __ESMTP_CLASS_A_MAX - 1
};

enum esmtp_pmap_attr {
	ESMTP_PMAP_A_UNSPEC,
	ESMTP_PMAP_A_NAME,		/* string */
	ESMTP_PMAP_A_COUNT,		/* u32: its binds, next in ESMTP_A_BIND order */

	__ESMTP_PMAP_A_MAX,
	ESMTP_PMAP_A_MAX = __ESMTP_PMAP_A_MAX - 1
};

enum esmtp_bind_attr {
	ESMTP_BIND_A_UNSPEC,
	ESMTP_BIND_A_CLASS,		/* u16: place of an ESMTP_A_CLASS */
	ESMTP_BIND_A_VERDICT,		/* u8: 0 nothing, 1 inspect, 2 exempt */
	ESMTP_BIND_A_MAP,		/* u16: place of an ESMTP_A_MAP */
	ESMTP_BIND_A_COUNTERS,		/* array of u64 by enum esmtp_slot, read only */
	ESMTP_BIND_A_SET,		/* four u32: conn-max, embryonic-conn-max,
					 * per-client-max, per-client-embryonic-max
					 */
	ESMTP_BIND_A_CURRENT,		/* u32, read only: open connections that count */
	ESMTP_BIND_A_EMBRYONIC,		/* u32, read only: half-open ones */
	ESMTP_BIND_A_PARAMS,		/* array of u64 by enum esmtp_param_slot, read only */

	__ESMTP_BIND_A_MAX,
	ESMTP_BIND_A_MAX = __ESMTP_BIND_A_MAX - 1
};

enum esmtp_service_attr {
	ESMTP_SERVICE_A_UNSPEC,
	ESMTP_SERVICE_A_IFNAME,		/* string; absent for global */
	ESMTP_SERVICE_A_PMAP,		/* u16: place of an ESMTP_A_PMAP */

	__ESMTP_SERVICE_A_MAX,
	ESMTP_SERVICE_A_MAX = __ESMTP_SERVICE_A_MAX - 1
};

enum esmtp_limit_attr {
	ESMTP_LIMIT_A_UNSPEC,
	ESMTP_LIMIT_A_FAMILY,		/* u8: 4 or 6 */
	ESMTP_LIMIT_A_HOST,		/* 16 bytes */
	ESMTP_LIMIT_A_CONN_MAX,		/* u32 */
	ESMTP_LIMIT_A_EMBRYONIC_MAX,	/* u32 */
	ESMTP_LIMIT_A_CURRENT,		/* u32, read only: open connections */
	ESMTP_LIMIT_A_PORT,		/* u16: real port; absent for all others */

	__ESMTP_LIMIT_A_MAX,
	ESMTP_LIMIT_A_MAX = __ESMTP_LIMIT_A_MAX - 1
};

enum esmtp_conn_attr {
	ESMTP_CONN_A_UNSPEC,
	ESMTP_CONN_A_FAMILY,		/* u8: 4 or 6 */
	ESMTP_CONN_A_CLIENT,		/* 16 bytes: real address */
	ESMTP_CONN_A_CLIENT_PORT,	/* u16 */
	ESMTP_CONN_A_SERVER,		/* 16 bytes: real address */
	ESMTP_CONN_A_SERVER_PORT,	/* u16 */
	ESMTP_CONN_A_STATE,		/* string: how the client's next byte is read,
					 * or "exempt", "bypass", "closed"
					 */
	ESMTP_CONN_A_MAP,		/* string: inspection map */
	ESMTP_CONN_A_REASON,		/* string: why it was closed, if it was */
	ESMTP_CONN_A_PACKETS,		/* u64 */
	ESMTP_CONN_A_BYTES_C2S,		/* u64: judged */
	ESMTP_CONN_A_BYTES_S2C,		/* u64: judged */
	ESMTP_CONN_A_PAD,
	ESMTP_CONN_A_ID,		/* u32: as in records; counts those of a namespace */
	ESMTP_CONN_A_CLIENT_IF,		/* string: interface towards the client; absent for this
					 * machine
					 */
	ESMTP_CONN_A_SERVER_IF,		/* string: towards the server */
	ESMTP_CONN_A_WIRE_CLIENT,	/* 16 bytes: its address as the server knows it */
	ESMTP_CONN_A_WIRE_CLIENT_PORT,	/* u16 */
	ESMTP_CONN_A_WIRE_SERVER,	/* 16 bytes: its address as the client knows it */
	ESMTP_CONN_A_WIRE_SERVER_PORT,	/* u16 */
	ESMTP_CONN_A_IDLE,		/* u32: seconds since its last packet */
	ESMTP_CONN_A_UPTIME,		/* u32: seconds since it began */
	ESMTP_CONN_A_GENERATION,	/* u32: of the policy that it began with */

	__ESMTP_CONN_A_MAX,
	ESMTP_CONN_A_MAX = __ESMTP_CONN_A_MAX - 1
};

/* What a record tells of. */
enum esmtp_event_kind {
	ESMTP_EVENT_UNSPEC,
	ESMTP_EVENT_RULE,		/* a rule with "log" matched */
	ESMTP_EVENT_SEEN,		/* something else that has a message of ASA's */
	ESMTP_EVENT_END,		/* inspection ended the connection */
	ESMTP_EVENT_CONN_MAX,		/* a server has as many connections as it may */
	ESMTP_EVENT_CLIENT_MAX,		/* a client has */
	ESMTP_EVENT_BUILT,		/* an inspected connection began */
	ESMTP_EVENT_TEARDOWN,		/* it was forgotten */
	ESMTP_EVENT_EMBRYONIC,		/* a server has as many half-open connections as it may */
	ESMTP_EVENT_CLIENT_EMBRYONIC,	/* a client has */

	__ESMTP_EVENT_MAX
};

enum esmtp_event_attr {
	ESMTP_EVENT_A_UNSPEC,
	ESMTP_EVENT_A_PAD,
	ESMTP_EVENT_A_SEQ,		/* u64: counts the records of a namespace */
	ESMTP_EVENT_A_TIME,		/* u64: nanoseconds since 1970 */
	ESMTP_EVENT_A_KIND,		/* u8: enum esmtp_event_kind */
	ESMTP_EVENT_A_FAMILY,		/* u8: 4 or 6 */
	ESMTP_EVENT_A_CLIENT,		/* 16 bytes: real address */
	ESMTP_EVENT_A_CLIENT_PORT,	/* u16 */
	ESMTP_EVENT_A_SERVER,		/* 16 bytes: real address */
	ESMTP_EVENT_A_SERVER_PORT,	/* u16 */
	ESMTP_EVENT_A_CLIENT_IF,	/* string: interface towards the client */
	ESMTP_EVENT_A_SERVER_IF,	/* string: towards the server */
	ESMTP_EVENT_A_FROM_SERVER,	/* flag: seen in what the server sent */
	ESMTP_EVENT_A_MAP,		/* string: inspection map */
	ESMTP_EVENT_A_NAME,		/* string: name of what was seen, as in stats */
	ESMTP_EVENT_A_TEXT,		/* string: the rule as configured, or a sentence */
	ESMTP_EVENT_A_RULE,		/* u32: place of the rule in its map, from 1 */
	ESMTP_EVENT_A_ACTION,		/* u8: as in ESMTP_RULE_A_ACTION */
	ESMTP_EVENT_A_REASON,		/* string: why the connection was ended */
	ESMTP_EVENT_A_OFFSET,		/* u32: place in its stream */
	ESMTP_EVENT_A_VALUE,		/* u32: what was counted or measured */
	ESMTP_EVENT_A_LIMIT,		/* u32: how much it may be */
	ESMTP_EVENT_A_EXCERPT,		/* binary: up to 64 bytes that end near there */
	ESMTP_EVENT_A_SUPPRESSED,	/* u32: records left out before this one */
	ESMTP_EVENT_A_BYTES,		/* u64: judged, of a connection that ended */
	ESMTP_EVENT_A_PACKETS,		/* u64: of it */
	ESMTP_EVENT_A_SECONDS,		/* u32: that it lasted */
	ESMTP_EVENT_A_CONN,		/* u32: as ESMTP_CONN_A_ID; absent before it has one */
	ESMTP_EVENT_A_WIRE_CLIENT,	/* 16 bytes: its address as the server knows it */
	ESMTP_EVENT_A_WIRE_CLIENT_PORT,	/* u16 */
	ESMTP_EVENT_A_WIRE_SERVER,	/* 16 bytes: its address as the client knows it */
	ESMTP_EVENT_A_WIRE_SERVER_PORT,	/* u16 */

	__ESMTP_EVENT_A_MAX,
	ESMTP_EVENT_A_MAX = __ESMTP_EVENT_A_MAX - 1
};

/*
 * What a map that monitors would have done: a rule of it, or without ESMTP_WOULD_A_RULE what
 * it does by itself. A connection counts until it would have been ended.
 */
enum esmtp_would_attr {
	ESMTP_WOULD_A_UNSPEC,
	ESMTP_WOULD_A_BIND,		/* u16: place of an ESMTP_A_BIND; absent for all that there
					 * is no room for
					 */
	ESMTP_WOULD_A_RULE,		/* u32: place of the rule in its map, from 1 */
	ESMTP_WOULD_A_NAME,		/* string: name of a reason to end a connection, or of
					 * an event that means an edit, as in stats
					 */
	ESMTP_WOULD_A_COUNT,		/* u64: connections of a reason, or of a rule that
					 * ends; else packets
					 */
	ESMTP_WOULD_A_HOST,		/* nested ESMTP_HOST_A_*, repeated: clients of the most */
	ESMTP_WOULD_A_PAD,

	__ESMTP_WOULD_A_MAX,
	ESMTP_WOULD_A_MAX = __ESMTP_WOULD_A_MAX - 1
};

enum esmtp_host_attr {
	ESMTP_HOST_A_UNSPEC,
	ESMTP_HOST_A_FAMILY,		/* u8: 4 or 6 */
	ESMTP_HOST_A_ADDR,		/* 16 bytes: real address */
	ESMTP_HOST_A_COUNT,		/* u64: at most so many of the count are its */
	ESMTP_HOST_A_LEAST,		/* u64: at least so many */
	ESMTP_HOST_A_PAD,

	__ESMTP_HOST_A_MAX,
	ESMTP_HOST_A_MAX = __ESMTP_HOST_A_MAX - 1
};

enum esmtp_stat_attr {
	ESMTP_STAT_A_UNSPEC,
	ESMTP_STAT_A_NAME,		/* string */
	ESMTP_STAT_A_VALUE,		/* u64 */
	ESMTP_STAT_A_PAD,

	__ESMTP_STAT_A_MAX,
	ESMTP_STAT_A_MAX = __ESMTP_STAT_A_MAX - 1
};

#endif /* _UAPI_LINUX_NF_ESMTP_H */
