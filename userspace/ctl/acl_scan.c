// SPDX-License-Identifier: GPL-2.0
/*
 * The words of a line of an access-list. Where an object-group may stand for
 * ports or for the network behind them, its kind says which.
 */
#include "grammar.h"

#include <netinet/in.h>
#include <string.h>

/* A line while its words are gone through. */
struct scan {
	struct reader *rd;
	const struct args *args;
	u32 i;				/* the next word */
};

static const struct arg *peek(const struct scan *s)
{
	return s->i < s->args->n ? &s->args->v[s->i] : NULL;
}

static bool is(const struct arg *arg, const char *word)
{
	return arg && arg->word && !strcmp(arg->word, word);
}

static bool is_object(const struct arg *arg)
{
	return is(arg, "object") || is(arg, "object-group");
}

/* Take "object NAME" or "object-group NAME" that has one of some kinds. */
static int scan_object(struct scan *s, u32 kinds, struct object **object)
{
	const struct arg *word = &s->args->v[s->i++];
	const struct arg *name = &s->args->v[s->i++];

	*object = object_named(s->rd, word, name);
	if (!*object)
		return -1;
	if (kinds >> (*object)->kind & 1)
		return 0;
	return reader_fail(s->rd, name->tok.col,
			   "'%s' is an %s, which cannot stand here",
			   (*object)->name, object_kind_name(*object));
}

static void whole(struct acl_net *net, const struct value *v)
{
	net->family = v->family;
	net->addr = v->addr;
	type_mask_fill(&net->mask, v->family == ESMTP_AF_INET ? 32 : 128);
}

/**
 * acl_scan_net() - an address, with the netmask that may follow
 * @rd: the reader
 * @arg: an ADDR or a PREFIX
 * @mask: the word behind it, or NULL
 * @net: filled in; zeroed before
 *
 * Return: 0, or what reader_fail() returns.
 */
int acl_scan_net(struct reader *rd, const struct arg *arg,
		 const struct arg *mask, struct acl_net *net)
{
	whole(net, &arg->value);
	if (arg->type == TYPE_PREFIX) {
		net->mask = arg->value.mask;
	} else if (mask) {
		if (net->family != ESMTP_AF_INET)
			return reader_fail(rd, mask->tok.col,
					   "IPv6 is written with /length");
		net->mask = mask->value.mask;
	}
	if (!type_addr_masked(&net->addr, &net->mask))
		return reader_fail(rd, arg->tok.col,
				   "the address has bits outside its netmask");
	return 0;
}

static int network(struct scan *s, struct acl_net *net, const struct arg *arg)
{
	const struct arg *mask = peek(s);

	if (arg->type == TYPE_PREFIX || !mask || mask->word ||
	    mask->type != TYPE_MASK)
		return acl_scan_net(s->rd, arg, NULL, net);
	s->i++;
	return acl_scan_net(s->rd, arg, mask, net);
}

static int scan_net(struct scan *s, struct acl_net *net, struct object **object)
{
	const struct arg *arg = peek(s);

	if (!arg)
		return reader_fail(s->rd, s->args->end,
				   "expected a destination before the ports");
	if (is_object(arg))
		return scan_object(s, 1U << OBJECT_NETWORK | 1U << GROUP_NETWORK,
				   object);
	s->i++;
	if (!arg->word)
		return network(s, net, arg);
	if (is(arg, "host"))
		whole(net, &s->args->v[s->i++].value);
	else if (is(arg, "any4"))
		net->family = ESMTP_AF_INET;
	else if (is(arg, "any6"))
		net->family = ESMTP_AF_INET6;
	return 0;
}

static enum acl_op operator(const struct arg *arg)
{
	static const char *const words[] = {
		[ACL_EQ] = "eq", [ACL_NEQ] = "neq", [ACL_LT] = "lt",
		[ACL_GT] = "gt", [ACL_RANGE] = "range",
	};
	u32 i;

	for (i = ACL_EQ; i < ESMTP_ARRAY_SIZE(words); i++)
		if (is(arg, words[i]))
			return (enum acl_op)i;
	return ACL_ANY;
}

/**
 * acl_scan_ports() - a condition on ports
 * @rd: the reader
 * @op: the word where it may begin, with those behind it, or NULL
 * @ports: filled in; zeroed before
 *
 * Return: words that it took, 0 for none; or what reader_fail() returns.
 */
