// SPDX-License-Identifier: GPL-2.0
/*
 * Forged netlink messages: a policy that is whole but for its generation, which
 * is never the one in force, then the same with one attribute wrong, for each
 * attribute and each way to be wrong. -ESTALE is what comes of a message with
 * nothing else wrong, so that not one of them can change anything.
 *
 *	forge		one line for each that was not answered as it should be
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/genetlink.h>
#include <linux/nf_esmtp.h>

#include <lib/nl.h>

/* An attribute; it is a nest if it has kids, of which the last has type 0. */
struct node {
	u16 type;
	u32 len;
	const void *data;
	const struct node *kids;
	const char *name;
};

#define VALUE(t, ctype, v) { .type = (t), .len = sizeof(ctype), \
			     .data = (const ctype[]) { v }, .name = #t }
#define U8(t, v) VALUE(t, u8, v)
#define U16(t, v) VALUE(t, u16, v)
#define U32(t, v) VALUE(t, u32, v)
#define STR(t, s) { .type = (t), .len = sizeof(s), .data = (s), .name = #t }
#define FLAG(t) { .type = (t), .data = "", .name = #t }
#define BYTES(t, a) { .type = (t), .len = sizeof(a), .data = (a), .name = #t }
#define NEST(t, ...) { .type = (t), .name = #t, \
		       .kids = (const struct node[]){ __VA_ARGS__, { 0 } } }

static const u8 zeros[256], host[16] = { 192, 168, 1, 1 };
static const u8 mask32[16] = { 255, 255, 255, 255 };
static const u16 cells[2] = { 0, 0 };
static const u32 set[4] = { 1, 2, 3, 4 };

