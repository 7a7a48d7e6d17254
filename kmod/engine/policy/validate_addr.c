// SPDX-License-Identifier: GPL-2.0
/*
 * What the parts of a policy that hold addresses have to be.
 */
#include "validate_addr.h"

enum {
	PROTO_TCP = 6,
	PROTO_UDP = 17,
};

static bool is_prefix_mask(const struct esmtp_addr *mask)
{
	bool ended = false;
	u8 inverse;
	u32 i;

	for (i = 0; i < sizeof(mask->b); i++) {
		inverse = (u8)~mask->b[i];
		if (ended ? mask->b[i] : inverse & (inverse + 1))
			return false;
		if (inverse)
			ended = true;
	}
	return true;
}

/* Bytes of an address that its family has. */
static u32 get_family_len(u8 family)
{
	switch (family) {
	case ESMTP_AF_INET:
		return 4;
	case ESMTP_AF_INET6:
		return sizeof(struct esmtp_addr);
	default:
		return 0;
	}
}

static const char *check_net(const struct esmtp_addr *net,
			     const struct esmtp_addr *mask, u8 family)
{
	u32 i;

	if (!is_prefix_mask(mask))
		return "a netmask must be ones followed by zeros";
	for (i = 0; i < sizeof(net->b); i++) {
		if (net->b[i] & ~mask->b[i])
			return "an address has bits outside its netmask";
		if (i >= get_family_len(family) && mask->b[i])
			return "a netmask is longer than its address family";
	}
	return NULL;
}

static const char *check_ports(const struct esmtp_ports *ports, u8 proto)
{
	if (ports->op >= ESMTP_PORT_OP_MAX)
		return "unknown operator of ports";
	if (ports->op != ESMTP_PORT_ANY && proto != PROTO_TCP &&
	    proto != PROTO_UDP)
		return "ports need tcp or udp";
	if (ports->op == ESMTP_PORT_RANGE && ports->lo > ports->hi)
		return "a range of ports must ascend";
	return NULL;
}

/**
 * esmtp_ace_validate() - is a line of an access-list well formed?
 * @ace: the line
 *
 * Context: any.
 * Return: NULL, or what is wrong as a lower-case clause.
 */
const char *esmtp_ace_validate(const struct esmtp_ace *ace)
{
	const char *err;

	if (ace->family != ESMTP_AF_ANY && !get_family_len(ace->family))
		return "unknown address family";
	if (ace->permit > 1 || ace->inactive > 1)
		return "a line of an access-list permits or denies";
	err = check_net(&ace->src, &ace->smask, ace->family);
	if (!err)
		err = check_net(&ace->dst, &ace->dmask, ace->family);
	if (!err)
		err = check_ports(&ace->sports, ace->proto);
	if (!err)
		err = check_ports(&ace->dports, ace->proto);
	return err;
}

/**
 * esmtp_limit_validate() - is a connection limit well formed?
 * @l: the limit
 *
 * Context: any.
 * Return: NULL, or what is wrong as a lower-case clause.
 */
const char *esmtp_limit_validate(const struct esmtp_limit *l)
{
	u32 i;

	if (!get_family_len(l->family))
		return "a connection limit needs an address family";
	for (i = get_family_len(l->family); i < sizeof(l->host.b); i++)
		if (l->host.b[i])
			return "a host is longer than its address family";
	return NULL;
}
