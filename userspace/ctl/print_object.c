// SPDX-License-Identifier: GPL-2.0
/* The canonical text of objects and object-groups. */
#include "config.h"
#include "types.h"

/* As ASA has them: an object has "host" and "subnet", a group network-object. */
static void print_net(struct buf *out, const struct object *object,
		      const struct acl_net *net)
{
	bool v4 = net->family == ESMTP_AF_INET;
	u32 bits = type_mask_bits(&net->mask);
	bool host = bits == (v4 ? 32 : 128);

	buf_add(out, "%s", object->kind == GROUP_NETWORK ? " network-object" :
		host ? "" : " subnet");
	buf_add(out, host ? " host " : " ");
	config_print_addr(out, &net->addr, net->family);
	if (!host && !v4)
		buf_add(out, "/%u", bits);
	if (!host && v4) {
		buf_add(out, " ");
		config_print_addr(out, &net->mask, net->family);
	}
	buf_add(out, "\n");
}

static void print_range(struct buf *out, const struct acl_net *range)
{
	buf_add(out, " range ");
	config_print_addr(out, &range->addr, range->family);
	buf_add(out, " ");
	config_print_addr(out, &range->mask, range->family);
	buf_add(out, "\n");
}

static void print_service(struct buf *out, const struct object *object,
			  const struct service_spec *s)
{
	static const char *const words[OBJECT_KINDS] = {
		[OBJECT_SERVICE] = " service",
		[GROUP_SERVICE] = " service-object",
		[GROUP_PROTOCOL] = " protocol-object",
	};

	buf_add(out, "%s", words[object->kind]);
	config_print_proto(out, s->proto);
	if (s->sports.op != ACL_ANY)
		buf_add(out, " source");
	config_print_ports(out, &s->sports, s->proto);
	if (s->dports.op != ACL_ANY)
		buf_add(out, " destination");
	config_print_ports(out, &s->dports, s->proto);
	buf_add(out, "\n");
}

/* Names of ports are those of TCP, unless the group is of UDP alone. */
static void print_port_object(struct buf *out, const struct object *object,
			      const struct acl_ports *ports)
{
	const u32 tcp = 6, udp = 17;

	buf_add(out, " port-object");
	config_print_ports(out, ports, object->protos & PORTS_TCP ? tcp : udp);
	buf_add(out, "\n");
}

static void print_ref(struct buf *out, const struct object *object,
		      const struct object *ref)
{
	if (object_is_group(ref))
		buf_add(out, " group-object %s\n", ref->name);
	else
		buf_add(out, " %s object %s\n", object->kind == GROUP_NETWORK ?
			"network-object" : "service-object", ref->name);
}

static void print_member(struct buf *out, const struct object *object,
			 const struct member *member)
{
	switch ((enum member_kind)member->kind) {
	case MEMBER_NET:
		print_net(out, object, &member->net);
		break;
	case MEMBER_RANGE:
		print_range(out, &member->net);
		break;
	case MEMBER_SERVICE:
		if (object->kind == GROUP_PORTS)
			print_port_object(out, object, &member->service.dports);
		else
			print_service(out, object, &member->service);
		break;
	case MEMBER_REF:
		print_ref(out, object, member->ref);
		break;
	}
}

static void print_object(struct buf *out, const struct object *object)
{
	static const char *const protos[] = {
		"", " tcp", " udp", " tcp-udp",
	};
	const struct member *member;

	buf_add(out, "%s %s%s\n", object_kind_name(object), object->name,
		object->kind == GROUP_PORTS ? protos[object->protos] : "");
	list_each(member, &object->members, list)
		print_member(out, object, member);
	if (object->description)
		buf_add(out, " description %s\n", object->description);
}

/**
 * config_print_objects() - print objects and object-groups
 * @out: the text is added to it
 * @cfg: the configuration
 *
 * None comes before one that it refers to.
 */
void config_print_objects(struct buf *out, const struct config *cfg)
{
	const struct object *object;

	if (out->len && !list_empty(&cfg->objects))
		buf_add(out, "!\n");
	list_each(object, &cfg->objects, list)
		print_object(out, object);
}
