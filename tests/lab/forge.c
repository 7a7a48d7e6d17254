// SPDX-License-Identifier: GPL-2.0
/*
 * Forged netlink messages: a policy that is whole but for its generation, which
 * is never the one in force, then the same with one attribute wrong, for each
 * attribute and each way to be wrong. -ESTALE is what comes of a message with
 * nothing else wrong, so that not one of them can change anything. Then the same
 * with the other messages that take attributes.
 *
 *	forge [PLANE]	one line for each that was not answered as it should be; PLANE
 *			is what `esmtp-ctl -p` takes, and the module if not said
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lib/nl.h>

#include "forge.h"

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
	W(MANY, "5,000 times") \
	W(SHORT_LONG, "twice, first short, then long") \
	W(LONG_SHORT, "twice, first long, then short") \
	W(AGAIN, "twice, the second behind all others") \
	W(REVERSED, "with its attributes in reverse order") \
	W(BROKEN_OFF, "where all that it stands in ends, in the middle of it")

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

enum { SIZE = 1 << 21 };

static char *buf;
static bool broken_off;			/* nothing more goes into the message */
static struct esmtp_nl nl;
static u32 sent, wrong;

static bool is_string(const struct node *n)
{
	return n->type && n->len > 1 && !((const char *)n->data)[n->len - 1] &&
	       strlen(n->data) == n->len - 1;
}

static bool is_in(const struct node *nodes, const struct node *n)
{
	for (; nodes->type; nodes++)
		if (nodes == n)
			return true;
	return false;
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

/* A value that is none the worse for its length: all that it can have, or the least. */
static void put_length(struct nlmsghdr *nlh, const struct node *n, bool most)
{
	u32 len = !n->most ? n->len : most ? n->most : n->least;
	static char value[LONGEST];

	memset(value, 'a', len);
	if (!n->most)
		memcpy(value, n->data, len);
	if (is_string(n))
		value[len - 1] = '\0';
	mnl_attr_put(nlh, n->type, len, value);
}

/* A nest is short without anything in it. */
static void put_twice(struct nlmsghdr *nlh, const struct node *n, bool long_first)
{
	u32 i;

	for (i = 0; i < 2; i++) {
		if (!n->kids)
			put_length(nlh, n, !i == long_first);
		else if (!i == long_first)
			put(nlh, n, NULL, WAY_MAX);
		else
			mnl_attr_nest_end(nlh, mnl_attr_nest_start(nlh, n->type));
	}
}

static void put_kids(struct nlmsghdr *nlh, const struct node *n,
		     const struct node *at, enum way way)
{
	bool reversed = n == at && way == REVERSED;
	const struct node *kid = n->kids;
	u32 i, count = 0;

	if (n == at && way == EMPTY)
		return;
	while (kid[count].type)
		count++;
	for (i = 0; i < count && !broken_off; i++)
		put(nlh, reversed ? &kid[count - 1 - i] : &kid[i], at, way);
	if (way == AGAIN && is_in(n->kids, at))
		put(nlh, at, NULL, WAY_MAX);
}

/* The message ends there, which need not be where an attribute may. */
static void put_nest(struct nlmsghdr *nlh, const struct node *n,
		     const struct node *at, enum way way)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, n->type);

	put_kids(nlh, n, at, way);
	nest->nla_len = (u16)((char *)nlh + nlh->nlmsg_len - (char *)nest);
	if (n != at || (way != CUT && way != LONG))
		return;
	/* a piece of an attribute's head behind the last one */
	memset(mnl_nlmsg_get_payload_tail(nlh), 0xff, 4);
	nlh->nlmsg_len += 4;
	nest->nla_len += way == LONG ? 4 : 2;
}

static void put_once(struct nlmsghdr *nlh, const struct node *n,
		     const struct node *at, enum way way)
{
	if (n->kids)
		put_nest(nlh, n, at, way);
	else
		put_value(nlh, n, n == at ? (int)way : -1);
}

static void break_off(struct nlmsghdr *nlh, const struct nlattr *attr)
{
	u32 at = (u32)((const char *)attr - (char *)nlh);

	nlh->nlmsg_len = at + (attr->nla_len > 2 * NLA_HDRLEN ? attr->nla_len / 2 : 3);
	broken_off = true;
}

static void spoil(struct nlmsghdr *nlh, struct nlattr *attr, enum way way)
{
	if (way == UNKNOWN)
		attr->nla_type = 4000 | (attr->nla_type & NLA_F_NESTED);
	else if (way == NESTED)
		attr->nla_type ^= NLA_F_NESTED;
	else if (way == OVERRUN)
		attr->nla_len = 0xfffc;
	else if (way == STUNTED)
		attr->nla_len = 3;
	else if (way == BROKEN_OFF)
		break_off(nlh, attr);
}

static void put(struct nlmsghdr *nlh, const struct node *n,
		const struct node *at, enum way way)
{
	struct nlattr *attr = mnl_nlmsg_get_payload_tail(nlh);
	u32 i, times = n == at && way == MANY ? 5000 : 1;

	if (n == at && way == MISSING)
		return;
	if (n == at && (way == SHORT_LONG || way == LONG_SHORT)) {
		put_twice(nlh, n, way == LONG_SHORT);
		return;
	}
	for (i = 0; i < times; i++)
		put_once(nlh, n, at, way);
	if (n == at)
		spoil(nlh, attr, way);
}

