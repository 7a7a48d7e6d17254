// SPDX-License-Identifier: GPL-2.0
/* What answers are read with. */
#include "attr.h"

/**
 * attr_collect() - a callback of libmnl: note one attribute of a nest
 * @attr: the attribute
 * @table: struct attr_table
 *
 * Return: MNL_CB_OK, or MNL_CB_ERROR if it is not what it must be, or is there
 * a second time.
 */
int attr_collect(const struct nlattr *attr, void *table)
{
	const struct attr_table *t = table;
	u16 type = mnl_attr_get_type(attr);

	if (type > t->max)
		return MNL_CB_OK;
	if (t->tb[type] && !(t->many >> type & 1))
		return MNL_CB_ERROR;
	if (t->kind && t->kind[type] && mnl_attr_validate(attr, t->kind[type]) < 0)
		return MNL_CB_ERROR;
	t->tb[type] = attr;
	return MNL_CB_OK;
}

/**
 * attr_str() - a string
 * @attr: the attribute, or NULL
 *
 * Return: it, as long as the message lives, or NULL.
 */
const char *attr_str(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_str(attr) : NULL;
}

/**
 * attr_addr() - an address
 * @to: left alone if there is none
 * @attr: the attribute, or NULL
 */
void attr_addr(struct esmtp_addr *to, const struct nlattr *attr)
{
	if (attr && mnl_attr_get_payload_len(attr) == sizeof(to->b))
		memcpy(to->b, mnl_attr_get_payload(attr), sizeof(to->b));
}
