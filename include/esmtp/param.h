/* SPDX-License-Identifier: GPL-2.0 */
/*
 * params.def as a table: what a parameter of an inspection map is called, where it is kept and
 * what it may be.
 */
#ifndef _ESMTP_PARAM_H
#define _ESMTP_PARAM_H

#include <esmtp/policy.h>

/* The parameters and parts of such, in the order of params.def. */
enum esmtp_param_index {
#define ESMTP_PARAM(NAME, member, ...) ESMTP_P_##NAME,
#define ESMTP_VALUE(NAME, member, ...) ESMTP_P_##NAME,
#define ESMTP_FLAG(NAME, member, ...) ESMTP_P_##NAME,
#include <esmtp/params.def>
	ESMTP_P_MAX
};

enum esmtp_param_kind {
	ESMTP_P_KIND_ACTION,		/* a struct esmtp_param */
	ESMTP_P_KIND_VALUE,		/* a u8 */
	ESMTP_P_KIND_FLAG,		/* a u8, 0 or 1 */
	ESMTP_P_KIND_PART,		/* such a one, of the parameter before it */
};

/**
 * struct esmtp_param_row - a line of params.def
 * @word: what it begins with; "" of a part
 * @mark: what else says that it is on, and of an action what stands before that; may be ""
 * @bad: what is wrong with a value that it can't have
 * @name: of a value: the word of each but 0
 * @acts: of an action: those it may have, as bits of enum esmtp_action
 * @at: offset in struct esmtp_params
 * @domain: of an action: offset of the domain that it is about, or 0
 * @idle: of an action: what is done without the parameter, or ESMTP_ACT_MAX
 * @max: of the others: its values are below
 * @kind: enum esmtp_param_kind
 */
struct esmtp_param_row {
	const char *word;
	const char *mark;
	const char *bad;
	const char *(*name)(u32 value);
	u32 acts;
	u16 at;
	u16 domain;
	u8 idle;
	u8 max;
	u8 kind;
};

extern const struct esmtp_param_row esmtp_param_rows[ESMTP_P_MAX];

const char *esmtp_params_check(const struct esmtp_params *p);

#endif /* _ESMTP_PARAM_H */
