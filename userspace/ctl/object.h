/* SPDX-License-Identifier: GPL-2.0 */
/*
 * object and object-group: names for addresses and services. They are the
 * configuration's own: the kernel gets access-lists in which what they stand for
 * was put in their place, and keeps them as part of the text.
 */
#ifndef _CTL_OBJECT_H
#define _CTL_OBJECT_H

#include "acl.h"

enum object_kind {
	OBJECT_NETWORK,			/* object network: one member */
	OBJECT_SERVICE,			/* object service: one member */
	GROUP_NETWORK,
	GROUP_SERVICE,			/* of protocols with their ports */
	GROUP_PORTS,			/* object-group service NAME tcp|udp|tcp-udp */
	GROUP_PROTOCOL,
	OBJECT_KINDS
};

enum member_kind {
	MEMBER_NET,			/* host, subnet */
	MEMBER_RANGE,			/* addresses from one to another */
	MEMBER_SERVICE,			/* a protocol and ports */
	MEMBER_REF,			/* an object or a group */
};

/* Protocols that have ports, as a set, and those that have none. */
enum { PORTS_TCP = 1, PORTS_UDP = 2, PORTS_OTHER = 4 };

/**
 * struct service_spec - a protocol and its ports
 * @sports: source ports
 * @dports: destination ports, and those of a GROUP_PORTS
 * @proto: IP protocol, 0 for "ip" and in a GROUP_PORTS
 * @pad: zero: these are compared as bytes
 */
struct service_spec {
	struct acl_ports sports, dports;
	u8 proto;
	u8 pad;
};

/**
 * struct member - what stands in an object
 * @list: place among the members
 * @ref: for MEMBER_REF
 * @net: for MEMBER_NET; for MEMBER_RANGE @net.addr is the first address and
 *	@net.mask the last one
 * @service: for MEMBER_SERVICE
 * @kind: enum member_kind
 */
struct member {
	struct list list;
	struct object *ref;
	struct acl_net net;
	struct service_spec service;
	u8 kind;
};

/**
 * struct object - an object or a group of them
 * @list: place among the objects
 * @name: its name; objects and groups share their names
 * @description: text, or NULL
 * @members: what it stands for
 * @kind: enum object_kind
 * @protos: for GROUP_PORTS, and as of @epoch for GROUP_PROTOCOL: set of PORTS_*
 * @uses: members and lines of access-lists that refer to it
 * @size: entries that it stands for, as of @epoch
 * @epoch: value of the configuration's object_epoch
 * @seen: walk in which it was last come by
 */
struct object {
	struct list list;
	char name[ESMTP_NAME_LEN];
	char *description;
	struct list members;
	u8 kind;
	u8 protos;
	u32 uses;
	u32 size;
	u32 epoch;
	u32 seen;
};

/* object.c */
struct object *config_object_find(struct config *cfg, const char *name);
struct object *config_object_add(struct config *cfg, const char *name, u8 kind);
void config_object_del(struct config *cfg, struct object *object);
void config_objects_free(struct config *cfg);
struct member *object_member_find(const struct object *object,
				  const struct member *like);
void object_member_add(struct config *cfg, struct object *object,
		       const struct member *member);
void object_member_del(struct config *cfg, struct object *object,
		       struct member *member);
bool object_contains(struct config *cfg, struct object *object,
		     const struct object *other);
u8 object_proto(u32 proto);
u32 object_size(struct config *cfg, struct object *object);
bool object_is_group(const struct object *object);
const char *object_kind_name(const struct object *object);

/* cidr.c: a range of addresses as networks */
u32 cidr_count(const struct acl_net *range);
u32 cidr_split(const struct acl_net *range, struct acl_net *to);

#endif /* _CTL_OBJECT_H */
