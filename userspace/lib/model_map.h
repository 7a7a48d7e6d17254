/* SPDX-License-Identifier: GPL-2.0 */
/* Inspection maps and regular expressions as netlink attributes. */
#ifndef _ESMTP_MODEL_MAP_H
#define _ESMTP_MODEL_MAP_H

#include <libmnl/libmnl.h>

#include <esmtp/policy.h>

struct esmtp_message;

/* model_map.c */
void esmtp_put_map(struct esmtp_message *msg, const struct esmtp_map *m);
void esmtp_put_regex(struct esmtp_message *msg, const struct esmtp_policy *p,
		     const struct esmtp_regex *r);
int esmtp_get_map(struct esmtp_map *m, const struct nlattr *attr,
		  const struct nlattr **tb);

/* model_get.c */
enum { MODEL_ATTRS = 16 };		/* the most that an object has */

u32 esmtp_get_num(const struct nlattr *attr);
void esmtp_get_name(char *to, size_t size, const struct nlattr *attr);

#endif /* _ESMTP_MODEL_MAP_H */