static const struct node policy[] = {
	U32(ESMTP_A_GENERATION, 0x7fffffff),
	STR(ESMTP_A_SOURCE, "! forged"),
	NEST(ESMTP_A_SETTINGS,
	     U8(ESMTP_SETTINGS_A_PICKUP, 1),
	     U8(ESMTP_SETTINGS_A_OVERLOAD, 1),
	     U32(ESMTP_SETTINGS_A_MAX_CONNS, 7),
	     U8(ESMTP_SETTINGS_A_LOCAL, 3)),
	NEST(ESMTP_A_REGEX,
	     STR(ESMTP_REGEX_A_NAME, "r"),
	     FLAG(ESMTP_REGEX_A_CLASS),
	     U16(ESMTP_REGEX_A_STATES, 2),
	     U16(ESMTP_REGEX_A_START, 1),
	     U16(ESMTP_REGEX_A_CLASSES, 1),
	     BYTES(ESMTP_REGEX_A_CLASS_OF, zeros),
	     BYTES(ESMTP_REGEX_A_CELLS, cells)),
	NEST(ESMTP_A_MAP,
	     STR(ESMTP_MAP_A_NAME, "m"),
	     U8(ESMTP_MAP_A_BANNER, 2),
	     U16(ESMTP_MAP_A_SPECIAL, 0x101),
	     U16(ESMTP_MAP_A_RELAY, 0x101),
	     U16(ESMTP_MAP_A_GUARD, 4),
	     STR(ESMTP_MAP_A_RELAY_DOMAIN, "example.com"),
	     U8(ESMTP_MAP_A_TLS_MIN, 3),
	     U32(ESMTP_MAP_A_FLAGS, ESMTP_MAP_F_TLS),
	     STR(ESMTP_MAP_A_SAY, "550 No"),
	     NEST(ESMTP_MAP_A_RULE,
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
	     STR(ESMTP_ACL_A_NAME, "a"),
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
	     STR(ESMTP_CLASS_A_NAME, "c"),
	     U8(ESMTP_CLASS_A_KIND, 1),
	     U16(ESMTP_CLASS_A_ACL, 0)),
	NEST(ESMTP_A_CLASS,
	     STR(ESMTP_CLASS_A_NAME, "p"),
	     U8(ESMTP_CLASS_A_KIND, 2),
	     U32(ESMTP_CLASS_A_PORTS, 25 << 16 | 26)),
	NEST(ESMTP_A_PMAP,
	     STR(ESMTP_PMAP_A_NAME, "p"),
	     U32(ESMTP_PMAP_A_COUNT, 1)),
	NEST(ESMTP_A_BIND,
	     U16(ESMTP_BIND_A_CLASS, 0),
	     U8(ESMTP_BIND_A_VERDICT, 1),
	     U16(ESMTP_BIND_A_MAP, 0),
	     BYTES(ESMTP_BIND_A_SET, set)),
	NEST(ESMTP_A_SERVICE,
	     STR(ESMTP_SERVICE_A_IFNAME, "eth0"),
	     U16(ESMTP_SERVICE_A_PMAP, 0)),
	NEST(ESMTP_A_LIMIT,
	     U8(ESMTP_LIMIT_A_FAMILY, 4),
	     BYTES(ESMTP_LIMIT_A_HOST, host),
	     U32(ESMTP_LIMIT_A_CONN_MAX, 1),
	     U32(ESMTP_LIMIT_A_EMBRYONIC_MAX, 2)),
	{ 0 }
};

#define WAYS(W) \
	W(CUT, "one byte short") \
	W(LONG, "too long") \
	W(EMPTY, "without a value") \
	W(RANGE, "all ones") \
	W(UNKNOWN, "of an unknown type") \
	W(NESTED, "a nest that is none, or the reverse") \
	W(MISSING, "left out") \
	W(OVERRUN, "longer than what it stands in") \
	W(STUNTED, "shorter than its own head") \
	W(MANY, "5,000 times")

enum way {
#define W(way, text) way,
	WAYS(W)
#undef W
	WAY_MAX
};

static const char *const ways[] = {
#define W(way, text) text,
	WAYS(W)
#undef W
};

enum { SIZE = 1 << 21, LONGEST = 60001 };

static char *buf;
static struct esmtp_nl nl;
static u32 sent, wrong;

static bool is_string(const struct node *n)
{
	return n->type && n->len > 1 && !((const char *)n->data)[n->len - 1] &&
	       strlen(n->data) == n->len - 1;
}

static bool is_top(const struct node *n)
{
	return n >= policy && n < policy + sizeof(policy) / sizeof(*policy);
}

static void put(struct nlmsghdr *nlh, const struct node *n,
		const struct node *at, enum way way);

static void put_value(struct nlmsghdr *nlh, const struct node *n, int way)
{
	static char longest[LONGEST];
	u32 len = n->len;

	if (way < 0) {
		mnl_attr_put(nlh, n->type, len, n->data);
		return;
	}
	memset(longest, way == RANGE ? 0xff : 'a', sizeof(longest));
	if (way != RANGE)
		memcpy(longest, n->data, len);
	if (way == LONG && is_string(n)) {
		memset(longest, 'a', sizeof(longest));
		longest[sizeof(longest) - 1] = '\0';
		len = sizeof(longest);
	} else if (way == LONG) {
		len++;
	} else if (way == CUT && len) {
		len--;
	} else if (way == EMPTY) {
		len = 0;
	}
	mnl_attr_put(nlh, n->type, len, longest);
}

static void put_kids(struct nlmsghdr *nlh, const struct node *n,
		     const struct node *at, enum way way)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, n->type);
	const struct node *kid;

	for (kid = n->kids; kid->type && !(n == at && way == EMPTY); kid++)
		put(nlh, kid, at, way);
	mnl_attr_nest_end(nlh, nest);
	if (n != at || (way != CUT && way != LONG))
		return;
	/* a piece of an attribute's head behind the last one */
	memset(mnl_nlmsg_get_payload_tail(nlh), 0xff, 4);
	nlh->nlmsg_len += 4;
	nest->nla_len += way == LONG ? 4 : 2;
}

static void put(struct nlmsghdr *nlh, const struct node *n,
		const struct node *at, enum way way)
{
	struct nlattr *attr = mnl_nlmsg_get_payload_tail(nlh);
	u32 i, times = n == at && way == MANY ? 5000 : 1;

	if (n == at && way == MISSING)
		return;
	for (i = 0; i < times; i++) {
		if (n->kids)
			put_kids(nlh, n, at, way);
		else
			put_value(nlh, n, n == at ? (int)way : -1);
	}
	if (n != at)
		return;
	if (way == UNKNOWN)
		attr->nla_type = 4000 | (n->kids ? NLA_F_NESTED : 0);
	else if (way == NESTED)
		attr->nla_type ^= NLA_F_NESTED;
	else if (way == OVERRUN)
		attr->nla_len = 0xfffc;
	else if (way == STUNTED)
		attr->nla_len = 3;
}

