/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Generic netlink family "esmtp", version 1. This file may be copied.
 *
 * All commands act on the network namespace of the socket and, but for
 * ESMTP_CMD_STATS_GET, need CAP_NET_ADMIN in its user namespace. Integers are in
 * host order, addresses and masks in network order, ports in host order, strings
 * end in NUL, nests carry NLA_F_NESTED. Unknown attributes and values are refused
 * with an extended acknowledgement.
 *
 * The policy is replaced as a whole. ESMTP_CMD_POLICY_SET carries
 *
 *	[ESMTP_A_GENERATION]		the generation that this one replaces;
 *					-ESTALE if another one is in force
 *	[ESMTP_A_SOURCE]*		the configuration text, in pieces of up to
 *					60,000 bytes; opaque to the kernel
 *	[ESMTP_A_SETTINGS]
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
 * also carries ESMTP_BIND_A_COUNTERS. ESMTP_A_ACEs are left out unless
 * ESMTP_A_WANT_ACES was sent. A namespace that inspects nothing has generation
 * 0 and no objects; the policy that insmod alone puts in force has
 * generation 1 and no source.
 *
 * ESMTP_CMD_CONN_GET (dump) returns an ESMTP_A_CONN { ESMTP_CONN_A_* } for each
 * connection; ESMTP_CMD_STATS_GET one message of [ESMTP_A_STAT]* {
 * ESMTP_STAT_A_* }; ESMTP_CMD_COUNTERS_CLEAR zeroes the counters of the binds.
 */
#ifndef _UAPI_LINUX_NF_ESMTP_H
#define _UAPI_LINUX_NF_ESMTP_H

#define ESMTP_GENL_NAME		"esmtp"
#define ESMTP_GENL_VERSION	1
#define ESMTP_SOURCE_CHUNK	60000

enum esmtp_genl_cmd {
	ESMTP_CMD_UNSPEC,
	ESMTP_CMD_POLICY_SET,
	ESMTP_CMD_POLICY_GET,
	ESMTP_CMD_CONN_GET,
	ESMTP_CMD_STATS_GET,
	ESMTP_CMD_COUNTERS_CLEAR,

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

	__ESMTP_A_MAX,
	ESMTP_A_MAX = __ESMTP_A_MAX - 1
};

enum esmtp_settings_attr {
	ESMTP_SETTINGS_A_UNSPEC,
	ESMTP_SETTINGS_A_PICKUP,	/* u8: 0 bypass, 1 drop */
	ESMTP_SETTINGS_A_OVERLOAD,	/* u8: 0 drop, 1 bypass */
	ESMTP_SETTINGS_A_MAX_CONNS,	/* u32: 0 for no limit */

	__ESMTP_SETTINGS_A_MAX,
	ESMTP_SETTINGS_A_MAX = __ESMTP_SETTINGS_A_MAX - 1
};

enum esmtp_map_attr {
	ESMTP_MAP_A_UNSPEC,
	ESMTP_MAP_A_NAME,		/* string, up to 40 characters */
	ESMTP_MAP_A_BANNER,		/* u8: 0 off, 1 classic */
	ESMTP_MAP_A_RULE,		/* nested ESMTP_RULE_A_*, repeated */

	__ESMTP_MAP_A_MAX,
	ESMTP_MAP_A_MAX = __ESMTP_MAP_A_MAX - 1
};

enum esmtp_rule_attr {
	ESMTP_RULE_A_UNSPEC,
	ESMTP_RULE_A_CRITERION,		/* u8: place in criteria.def */
	ESMTP_RULE_A_ARG,		/* u32: N of "gt N", or 1 << place in keywords.def */
	ESMTP_RULE_A_ACTION,		/* u8: 0 log, 1 drop-connection, 2 mask */
	ESMTP_RULE_A_LOG,		/* flag: "log" beside another action */

	__ESMTP_RULE_A_MAX,
	ESMTP_RULE_A_MAX = __ESMTP_RULE_A_MAX - 1
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
	ESMTP_BIND_A_COUNTERS,		/* array of u64, in the order of enum esmtp_slot */

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

	__ESMTP_CONN_A_MAX,
	ESMTP_CONN_A_MAX = __ESMTP_CONN_A_MAX - 1
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
