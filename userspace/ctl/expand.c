// SPDX-License-Identifier: GPL-2.0
/*
 * A line of an access-list to what the kernel runs: where objects stand in it,
 * one line for each combination of what they stand for.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

/* What one place of a line stands for. */
struct nets {
	struct acl_net *v;
	u32 n;
};

struct services {
	struct service_spec *v;
	u32 n;
};

static void add_nets(const struct object *object, struct nets *to)
{
	const struct member *member;

	list_each(member, &object->members, list) {
		if (member->kind == MEMBER_REF)
			add_nets(member->ref, to);
		else if (member->kind == MEMBER_RANGE)
			to->n += cidr_split(&member->net, &to->v[to->n]);
		else
			to->v[to->n++] = member->net;
	}
}

static void add_services(const struct object *object, struct services *to)
{
	const struct member *member;

	list_each(member, &object->members, list) {
		if (member->kind == MEMBER_REF)
			add_services(member->ref, to);
		else
			to->v[to->n++] = member->service;
	}
}

/* Sizes are of this moment: a line is expanded after it was measured. */
static void place_nets(struct object *object, const struct acl_net *self,
		       struct nets *to)
{
	to->v = mem_array(object ? object->size : 1, sizeof(*to->v));
	to->n = 0;
	if (object)
		add_nets(object, to);
	else
		to->v[to->n++] = *self;
}

static void place_services(struct object *object,
			   const struct service_spec *self, struct services *to)
{
	to->v = mem_array(object ? object->size : 1, sizeof(*to->v));
	to->n = 0;
	if (object)
		add_services(object, to);
	else
		to->v[to->n++] = *self;
}

/* Each protocol with each of the source and destination ports of the line. */
static void combine(const struct acl_key *key, struct services *to)
{
	struct service_spec self = { .sports = key->sports,
				     .dports = key->dports,
				     .proto = key->proto };
	struct services base, from, dest;
	u32 i, j, k;

	place_services(key->object[ACL_SERVICE], &self, &base);
	place_services(key->object[ACL_SPORTS], &self, &from);
	place_services(key->object[ACL_DPORTS], &self, &dest);
	to->v = mem_array((size_t)base.n * from.n * dest.n, sizeof(*to->v));
	to->n = 0;
	for (i = 0; i < base.n; i++)
		for (j = 0; j < from.n; j++)
			for (k = 0; k < dest.n; k++) {
				to->v[to->n] = base.v[i];
				if (key->object[ACL_SPORTS])
					to->v[to->n].sports = from.v[j].dports;
				else if (key->sports.op != ACL_ANY)
					to->v[to->n].sports = key->sports;
				if (key->object[ACL_DPORTS])
					to->v[to->n].dports = dest.v[k].dports;
				else if (key->dports.op != ACL_ANY)
					to->v[to->n].dports = key->dports;
				to->n++;
			}
	free(base.v);
	free(from.v);
	free(dest.v);
}

/* No connection goes from one address family to the other. */
static bool families_meet(const struct acl_net *a, const struct acl_net *b)
{
	return a->family == ESMTP_AF_ANY || b->family == ESMTP_AF_ANY ||
	       a->family == b->family;
}

/**
 * acl_line_each() - go through what a line stands for
 * @line: the line, no remark; acl_line_size() was asked since objects changed
 * @fn: called with each line in which nothing but addresses and ports stands
 * @ctx: for @fn
 */
void acl_line_each(const struct acl_line *line,
		   void (*fn)(const struct acl_key *key, void *ctx), void *ctx)
{
	struct acl_key key = line->key;
	struct services services;
	struct nets src, dst;
	u32 i, j, k;

	place_nets(key.object[ACL_SRC], &key.src, &src);
	place_nets(key.object[ACL_DST], &key.dst, &dst);
	combine(&key, &services);
	memset(key.object, 0, sizeof(key.object));
	for (i = 0; i < services.n; i++)
		for (j = 0; j < src.n; j++)
			for (k = 0; k < dst.n; k++) {
				key.proto = services.v[i].proto;
				key.sports = services.v[i].sports;
				key.dports = services.v[i].dports;
				key.src = src.v[j];
				key.dst = dst.v[k];
				if (families_meet(&key.src, &key.dst))
					fn(&key, ctx);
			}
	free(src.v);
	free(dst.v);
	free(services.v);
}

/* Protocols of a line as a set of PORTS_*, with another bit for all others. */
static u32 line_protos(struct config *cfg, const struct acl_key *key)
{
	struct object *object = key->object[ACL_SERVICE];

	if (!object)
		return object_proto(key->proto);
	if (object->kind != GROUP_PROTOCOL)
		return PORTS_OTHER;
	object_size(cfg, object);
	return object->protos;
}

/**
 * acl_ports_wrong() - may the ports of a line stand beside its protocol?
 * @cfg: the configuration
 * @key: the line, or what of it was read yet
 *
 * Return: NULL if they may or there are none, else why not.
 */
const char *acl_ports_wrong(struct config *cfg, const struct acl_key *key)
{
	const struct object *from = key->object[ACL_SPORTS];
	const struct object *to = key->object[ACL_DPORTS];
	u32 protos;

	if (!from && !to && key->sports.op == ACL_ANY &&
	    key->dports.op == ACL_ANY)
		return NULL;
	protos = line_protos(cfg, key);
	if (protos & PORTS_OTHER)
		return "ports need tcp or udp";
	if ((from && protos & ~from->protos) || (to && protos & ~to->protos))
		return "the object-group has ports of another protocol";
	return NULL;
}

/**
 * acl_line_size() - how many lines does a line stand for at most?
 * @cfg: the configuration
 * @line: the line, no remark
 *
 * Return: their number, ESMTP_MAX_ACES + 1 for more than that.
 */
u32 acl_line_size(struct config *cfg, const struct acl_line *line)
{
	u64 n = 1;
	u32 i;

	for (i = 0; i < ACL_PLACES; i++) {
		if (line->key.object[i])
			n *= object_size(cfg, line->key.object[i]);
		if (n > ESMTP_MAX_ACES)
			return ESMTP_MAX_ACES + 1;
	}
	return (u32)n;
}
