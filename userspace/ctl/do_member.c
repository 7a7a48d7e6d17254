// SPDX-License-Identifier: GPL-2.0
/* What stands in an object or an object-group. */
#include "grammar.h"

#include <netinet/in.h>
#include <string.h>

/* A line may say two: tcp-udp. */
struct said {
	struct member v[2];
	u32 n;
};

static const struct arg *behind(const struct args *args, const char *word)
{
	const struct arg *arg = args_word(args, word);

	return arg ? arg + 1 : NULL;
}

static int read_net(struct reader *rd, const struct args *args,
		    struct member *to)
{
	const struct arg *arg = args_type(args, TYPE_PREFIX, 0);
	const struct arg *mask = args_type(args, TYPE_MASK, 0);

	if (!arg)
		arg = args_type(args, TYPE_ADDR, 0);
	return acl_scan_net(rd, arg, mask, &to->net);
}

static int read_range(struct reader *rd, const struct args *args,
		      struct member *to)
{
	const struct arg *first = args_type(args, TYPE_ADDR, 0);
	const struct arg *last = args_type(args, TYPE_ADDR, 1);

	to->kind = MEMBER_RANGE;
	to->net.family = first->value.family;
	to->net.addr = first->value.addr;
	to->net.mask = last->value.addr;
	if (last->value.family != first->value.family)
		return reader_fail(rd, last->tok.col,
				   "the addresses are of different families");
	if (memcmp(&to->net.addr, &to->net.mask, sizeof(to->net.addr)) > 0)
		return reader_fail(rd, last->tok.col,
				   "the range ends before it begins");
	return 0;
}

static int read_ports(struct reader *rd, const struct arg *at, u8 protos,
		      struct acl_ports *ports)
{
	int n = at ? acl_scan_ports(rd, at, ports) : 0;

	if (n > 0 && protos & PORTS_OTHER)
		return reader_fail(rd, at->tok.col, "ports need tcp or udp");
	return n < 0 ? n : 0;
}

static int read_service(struct reader *rd, const struct args *args,
			struct said *to)
{
	const struct arg *proto = args_type(args, TYPE_PROTO, 0);
	struct service_spec *s = &to->v[0].service;
	const struct arg *bare = args_word(args, "source") ||
				 args_word(args, "destination") ||
				 args->v[args->n - 1].word ? NULL :
				 args_word(args, "service-object");
	u8 protos;

	to->v[0].kind = MEMBER_SERVICE;
	s->proto = proto ? (u8)proto->value.num : IPPROTO_TCP;
	protos = object_proto(s->proto);
	if (read_ports(rd, behind(args, "source"), protos, &s->sports) ||
	    read_ports(rd, behind(args, "destination"), protos, &s->dports))
		return -1;
	/* The form before ASA 8.3: eq 25 is the destination. */
	if (bare && bare + 2 < args->v + args->n &&
	    read_ports(rd, bare + 2, protos, &s->dports))
		return -1;
	if (!args_word(args, "tcp-udp"))
		return 0;
	to->v[1] = to->v[0];
	to->v[1].service.proto = IPPROTO_UDP;
	to->n = 2;
	return 0;
}

static int read_ref(struct reader *rd, const struct args *args,
		    const struct arg *word, struct member *to)
{
	const struct arg *name = args_type(args, TYPE_NAME, 0);
	struct object *self = rd->object, *ref = object_named(rd, word, name);
	u8 want = self->kind;

	if (!ref)
		return -1;
	if (!object_is_group(ref))
		want = want == GROUP_NETWORK ? OBJECT_NETWORK : OBJECT_SERVICE;
	if (ref->kind != want ||
	    (want == GROUP_PORTS && ref->protos != self->protos))
		return reader_fail(rd, name->tok.col,
				   "'%s' is an %s, which cannot stand here",
				   ref->name, object_kind_name(ref));
	if (object_contains(rd->cfg, ref, self))
		return reader_fail(rd, name->tok.col,
				   "'%s' would be a part of itself", self->name);
	to->kind = MEMBER_REF;
	to->ref = ref;
	return 0;
}

