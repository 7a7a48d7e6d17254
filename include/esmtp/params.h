/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which attribute or flag of netlink is which member of struct esmtp_params: params.def as
 * tables, for the one file of the kernel's side and the one of the tool that translate
 * them; and when an attribute of rule.def is sent.
 */
#ifndef _ESMTP_PARAMS_H
#define _ESMTP_PARAMS_H

#include <esmtp/policy.h>

enum { PARAM_LOG = 0x100 };		/* beside the action: "log" */

static const struct {
	u16 attr;
	u16 at;				/* offset of a struct esmtp_param */
} params[] = {
#define ESMTP_PARAM(NAME, member, ...) \
	{ ESMTP_MAP_A_##NAME, __builtin_offsetof(struct esmtp_params, member) },
#include <esmtp/params.def>
};

static const struct {
	u32 flag;
	u16 at;				/* offset of a u8 */
} flags[] = {
#define ESMTP_FLAG(NAME, member, ...) \
	{ ESMTP_MAP_F_##NAME, __builtin_offsetof(struct esmtp_params, member) },
#include <esmtp/params.def>
};

static const struct {
	u16 attr;
	u16 at;				/* offset of a u8 */
} values[] = {
#define ESMTP_VALUE(NAME, member, ...) \
	{ ESMTP_MAP_A_##NAME, __builtin_offsetof(struct esmtp_params, member) },
#include <esmtp/params.def>
};

#define RULE_SENT_ALWAYS(r, member) true
#define RULE_SENT_SET(r, member) ((r)->member != 0)
#define RULE_SENT_REGEX(r, member) (esmtp_criterion_arg((r)->crit) == ESMTP_ARG_REGEX)

#endif /* _ESMTP_PARAMS_H */
