/* SPDX-License-Identifier: GPL-2.0 */
/* Attributes of a nest that the kernel sent, collected by type, and their values. */
#ifndef _ESMTP_ATTR_H
#define _ESMTP_ATTR_H

#include <string.h>

#include <esmtp/policy.h>
#include <libmnl/libmnl.h>

/**
 * struct attr_table - where attr_collect() puts attributes
 * @tb: by type, @max + 1 of them, NULL for those that are absent
 * @kind: what each must be; MNL_TYPE_UNSPEC is not looked at; NULL for nothing
 * @many: those that may come several times, as bits; any other may not
 * @max: the last type known; later ones are passed over
 */
struct attr_table {
	const struct nlattr **tb;
	const enum mnl_attr_data_type *kind;
	u64 many;
	u16 max;
};

int attr_collect(const struct nlattr *attr, void *table);
const char *attr_str(const struct nlattr *attr);
void attr_addr(struct esmtp_addr *to, const struct nlattr *attr);

/* An absent number is 0. */
static inline u64 attr_u64(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u64(attr) : 0;
}

static inline u32 attr_u32(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u32(attr) : 0;
}

static inline u16 attr_u16(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u16(attr) : 0;
}

static inline u8 attr_u8(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u8(attr) : 0;
}

#endif /* _ESMTP_ATTR_H */
