// SPDX-License-Identifier: GPL-2.0
/* Which rule of a policy the other end complains of. */
#include "model.h"

#include <linux/genetlink.h>
#include <linux/nf_esmtp.h>

/* Is byte @at of @nlh one of @attr's? */
static bool holds(const struct nlmsghdr *nlh, const struct nlattr *attr, u32 at)
{
	size_t from = (size_t)((const char *)attr - (const char *)nlh);

	return at >= from && at < from + mnl_attr_get_len(attr);
}

static bool find_rule(const struct nlmsghdr *nlh, const struct nlattr *map, u32 at, u32 *rule)
{
	const struct nlattr *attr;

	*rule = 0;
	mnl_attr_for_each_nested(attr, map) {
		if (mnl_attr_get_type(attr) != ESMTP_MAP_A_RULE)
			continue;
		if (holds(nlh, attr, at))
			return true;
		++*rule;
	}
	return false;
}

/**
 * esmtp_model_place() - the rule of an inspection map that an answer complains of
 * @nlh: the request, an ESMTP_CMD_POLICY_SET
 * @at: offset in it, as NLMSGERR_ATTR_OFFS says it; 0 if nothing was said
 * @place: set, if it is about a rule
 */
void esmtp_model_place(const struct nlmsghdr *nlh, u32 at, struct esmtp_rule_place *place)
{
	const struct nlattr *attr;

	place->found = false;
	place->map = 0;
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(attr) != ESMTP_A_MAP)
			continue;
		if (holds(nlh, attr, at)) {
			place->found = find_rule(nlh, attr, at, &place->rule);
			return;
		}
		place->map++;
	}
}
