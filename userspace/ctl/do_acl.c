// SPDX-License-Identifier: GPL-2.0
/* access-list and its no forms. */
#include "grammar.h"

#include <netinet/in.h>
#include <stdlib.h>
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

static void whole(struct acl_net *net, const struct value *v)
{
	net->family = v->family;
	net->addr = v->addr;
	type_mask_fill(&net->mask, v->family == ESMTP_AF_INET ? 32 : 128);
}

static int network(struct scan *s, struct acl_net *net, const struct arg *arg)
{
	const struct arg *mask = peek(s);

	whole(net, &arg->value);
	if (arg->type == TYPE_PREFIX) {
		net->mask = arg->value.mask;
	} else if (mask && !mask->word && mask->type == TYPE_MASK) {
		s->i++;
		if (net->family != ESMTP_AF_INET)
			return reader_fail(s->rd, mask->tok.col,
					   "IPv6 is written with /length");
		net->mask = mask->value.mask;
	}
	if (!type_addr_masked(&net->addr, &net->mask))
		return reader_fail(s->rd, arg->tok.col,
				   "the address has bits outside its netmask");
	return 0;
}

static int scan_net(struct scan *s, struct acl_net *net)
{
	const struct arg *arg = &s->args->v[s->i++];

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

static int scan_ports(struct scan *s, struct acl_ports *ports, u8 proto)
{
	const struct arg *op = peek(s), *port;

	ports->op = (u8)operator(op);
	if (ports->op == ACL_ANY)
		return 0;
	if (proto != IPPROTO_TCP && proto != IPPROTO_UDP)
		return reader_fail(s->rd, op->tok.col, "ports need tcp or udp");
	s->i++;
	port = &s->args->v[s->i++];
	ports->lo = (u16)port->value.num;
	ports->hi = ports->lo;
	if (ports->op == ACL_RANGE) {
		port = &s->args->v[s->i++];
		ports->hi = (u16)port->value.num;
	}
	if (ports->lo > ports->hi)
		return reader_fail(s->rd, port->tok.col,
				   "the range ends before it begins");
	if ((ports->op == ACL_LT && ports->lo == 0) ||
	    (ports->op == ACL_GT && ports->lo == 65535))
		return reader_fail(s->rd, port->tok.col, "no port is %s %u",
				   op->word, ports->lo);
	return 0;
}

static int scan_extended(struct scan *s, struct acl_key *key)
{
	const struct arg *dst;

	key->proto = (u8)s->args->v[s->i++].value.num;
	if (scan_net(s, &key->src) || scan_ports(s, &key->sports, key->proto))
		return -1;
	dst = peek(s);
	if (scan_net(s, &key->dst) || scan_ports(s, &key->dports, key->proto))
		return -1;
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
	if (scan_net(s, &key->dst))
		return -1;
	if (key->dst.family == ESMTP_AF_INET6)
		return reader_fail(s->rd, net->tok.col,
				   "a standard access-list has IPv4 addresses");
	return 0;
}

static int scan_key(struct reader *rd, const struct args *args,
		    struct acl_key *key)
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

static struct acl *named(struct reader *rd, const struct args *args)
{
	char name[ESMTP_NAME_LEN];

	return config_acl_find(rd->cfg,
			       reader_name(args_type(args, TYPE_NAME, 0),
					   name, sizeof(name)));
}

static struct class_map *user(struct reader *rd, const struct acl *acl)
{
	struct class_map *class;

	list_each(class, &rd->cfg->classes, list)
		if (class->acl == acl)
			break;
	return class;
}

static int in_use(struct reader *rd, const struct args *args,
		  const struct acl *acl)
{
	const struct class_map *class = user(rd, acl);

	if (!class)
		return 0;
	return reader_fail(rd, args_type(args, TYPE_NAME, 0)->tok.col,
			   "access-list '%s' is used by class-map '%s'",
			   acl->name, class->name);
}

static int missing(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);

	return reader_fail(rd, arg->tok.col, "access-list '%.*s' does not exist",
			   (int)arg->tok.len, arg->tok.s);
}

