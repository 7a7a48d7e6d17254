// SPDX-License-Identifier: GPL-2.0
/*
 * Objects and groups of them. Members refer to others by pointer, never in a
 * circle, and each object stands behind those that it refers to: so they can be
 * printed as they come, and freed from the last to the first.
 */
#include "config.h"

#include <netinet/in.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct object *)a)->name,
		      ((const struct object *)b)->name);
}

/**
 * config_object_find() - find an object or a group
 * @cfg: the configuration
 * @name: its name, up to 64 characters
 *
 * Return: the object, or NULL.
 */
struct object *config_object_find(struct config *cfg, const char *name)
{
	struct object **found, like;

	memcpy(like.name, name, strlen(name) + 1);
	found = tfind(&like, &cfg->object_names, by_name);
	return found ? *found : NULL;
}

/**
 * config_object_add() - add an object or a group
 * @cfg: the configuration
 * @name: its name, up to 64 characters; no other object has it
 * @kind: enum object_kind
 *
 * Return: the object, without members.
 */
struct object *config_object_add(struct config *cfg, const char *name, u8 kind)
{
	struct object *object = mem_alloc(sizeof(*object));

	memcpy(object->name, name, strlen(name) + 1);
	object->kind = kind;
	list_init(&object->members);
	list_add(&cfg->objects, &object->list);
	tsearch(object, &cfg->object_names, by_name);
	cfg->nobjects++;
	return object;
}

/**
 * config_object_del() - remove an object or a group with its members
 * @cfg: the configuration
 * @object: the object, not in use
 */
void config_object_del(struct config *cfg, struct object *object)
{
	struct member *member;
	struct list *next;

	list_each_safe(member, next, &object->members, list)
		object_member_del(cfg, object, member);
	list_del(&object->list);
	tdelete(object, &cfg->object_names, by_name);
	cfg->nobjects--;
	free(object->description);
	free(object);
}

/**
 * config_objects_free() - remove all objects
 * @cfg: the configuration, without access-lists
 */
void config_objects_free(struct config *cfg)
{
	struct object *last;

	while ((last = list_last(&cfg->objects, struct object, list)))
		config_object_del(cfg, last);
}

/**
 * object_member_find() - find what an object has
 * @object: the object
 * @like: what is looked for
 *
 * Return: the member that says the same, or NULL.
 */
struct member *object_member_find(const struct object *object,
				  const struct member *like)
{
	struct member *member;

	list_each(member, &object->members, list)
		if (member->kind == like->kind && member->ref == like->ref &&
		    !memcmp(&member->net, &like->net, sizeof(like->net)) &&
		    !memcmp(&member->service, &like->service,
			    sizeof(like->service)))
			break;
	return member;
}

static bool behind(const struct config *cfg, const struct object *first,
		   const struct object *other)
{
	const struct list *at;

	for (at = first->list.next; at != &cfg->objects; at = at->next)
		if (at == &other->list)
			return true;
	return false;
}

/* Put @ref and all that it refers to in front of @object. */
static void pull(struct config *cfg, struct object *object, struct object *ref)
{
	struct member *member;

	if (!behind(cfg, object, ref))
		return;
	list_each(member, &ref->members, list)
		if (member->ref)
			pull(cfg, object, member->ref);
	list_del(&ref->list);
	list_add(&object->list, &ref->list);
}

/**
 * object_member_add() - add a member
 * @cfg: the configuration
 * @object: the object, which is not part of what is added
 * @member: what is added, copied
 */
void object_member_add(struct config *cfg, struct object *object,
		       const struct member *member)
{
	struct member *copy = mem_alloc(sizeof(*copy));

	*copy = *member;
	list_add(&object->members, &copy->list);
	cfg->object_epoch++;
	if (!copy->ref)
		return;
	copy->ref->uses++;
	pull(cfg, object, copy->ref);
}

/**
 * object_member_del() - remove a member
 * @cfg: the configuration
 * @object: the object
 * @member: its member
 */
void object_member_del(struct config *cfg, struct object *object,
		       struct member *member)
{
	(void)object;
	list_del(&member->list);
	cfg->object_epoch++;
	if (member->ref)
		member->ref->uses--;
	free(member);
}

static bool contains(struct config *cfg, struct object *object,
		     const struct object *other)
{
	struct member *member;

	if (object == other)
		return true;
	if (object->seen == cfg->object_walks)
		return false;
	object->seen = cfg->object_walks;
	list_each(member, &object->members, list)
		if (member->ref && contains(cfg, member->ref, other))
			return true;
	return false;
}

/**
 * object_contains() - is an object part of another one, or the same?
 * @cfg: the configuration
 * @object: the one that may contain it
 * @other: the part
 *
 * Return: true if it is.
 */
bool object_contains(struct config *cfg, struct object *object,
		     const struct object *other)
{
	cfg->object_walks++;
	return contains(cfg, object, other);
}

static u32 member_size(struct config *cfg, const struct member *member)
{
	switch ((enum member_kind)member->kind) {
	case MEMBER_RANGE:
		return cidr_count(&member->net);
	case MEMBER_REF:
		return object_size(cfg, member->ref);
	case MEMBER_NET:
	case MEMBER_SERVICE:
		break;
	}
	return 1;
}

/**
 * object_proto() - an IP protocol as a set
 * @proto: its number
 *
 * Return: one of PORTS_*.
 */
u8 object_proto(u32 proto)
{
	return proto == IPPROTO_TCP ? PORTS_TCP :
	       proto == IPPROTO_UDP ? PORTS_UDP : PORTS_OTHER;
}

/**
 * object_size() - how many networks or services does an object stand for?
 * @cfg: the configuration
 * @object: the object
 *
 * Counted once and kept until an object changes, so that groups of groups cost
 * no more than their members.
 *
 * Return: their number, at most ESMTP_MAX_ACES + 1 for more than that.
 */
u32 object_size(struct config *cfg, struct object *object)
{
	const struct member *member;
	u32 n = 0;

	if (object->epoch == cfg->object_epoch)
		return object->size;
	if (object->kind == GROUP_PROTOCOL)
		object->protos = 0;
	list_each(member, &object->members, list) {
		n += member_size(cfg, member);
		if (n > ESMTP_MAX_ACES)
			n = ESMTP_MAX_ACES + 1;
		if (object->kind == GROUP_PROTOCOL)
			object->protos |= member->ref ? member->ref->protos :
				object_proto(member->service.proto);
	}
	object->epoch = cfg->object_epoch;
	object->size = n;
	return n;
}

/**
 * object_is_group() - is it an object-group?
 * @object: the object
 *
 * Return: false if it is an object.
 */
bool object_is_group(const struct object *object)
{
	return object->kind != OBJECT_NETWORK && object->kind != OBJECT_SERVICE;
}

/**
 * object_kind_name() - how the line that defines an object begins
 * @object: the object
 *
 * Return: "object network" and so on.
 */
const char *object_kind_name(const struct object *object)
{
	static const char *const names[OBJECT_KINDS] = {
		[OBJECT_NETWORK] = "object network",
		[OBJECT_SERVICE] = "object service",
		[GROUP_NETWORK] = "object-group network",
		[GROUP_SERVICE] = "object-group service",
		[GROUP_PORTS] = "object-group service",
		[GROUP_PROTOCOL] = "object-group protocol",
	};

	return names[object->kind];
}