static int answer(struct nlmsghdr *nlh)
{
	sent++;
	return esmtp_nl_call(&nl, nlh, NULL, NULL);
}

static void complain(const char *what, const char *how, int err)
{
	printf("not ok %s %s: %s (%s)\n", what, how, err ? strerror(-err) : "accepted",
	       nl.error);
	wrong++;
}

/* What the family's header lets be so. */
static bool may(const struct node *n, enum way way)
{
	static const struct {
		u16 type;
		const char *name;
		u32 ways;
	} v[] = {
#define MAY(type, ways) { type, #type, ways }
#include "forge.def"
#undef MAY
	};
	u32 i;

	for (i = 0; i < sizeof(v) / sizeof(*v); i++)
		if (!strcmp(v[i].name, n->name) && (v[i].ways >> way & 1))
			return true;
	return false;
}

/* Ways that make no sense for an attribute, or that would put it in force. */
static bool skip(const struct node *n, enum way way)
{
	if (way == MANY)
		return !is_top(n) || n->type == ESMTP_A_SOURCE ||
		       n->type == ESMTP_A_ACE;
	if (way == RANGE || way == EMPTY || way == CUT)
		return !n->kids ? !n->len : way == RANGE;
	return n->type == ESMTP_A_GENERATION && is_top(n) && way == MISSING;
}

static void send_policy(const struct node *at, enum way way)
{
	struct nlmsghdr *nlh;
	const struct node *n;
	int err;

	nlh = esmtp_nl_start(&nl, buf, ESMTP_CMD_POLICY_SET, NLM_F_ACK);
	for (n = policy; n->type; n++)
		put(nlh, n, at, way);
	err = answer(nlh);
	if (!err || (err == -ESTALE) != (!at || may(at, way)))
		complain(at ? at->name : "policy", at ? ways[way] : "as it is", err);
}

static void each(const struct node *n)
{
	int way;

	for (; n->type; n++) {
		for (way = 0; way < WAY_MAX; way++)
			if (!skip(n, way))
				send_policy(n, way);
		if (n->kids)
			each(n->kids);
	}
}

/* The commands that take nothing, or a flag. */
static void send_others(void)
{
	static const u16 flags[ESMTP_CMD_MAX + 2] = {
		[ESMTP_CMD_POLICY_GET] = NLM_F_DUMP,
		[ESMTP_CMD_CONN_GET] = NLM_F_DUMP,
		[ESMTP_CMD_EVENT_GET] = NLM_F_DUMP,
	};
	struct nlmsghdr *nlh;
	u8 cmd;
	u16 type;
	int err;

	for (cmd = 0; cmd <= ESMTP_CMD_MAX + 1; cmd++) {
		for (type = 1; type <= ESMTP_A_MAX + 1; type++) {
			/* three bytes of text are a policy, too */
			if (cmd == ESMTP_CMD_POLICY_SET && type == ESMTP_A_SOURCE)
				continue;
			nlh = esmtp_nl_start(&nl, buf, cmd, flags[cmd] | NLM_F_ACK);
			mnl_attr_put(nlh, type, 3, "abc");
			err = answer(nlh);
			if (!err)
				complain("a command", "with an attribute of three bytes", err);
		}
		nlh = esmtp_nl_start(&nl, buf, cmd, flags[cmd] | NLM_F_ACK);
		nlh->nlmsg_len -= GENL_HDRLEN;
		if (!answer(nlh))
			complain("a command", "without its header", 0);
	}
}

int main(void)
{
	buf = calloc(1, SIZE);
	if (!buf || esmtp_nl_open(&nl)) {
		printf("not ok forge: %s\n", nl.error);
		return 1;
	}
	send_policy(NULL, WAY_MAX);
	each(policy);
	send_others();
	printf("# %u messages, %u answered wrongly\n", sent, wrong);
	esmtp_nl_close(&nl);
	free(buf);
	return wrong != 0;
}