/* A list is all standard or all extended; a class takes an extended one. */
static int check_kind(struct reader *rd, const struct acl *acl,
		      const struct acl_key *key, size_t col)
{
	const struct class_map *class;

	if (key->remark)
		return 0;
	if (key->standard ? acl->naces > acl->standard : acl->standard)
		return reader_fail(rd, col,
				   "access-list '%s' has %s lines: one list cannot have both",
				   acl->name,
				   key->standard ? "extended" : "standard");
	class = key->standard ? user(rd, acl) : NULL;
	if (!class)
		return 0;
	return reader_fail(rd, col,
			   "class-map '%s' needs an extended access-list",
			   class->name);
}

static int check_room(struct reader *rd, const struct acl *acl, size_t col)
{
	if (!acl && rd->cfg->nacls == ESMTP_MAX_ACLS)
		return reader_fail(rd, col, "more than %u access-lists",
				   ESMTP_MAX_ACLS);
	if (rd->cfg->naces == ESMTP_MAX_ACES)
		return reader_fail(rd, col,
				   "more than %u lines in all access-lists",
				   ESMTP_MAX_ACES);
	return 0;
}

static int add(struct reader *rd, const struct args *args,
	       const struct acl_key *key, const char *remark)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	const struct arg *at = args_type(args, TYPE_LINE, 0);
	struct acl *acl = named(rd, args);
	struct acl_line *line = NULL;
	char name[ESMTP_NAME_LEN];

	if (acl && check_kind(rd, acl, key, arg->tok.col))
		return -1;
	if (acl)
		line = config_line_find(acl, key, remark);
	if (line && at) {
		config_line_del(rd->cfg, acl, line);
		line = NULL;
	}
	if (!line) {
		if (check_room(rd, acl, arg->tok.col))
			return -1;
		if (!acl)
			acl = config_acl_add(rd->cfg,
					     reader_name(arg, name, sizeof(name)));
		line = config_line_add(rd->cfg, acl, key, remark,
				       at ? at->value.num : 0);
	}
	line->log = args_word(args, "log");
	line->inactive = args_word(args, "inactive");
	return 0;
}

static int del(struct reader *rd, const struct args *args,
	       const struct acl_key *key, const char *remark)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	struct acl *acl = named(rd, args);
	struct acl_line *line;

	if (!acl)
		return missing(rd, args);
	line = config_line_find(acl, key, remark);
	if (!line)
		return reader_fail(rd, arg->tok.col,
				   "access-list '%s' has no such line", acl->name);
	if (acl->nlines == 1 && in_use(rd, args, acl))
		return -1;
	config_line_del(rd->cfg, acl, line);
	if (!acl->nlines)
		config_acl_del(rd->cfg, acl);
	return 0;
}

/**
 * do_acl_line() - access-list NAME ... {permit|deny} ...
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_acl_line(struct reader *rd, const struct args *args)
{
	struct acl_key key;

	return scan_key(rd, args, &key) ? -1 : add(rd, args, &key, NULL);
}

/**
 * do_no_acl_line() - no access-list NAME ... {permit|deny} ...
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_acl_line(struct reader *rd, const struct args *args)
{
	struct acl_key key;

	return scan_key(rd, args, &key) ? -1 : del(rd, args, &key, NULL);
}

static int with_remark(struct reader *rd, const struct args *args,
		       int (*fn)(struct reader *rd, const struct args *args,
				 const struct acl_key *key, const char *remark))
{
	const struct token *t = &args_type(args, TYPE_TEXT, 0)->tok;
	char *text = mem_dup(t->s, t->len);
	struct acl_key key;
	int err;

	memset(&key, 0, sizeof(key));
	key.remark = 1;
	err = fn(rd, args, &key, text);
	free(text);
	return err;
}

/**
 * do_acl_remark() - access-list NAME remark TEXT
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_acl_remark(struct reader *rd, const struct args *args)
{
	return with_remark(rd, args, add);
}

/**
 * do_no_acl_remark() - no access-list NAME remark TEXT
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_acl_remark(struct reader *rd, const struct args *args)
{
	return with_remark(rd, args, del);
}

/**
 * do_no_acl() - no access-list NAME
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_acl(struct reader *rd, const struct args *args)
{
	struct acl *acl = named(rd, args);

	if (!acl)
		return missing(rd, args);
	if (in_use(rd, args, acl))
		return -1;
	config_acl_del(rd->cfg, acl);
	return 0;
}