/* A connection that was closed is not the end, if there is another one to be had. */
static int answer(struct nlmsghdr *nlh)
{
	char said[sizeof(nl.error)];
	int err;

	sent++;
	err = esmtp_nl_call(&nl, nlh, NULL, NULL);
	if (err != -ECONNRESET && err != -EPIPE)
		return err;
	memcpy(said, nl.error, sizeof(said));
	esmtp_nl_close(&nl);
	if (esmtp_nl_open(&nl)) {
		printf("not ok forge: %s: nobody is there any more\n", said);
		exit(EXIT_FAILURE);
	}
	memcpy(nl.error, said, sizeof(said));
	return err;
}

static void complain(const char *what, const char *how, int err)
{
	printf("not ok %s %s: %s (%s)\n", what, how, err ? strerror(-err) : "accepted",
	       nl.error);
	wrong++;
}

enum { TWICE = 1 << SHORT_LONG | 1 << LONG_SHORT | 1 << AGAIN };

/* What the family's header lets be so. */
static bool may(const struct forged *m, const struct node *n, enum way way)
{
	static const struct {
		u8 cmd;
		const char *name;
		u32 ways;
	} v[] = {
#define MAY(cmd, type, ways) { ESMTP_CMD_##cmd, #type, ways }
#include "forge.def"
#undef MAY
	};
	u32 i;

	if (n == &m->root)
		return true;
	for (i = 0; i < sizeof(v) / sizeof(*v); i++)
		if (v[i].cmd == m->cmd && !strcmp(v[i].name, n->name) &&
		    (v[i].ways >> way & 1))
			return true;
	return false;
}

/* Ways that make no sense for an attribute, or that would change something. */
static bool skip(const struct forged *m, const struct node *n, enum way way)
{
	bool top = is_in(m->root.kids, n);

	if (n == &m->root)
		return way != REVERSED;
	if (way == REVERSED)
		return !n->kids;
	if (way == MANY)
		return !top || n->type == ESMTP_A_SOURCE || n->type == ESMTP_A_ACE;
	if (way == RANGE || way == EMPTY || way == CUT)
		return !n->kids ? !n->len : way == RANGE;
	if (way == MISSING)
		return top && (n->type == ESMTP_A_GENERATION || n->kids == hits->kids);
	return false;
}

/* Objects, rules and replies: there may be several of them. */
static bool is_object(const struct forged *m, const struct node *n)
{
	if (m->cmd != ESMTP_CMD_POLICY_SET)
		return false;
	if (is_in(m->root.kids, n))
		return n->kids && n->type != ESMTP_A_SETTINGS;
	return n->kids || !strcmp(n->name, "ESMTP_MAP_A_SAY");
}

/*
 * What is given twice where one is meant has an answer of its own. A dump has no words
 * for what is wrong with its request on older kernels.
 */
static bool told_twice(const struct forged *m, const struct node *n, enum way way)
{
	if (is_object(m, n) || m->flags & NLM_F_DUMP || !(TWICE >> way & 1))
		return true;
	return strstr(nl.error, "given twice") && strstr(nl.error, n->name);
}

static void send_one(const struct forged *m, const struct node *at, enum way way)
{
	bool fine = way == WAY_MAX || may(m, at, way);
	struct nlmsghdr *nlh;
	int err;

	nlh = esmtp_nl_start(&nl, buf, m->cmd, m->flags);
	broken_off = false;
	put_kids(nlh, &m->root, at, way);
	err = answer(nlh);
	/* one that lacks what its answer is about asks for all, which there is */
	if ((err == m->fine || (fine && !err)) != fine || err == -ECONNRESET || err == -EPIPE ||
	    (!fine && !told_twice(m, at, way)))
		complain(at->name, way == WAY_MAX ? "as it is" : ways[way], err);
}

static void each(const struct forged *m, const struct node *n)
{
	const struct node *kid;
	int way;

	for (way = 0; way < WAY_MAX; way++)
		if (!skip(m, n, way))
			send_one(m, n, way);
	for (kid = n->kids; kid && kid->type; kid++)
		each(m, kid);
}

static void send_messages(void)
{
	u32 i;

	for (i = 0; i < sizeof(messages) / sizeof(*messages); i++) {
		send_one(&messages[i], &messages[i].root, WAY_MAX);
		each(&messages[i], &messages[i].root);
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

int main(int argc, char **argv)
{
	nl.plane = argc > 1 ? argv[1] : "module";
	buf = calloc(1, SIZE);
	if (!buf || esmtp_nl_open(&nl)) {
		printf("not ok forge: %s\n", nl.error);
		return 1;
	}
	send_messages();
	send_others();
	printf("# %u messages, %u answered wrongly\n", sent, wrong);
	esmtp_nl_close(&nl);
	free(buf);
	return wrong != 0;
}
