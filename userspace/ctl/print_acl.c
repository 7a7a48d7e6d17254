// SPDX-License-Identifier: GPL-2.0
/* The canonical text of access-lists. */
#include "config.h"
#include "types.h"

#include <arpa/inet.h>

/**
 * config_print_addr() - print an address
 * @out: the text is added to it
 * @addr: the address
 * @family: its family
 */
void config_print_addr(struct buf *out, const struct esmtp_addr *addr, u8 family)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(family == ESMTP_AF_INET ? AF_INET : AF_INET6, addr->b, text,
		  sizeof(text));
	buf_add(out, "%s", text);
}

static void print_net(struct buf *out, const struct acl_net *net)
{
	u32 bits = type_mask_bits(&net->mask);

	if (!bits) {
		buf_add(out, net->family == ESMTP_AF_ANY ? " any" :
			net->family == ESMTP_AF_INET ? " any4" : " any6");
		return;
	}
	if (bits == (net->family == ESMTP_AF_INET ? 32 : 128)) {
		buf_add(out, " host ");
		config_print_addr(out, &net->addr, net->family);
		return;
	}
	buf_add(out, " ");
	config_print_addr(out, &net->addr, net->family);
	if (net->family == ESMTP_AF_INET6) {
		buf_add(out, "/%u", bits);
		return;
	}
	buf_add(out, " ");
	config_print_addr(out, &net->mask, net->family);
}

/**
 * config_print_port() - print a port with a blank before it
 * @out: the text is added to it
 * @proto: IP protocol
 * @port: the port
 */
void config_print_port(struct buf *out, u32 proto, u32 port)
{
	const char *name = type_port_name(proto, port);

	if (name)
		buf_add(out, " %s", name);
	else
		buf_add(out, " %u", port);
}

/**
 * config_print_ports() - print a condition on ports with a blank before it
 * @out: the text is added to it
 * @ports: the condition; nothing is printed for any port
 * @proto: IP protocol
 */
void config_print_ports(struct buf *out, const struct acl_ports *ports,
			u32 proto)
{
	static const char *const words[] = {
		[ACL_EQ] = " eq", [ACL_NEQ] = " neq", [ACL_LT] = " lt",
		[ACL_GT] = " gt", [ACL_RANGE] = " range",
	};

	if (ports->op == ACL_ANY)
		return;
	buf_add(out, "%s", words[ports->op]);
	config_print_port(out, proto, ports->lo);
	if (ports->op == ACL_RANGE)
		config_print_port(out, proto, ports->hi);
}

/**
 * config_print_proto() - print an IP protocol with a blank before it
 * @out: the text is added to it
 * @proto: its number
 */
void config_print_proto(struct buf *out, u32 proto)
{
	const char *name = type_proto_name(proto);

	if (name)
		buf_add(out, " %s", name);
	else
		buf_add(out, " %u", proto);
}

/* Does an object stand in this place? Print it then. */
static bool print_object(struct buf *out, const struct object *object)
{
	if (object)
		buf_add(out, " %s %s",
			object_is_group(object) ? "object-group" : "object",
			object->name);
	return object;
}

/**
 * config_print_ace() - print what a line says, from its kind of list on
 * @key: what it says, no remark
 * @out: the text is added to it
 */
void config_print_ace(const struct acl_key *key, struct buf *out)
{
	buf_add(out, " %s %s", key->standard ? "standard" : "extended",
		key->permit ? "permit" : "deny");
	if (!key->standard) {
		if (!print_object(out, key->object[ACL_SERVICE]))
			config_print_proto(out, key->proto);
		if (!print_object(out, key->object[ACL_SRC]))
			print_net(out, &key->src);
	}
	if (!print_object(out, key->object[ACL_SPORTS]))
		config_print_ports(out, &key->sports, key->proto);
	if (!print_object(out, key->object[ACL_DST]))
		print_net(out, &key->dst);
	if (!print_object(out, key->object[ACL_DPORTS]))
		config_print_ports(out, &key->dports, key->proto);
}

/**
 * config_print_line() - print what follows the name of a list
 * @line: the line
 * @out: the text is added to it, without LF
 */
void config_print_line(const struct acl_line *line, struct buf *out)
{
	if (line->remark) {
		buf_add(out, " remark %s", line->remark);
		return;
	}
	config_print_ace(&line->key, out);
	buf_add(out, "%s%s", line->log ? " log" : "",
		line->inactive ? " inactive" : "");
}

static void separate(struct buf *out)
{
	if (out->len)
		buf_add(out, "!\n");
}

/**
 * config_print_acls() - print the access-lists
 * @out: the text is added to it
 * @cfg: the configuration
 */
void config_print_acls(struct buf *out, const struct config *cfg)
{
	const struct acl_line *line;
	const struct acl *acl;

	if (!list_empty(&cfg->acls))
		separate(out);
	list_each(acl, &cfg->acls, list) {
		list_each(line, &acl->lines, list) {
			buf_add(out, "access-list %s", acl->name);
			config_print_line(line, out);
			buf_add(out, "\n");
		}
	}
}
