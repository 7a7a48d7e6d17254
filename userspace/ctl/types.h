/* SPDX-License-Identifier: GPL-2.0 */
/* What the placeholders of the grammar stand for: one word becomes a value. */
#ifndef _CTL_TYPES_H
#define _CTL_TYPES_H

#include <esmtp/policy.h>

#include "lexer.h"

/* In the order in which a word is tried: what is listed first wins. */
enum type {
	TYPE_MASK,
	TYPE_PREFIX,
	TYPE_ADDR4,
	TYPE_ADDR,
	TYPE_HOST,
	TYPE_LINE,
	TYPE_COUNT,
	TYPE_LIMIT,
	TYPE_PROTO,
	TYPE_PORT,
	TYPE_IFPAIR,
	TYPE_DOMAIN,
	TYPE_IFNAME,
	TYPE_NAME,
	TYPE_INPUT,
	TYPE_FILE,
	TYPE_SAY,
	TYPE_REGEX,
	TYPE_TEXT,
	TYPE_MAX
};

/**
 * struct value - what a word means
 * @addr: address, or base of a network
 * @mask: netmask
 * @family: ESMTP_AF_INET or ESMTP_AF_INET6
 * @num: number, port or protocol
 */
struct value {
	struct esmtp_addr addr;
	struct esmtp_addr mask;
	u8 family;
	u32 num;
};

/**
 * struct type_info - a kind of placeholder
 * @name: as the grammar spells it, without < >
 * @what: for "expected ..."
 * @parse: does the word fit? fills in the value
 */
struct type_info {
	const char *name;
	const char *what;
	bool (*parse)(const struct token *t, struct value *v);
};

extern const struct type_info types[TYPE_MAX];

enum type type_find(const char *name, size_t len);
const char *type_port_name(u32 proto, u32 port);
const char *type_proto_name(u32 proto);
void type_mask_fill(struct esmtp_addr *mask, u32 bits);
bool type_addr_masked(const struct esmtp_addr *addr,
		      const struct esmtp_addr *mask);
u32 type_mask_bits(const struct esmtp_addr *mask);

#endif /* _CTL_TYPES_H */
