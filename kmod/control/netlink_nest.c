// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink parses a nest by the last attribute of each type. What is meant to be there
 * once and comes again is refused here instead: whoever sent it may have meant either.
 */
#include "netlink.h"

/* What to say of an attribute that comes again, by where it stands. */
static const char *const twice[ESMTP_NEST_MAX][ESMTP_A_SET_MAX + 1] = {
#define TWICE(type) [type] = "given twice: " #type
	[ESMTP_NEST_MESSAGE] = {
		TWICE(ESMTP_A_GENERATION),
		TWICE(ESMTP_A_SETTINGS),
		TWICE(ESMTP_A_ACL),
		TWICE(ESMTP_A_WANT_ACES),
		TWICE(ESMTP_A_SERVICE),
		TWICE(ESMTP_A_CONN),
	},
	[ESMTP_A_SETTINGS] = {
		TWICE(ESMTP_SETTINGS_A_PICKUP),
		TWICE(ESMTP_SETTINGS_A_OVERLOAD),
		TWICE(ESMTP_SETTINGS_A_MAX_CONNS),
		TWICE(ESMTP_SETTINGS_A_LOCAL),
	},
	[ESMTP_A_MAP] = {
		TWICE(ESMTP_MAP_A_NAME),
		TWICE(ESMTP_MAP_A_BANNER),
		TWICE(ESMTP_MAP_A_SPECIAL),
		TWICE(ESMTP_MAP_A_RELAY),
		TWICE(ESMTP_MAP_A_GUARD),
		TWICE(ESMTP_MAP_A_TERMINATION),
		TWICE(ESMTP_MAP_A_RELAY_DOMAIN),
		TWICE(ESMTP_MAP_A_TLS_MIN),
		TWICE(ESMTP_MAP_A_FLAGS),
	},
	[ESMTP_NEST_RULE] = {
		TWICE(ESMTP_RULE_A_CRITERION),
		TWICE(ESMTP_RULE_A_ARG),
		TWICE(ESMTP_RULE_A_ACTION),
		TWICE(ESMTP_RULE_A_LOG),
		TWICE(ESMTP_RULE_A_NEGATE),
		TWICE(ESMTP_RULE_A_VERBS),
		TWICE(ESMTP_RULE_A_REGEX),
		TWICE(ESMTP_RULE_A_RATE),
		TWICE(ESMTP_RULE_A_SAY),
		TWICE(ESMTP_RULE_A_WITH),
	},
	[ESMTP_A_REGEX] = {
		TWICE(ESMTP_REGEX_A_NAME),
		TWICE(ESMTP_REGEX_A_CLASS),
		TWICE(ESMTP_REGEX_A_STATES),
		TWICE(ESMTP_REGEX_A_START),
		TWICE(ESMTP_REGEX_A_CLASSES),
		TWICE(ESMTP_REGEX_A_CLASS_OF),
		TWICE(ESMTP_REGEX_A_CELLS),
	},
	[ESMTP_A_ACL] = {
		TWICE(ESMTP_ACL_A_NAME),
		TWICE(ESMTP_ACL_A_COUNT),
	},
	[ESMTP_A_ACE] = {
		TWICE(ESMTP_ACE_A_PERMIT),
		TWICE(ESMTP_ACE_A_FAMILY),
		TWICE(ESMTP_ACE_A_PROTO),
		TWICE(ESMTP_ACE_A_SRC),
		TWICE(ESMTP_ACE_A_SRC_MASK),
		TWICE(ESMTP_ACE_A_DST),
		TWICE(ESMTP_ACE_A_DST_MASK),
		TWICE(ESMTP_ACE_A_SRC_PORTS),
		TWICE(ESMTP_ACE_A_SRC_PORT_OP),
		TWICE(ESMTP_ACE_A_DST_PORTS),
		TWICE(ESMTP_ACE_A_DST_PORT_OP),
		TWICE(ESMTP_ACE_A_INACTIVE),
	},
	[ESMTP_A_CLASS] = {
		TWICE(ESMTP_CLASS_A_NAME),
		TWICE(ESMTP_CLASS_A_KIND),
		TWICE(ESMTP_CLASS_A_ACL),
		TWICE(ESMTP_CLASS_A_PORTS),
	},
	[ESMTP_A_PMAP] = {
		TWICE(ESMTP_PMAP_A_NAME),
		TWICE(ESMTP_PMAP_A_COUNT),
	},
	[ESMTP_A_BIND] = {
		TWICE(ESMTP_BIND_A_CLASS),
		TWICE(ESMTP_BIND_A_VERDICT),
		TWICE(ESMTP_BIND_A_MAP),
		TWICE(ESMTP_BIND_A_SET),
	},
	[ESMTP_A_SERVICE] = {
		TWICE(ESMTP_SERVICE_A_IFNAME),
		TWICE(ESMTP_SERVICE_A_PMAP),
	},
	[ESMTP_A_LIMIT] = {
		TWICE(ESMTP_LIMIT_A_FAMILY),
		TWICE(ESMTP_LIMIT_A_HOST),
		TWICE(ESMTP_LIMIT_A_CONN_MAX),
		TWICE(ESMTP_LIMIT_A_EMBRYONIC_MAX),
	},
	[ESMTP_A_CONN] = {
		TWICE(ESMTP_CONN_A_FAMILY),
		TWICE(ESMTP_CONN_A_CLIENT),
		TWICE(ESMTP_CONN_A_CLIENT_PORT),
	},
#undef TWICE
};

static int refuse_twice(struct netlink_ext_ack *extack, const struct nlattr *attr, u32 where)
{
	u32 type = nla_type(attr);
	const char *why = NULL;

	if (type < ARRAY_SIZE(twice[where]))
		why = twice[where][type];
	if (extack) {
		extack->_msg = why ?: "an attribute is given twice";
		NL_SET_BAD_ATTR(extack, attr);
	}
	return -EINVAL;
}

/**
 * esmtp_message_once() - is each attribute of a message there once?
 * @nlh: the message
 * @many: types that may come several times, as bits
 * @extack: says which one is not; NULL where a dump begins on older kernels
 *
 * Context: process context.
 * Return: 0 or -EINVAL.
 */
int esmtp_message_once(const struct nlmsghdr *nlh, u32 many,
		       struct netlink_ext_ack *extack)
{
	struct nlattr *attr;
	u32 seen = 0;
	int rem;

	nlmsg_for_each_attr(attr, nlh, GENL_HDRLEN, rem) {
		if (seen & ~many & 1U << nla_type(attr))
			return refuse_twice(extack, attr, ESMTP_NEST_MESSAGE);
		seen |= 1U << nla_type(attr);
	}
	return 0;
}

/**
 * esmtp_nest_parse() - read a nest
 * @tb: filled with its attributes by type, or NULL: @nest->maxattr + 1 of them
 * @nest: what it is
 * @attr: the nest
 * @extack: says what is wrong
 *
 * An attribute of those that may come several times is anyone of them.
 *
 * Context: process context.
 * Return: 0 or an error.
 */
int esmtp_nest_parse(struct nlattr **tb, const struct esmtp_nest *nest,
		     const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	int err = nla_parse_nested(tb, nest->maxattr, attr, nest->policy, extack);
	struct nlattr *at;
	u32 type;
	int rem;

	if (err)
		return err;
	/* the last of each is in @tb: any other is one too many */
	nla_for_each_nested(at, attr, rem) {
		type = nla_type(at);
		if (tb[type] != at && !(nest->many >> type & 1))
			return refuse_twice(extack, tb[type], nest->name);
	}
	return 0;
}