static int read_member(struct reader *rd, const struct args *args,
		       struct said *to)
{
	const struct arg *word = args_word(args, "object");

	memset(to, 0, sizeof(*to));
	to->n = 1;
	if (!word)
		word = args_word(args, "group-object");
	if (word)
		return read_ref(rd, args, word, &to->v[0]);
	if (args_word(args, "range") && rd->object->kind == OBJECT_NETWORK)
		return read_range(rd, args, &to->v[0]);
	switch (rd->object->kind) {
	case OBJECT_NETWORK:
	case GROUP_NETWORK:
		return read_net(rd, args, &to->v[0]);
	case GROUP_PORTS:
		to->v[0].kind = MEMBER_SERVICE;
		return read_ports(rd, behind(args, "port-object"), 0,
				  &to->v[0].service.dports);
	default:
		return read_service(rd, args, to);
	}
}

/* An object changed: do the lists that it stands in still make sense? */
static int check_users(struct reader *rd, size_t col)
{
	const struct acl_line *line;
	const char *wrong;
	struct acl *acl;

	if (!rd->object->uses)
		return 0;
	list_each(acl, &rd->cfg->acls, list) {
		if (!acl->nrefs)
			continue;
		list_each(line, &acl->lines, list) {
			wrong = acl_ports_wrong(rd->cfg, &line->key);
			if (wrong)
				return reader_fail(rd, col,
						   "access-list '%s' uses it: %s",
						   acl->name, wrong);
		}
	}
	if (config_acls_size(rd->cfg) <= ESMTP_MAX_ACES)
		return 0;
	return reader_fail(rd, col,
			   "more than %u lines in the access-lists of classes, with objects put in",
			   ESMTP_MAX_ACES);
}

/* An object is one thing: what is said later takes the place. */
static void clear(struct reader *rd)
{
	struct member *member;
	struct list *next;

	if (!object_is_group(rd->object))
		list_each_safe(member, next, &rd->object->members, list)
			object_member_del(rd->cfg, rd->object, member);
}

/**
 * do_member() - a line of an object or an object-group
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_member(struct reader *rd, const struct args *args)
{
	struct said said;
	bool skipped;
	u32 i;

	if (object_skip(rd, args, &skipped))
		return -1;
	if (skipped)
		return 0;
	if (read_member(rd, args, &said))
		return -1;
	clear(rd);
	for (i = 0; i < said.n; i++)
		if (!object_member_find(rd->object, &said.v[i]))
			object_member_add(rd->cfg, rd->object, &said.v[i]);
	return check_users(rd, args->v[0].tok.col);
}

/**
 * do_no_member() - such a line with "no"
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_member(struct reader *rd, const struct args *args)
{
	size_t col = args->v[1].tok.col;
	struct member *member;
	struct said said;
	u32 i;

	if (read_member(rd, args, &said))
		return -1;
	for (i = 0; i < said.n; i++) {
		member = object_member_find(rd->object, &said.v[i]);
		if (!member)
			return reader_fail(rd, col, "'%s' has no such member",
					   rd->object->name);
		object_member_del(rd->cfg, rd->object, member);
	}
	if (rd->object->uses && list_empty(&rd->object->members))
		return reader_fail(rd, col,
				   "'%s' is in use and would be empty",
				   rd->object->name);
	return 0;
}

/**
 * do_fqdn() - fqdn NAME in an object network
 * @rd: the reader
 * @args: the line
 *
 * Return: what reader_fail() returns; 0 if the line is passed over.
 */
int do_fqdn(struct reader *rd, const struct args *args)
{
	static const char why[] = "fqdn is not supported: its addresses change, and an access-list has fixed ones";

	if (!rd->lenient.on)
		return reader_fail(rd, args->v[0].tok.col, "%s", why);
	lenient_hole_add(rd, "object", rd->object->name,
			 strlen(rd->object->name), why);
	return lenient_pass(rd, args, PASSED_FOREIGN, why);
}