int acl_scan_ports(struct reader *rd, const struct arg *op,
		   struct acl_ports *ports)
{
	const struct arg *port = op + 1;

	ports->op = (u8)operator(op);
	if (ports->op == ACL_ANY)
		return 0;
	ports->lo = (u16)port->value.num;
	if (ports->op == ACL_RANGE)
		port++;
	ports->hi = (u16)port->value.num;
	if (ports->lo > ports->hi)
		return reader_fail(rd, port->tok.col,
				   "the range ends before it begins");
	if ((ports->op == ACL_LT && ports->lo == 0) ||
	    (ports->op == ACL_GT && ports->lo == 65535))
		return reader_fail(rd, port->tok.col, "no port is %s %u",
				   op->word, ports->lo);
	return ports->op == ACL_RANGE ? 3 : 2;
}

/* Does an object-group that stands for ports come next? */
static bool is_port_group(const struct scan *s)
{
	char name[ESMTP_NAME_LEN];
	const struct object *group;

	if (!is(peek(s), "object-group"))
		return false;
	group = config_object_find(s->rd->cfg,
				   reader_name(&s->args->v[s->i + 1], name,
					       sizeof(name)));
	return group && group->kind == GROUP_PORTS;
}

static int scan_ports(struct scan *s, struct acl_key *key,
		      struct acl_ports *ports, struct object **object)
{
	const struct arg *at = peek(s);
	const char *wrong;
	int n;

	if (is_port_group(s)) {
		if (scan_object(s, 1U << GROUP_PORTS, object))
			return -1;
	} else {
		n = at ? acl_scan_ports(s->rd, at, ports) : 0;
		if (n <= 0)
			return n;
		s->i += (u32)n;
	}
	wrong = acl_ports_wrong(s->rd->cfg, key);
	return wrong ? reader_fail(s->rd, at->tok.col, "%s", wrong) : 0;
}

static int scan_service(struct scan *s, struct acl_key *key)
{
	if (is_object(peek(s)))
		return scan_object(s, 1U << OBJECT_SERVICE | 1U << GROUP_SERVICE |
				   1U << GROUP_PROTOCOL,
				   &key->object[ACL_SERVICE]);
	key->proto = (u8)s->args->v[s->i++].value.num;
	return 0;
}

static int scan_extended(struct scan *s, struct acl_key *key)
{
	const struct arg *dst, *more;

	if (scan_service(s, key) ||
	    scan_net(s, &key->src, &key->object[ACL_SRC]) ||
	    scan_ports(s, key, &key->sports, &key->object[ACL_SPORTS]))
		return -1;
	dst = peek(s);
	if (scan_net(s, &key->dst, &key->object[ACL_DST]) ||
	    scan_ports(s, key, &key->dports, &key->object[ACL_DPORTS]))
		return -1;
	more = peek(s);
	if (is(more, "object-group"))	/* one of ports would have been taken */
		return scan_object(s, 1U << GROUP_PORTS, &key->object[ACL_DPORTS]);
	if (more && !is(more, "log") && !is(more, "inactive"))
		return reader_fail(s->rd, more->tok.col,
				   "expected ports, log, inactive or the end of the line");
	if (key->src.family != ESMTP_AF_ANY && key->dst.family != ESMTP_AF_ANY &&
	    key->src.family != key->dst.family)
		return reader_fail(s->rd, dst->tok.col,
				   "source and destination are of different address families");
	return 0;
}

static int scan_standard(struct scan *s, struct acl_key *key)
{
	const struct arg *net = peek(s);

	key->standard = 1;
	if (scan_net(s, &key->dst, &key->object[ACL_DST]))
		return -1;
	if (key->dst.family == ESMTP_AF_INET6)
		return reader_fail(s->rd, net->tok.col,
				   "a standard access-list has IPv4 addresses");
	return 0;
}

/**
 * acl_scan() - what a line of an access-list says
 * @rd: the reader
 * @args: the line
 * @key: filled in
 *
 * Return: 0, or what reader_fail() returns.
 */
int acl_scan(struct reader *rd, const struct args *args, struct acl_key *key)
{
	struct scan s = { .rd = rd, .args = args };

	memset(key, 0, sizeof(*key));
	while (!is(&args->v[s.i], "permit") && !is(&args->v[s.i], "deny"))
		s.i++;
	key->permit = is(&args->v[s.i++], "permit");
	if (args_word(args, "standard"))
		return scan_standard(&s, key);
	return scan_extended(&s, key);
}
