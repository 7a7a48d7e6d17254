// SPDX-License-Identifier: GPL-2.0
/*
 * The commands that change something. ESMTP_CMD_POLICY_SET makes a policy of a
 * message: it is read twice, once to count and once to fill in; then the policy
 * is checked as a whole and put in force, or nothing has changed.
 */
#include <linux/err.h>

#include "net.h"
#include "netlink.h"

enum { SOURCE_MAX = 1 << 24 };		/* bytes of configuration text */

/* One attribute of each kind of object, and settings once. */
static const u32 bounds[ESMTP_A_SET_MAX + 1] = {
	[ESMTP_A_GENERATION] = 1,
	[ESMTP_A_SOURCE] = U32_MAX,
	[ESMTP_A_SETTINGS] = 1,
	[ESMTP_A_MAP] = ESMTP_MAX_MAPS,
	[ESMTP_A_ACL] = ESMTP_MAX_ACLS,
	[ESMTP_A_ACE] = ESMTP_MAX_ACES,
	[ESMTP_A_CLASS] = ESMTP_MAX_CLASSES,
	[ESMTP_A_PMAP] = ESMTP_MAX_PMAPS,
	[ESMTP_A_BIND] = ESMTP_MAX_BINDS,
	[ESMTP_A_SERVICE] = ESMTP_MAX_SERVICES,
	[ESMTP_A_LIMIT] = ESMTP_MAX_LIMITS,
	[ESMTP_A_REGEX] = 4 * ESMTP_MAX_REGEXES,	/* long ones come in pieces */
};

static int refuse(const struct genl_info *info, struct nlattr *attr,
		  const char *why)
{
	info->extack->_msg = why;
	NL_SET_BAD_ATTR(info->extack, attr);
	return -E2BIG;
}

static int count_regex(struct esmtp_policy *p, const struct genl_info *info,
		       struct nlattr *attr)
{
	const struct nlattr *cells = nla_find_nested(attr, ESMTP_REGEX_A_CELLS);
	bool head = nla_find_nested(attr, ESMTP_REGEX_A_NAME);

	if (!head && !p->nregexes)
		return refuse(info, attr, "cells belong to no regular expression");
	if (head && p->nregexes == ESMTP_MAX_REGEXES)
		return refuse(info, attr, "too many objects of a kind");
	p->nregexes += head;
	if (cells)
		p->ncells += nla_len(cells) / sizeof(u16);
	if (p->ncells > ESMTP_MAX_CELLS)
		return refuse(info, attr, "the regular expressions are too large");
	return 0;
}

static int count(struct esmtp_kpolicy *kp, const struct genl_info *info)
{
	u32 n[ESMTP_A_SET_MAX + 1] = { 0 };
	struct nlattr *attr;
	int err = 0, rem;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (n[nla_type(attr)]++ >= bounds[nla_type(attr)])
			return refuse(info, attr, "too many objects of a kind");
		if (nla_type(attr) == ESMTP_A_SOURCE)
			kp->source_len += nla_len(attr);
		if (kp->source_len > SOURCE_MAX)
			return refuse(info, attr,
				      "configuration text is longer than 16 MiB");
		if (nla_type(attr) == ESMTP_A_REGEX)
			err = count_regex(&kp->p, info, attr);
		if (err)
			return err;
	}
	kp->p.nmaps = n[ESMTP_A_MAP];
	kp->p.nacls = n[ESMTP_A_ACL];
	kp->p.naces = n[ESMTP_A_ACE];
	kp->p.nclasses = n[ESMTP_A_CLASS];
	kp->p.npmaps = n[ESMTP_A_PMAP];
	kp->p.nbinds = n[ESMTP_A_BIND];
	kp->p.nservices = n[ESMTP_A_SERVICE];
	kp->p.nlimits = n[ESMTP_A_LIMIT];
	return 0;
}

static int fill(struct esmtp_kpolicy *kp, const struct genl_info *info)
{
	struct esmtp_fill f = { .p = &kp->p, .extack = info->extack };
	struct nlattr *attr;
	u32 at = 0;
	int err, rem;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		err = esmtp_fill_object(&f, attr);
		if (err)
			return err;
		if (nla_type(attr) == ESMTP_A_SOURCE) {
			memcpy(kp->source + at, nla_data(attr), nla_len(attr));
			at += nla_len(attr);
		}
	}
	return 0;
}

static int parse(struct esmtp_kpolicy *kp, const struct genl_info *info)
{
	int err = count(kp, info);

	if (err)
		return err;
	if (esmtp_kpolicy_reserve(kp)) {
		NL_SET_ERR_MSG(info->extack, "not enough memory for the policy");
		return -ENOMEM;
	}
	return fill(kp, info);
}

/**
 * esmtp_netlink_set() - ESMTP_CMD_POLICY_SET
 * @skb: the request
 * @info: its attributes, which @esmtp_set_policy has accepted
 *
 * Context: process context, under the family's lock.
 * Return: 0 or an error, see esmtp_net_replace().
 */
int esmtp_netlink_set(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *generation = info->attrs[ESMTP_A_GENERATION];
	struct esmtp_kpolicy *kp = esmtp_kpolicy_alloc();
	u32 expect = generation ? nla_get_u32(generation) : 0;
	int err;

	if (!kp) {
		NL_SET_ERR_MSG(info->extack, "not enough memory for the policy");
		return -ENOMEM;
	}
	err = parse(kp, info);
	if (!err)
		err = esmtp_net_replace(genl_info_net(info), kp,
					generation ? &expect : NULL,
					info->extack);
	if (err)
		esmtp_kpolicy_put(kp);
	return err;
}

/**
 * esmtp_netlink_clear() - ESMTP_CMD_COUNTERS_CLEAR
 * @skb: the request
 * @info: of it
 *
 * Context: process context, under the family's lock.
 * Return: 0, also in an idle namespace.
 */
int esmtp_netlink_clear(struct sk_buff *skb, struct genl_info *info)
{
	struct esmtp_kpolicy *kp;

	kp = esmtp_net_policy_get(esmtp_net(genl_info_net(info)));
	if (!kp)
		return 0;
	esmtp_kpolicy_clear(kp);
	esmtp_kpolicy_put(kp);
	return 0;
}

/**
 * esmtp_netlink_hits_clear() - ESMTP_CMD_HITS_CLEAR
 * @skb: the request
 * @info: of it
 *
 * Context: process context, under the family's lock.
 * Return: 0, also in an idle namespace; -ENOENT if no class uses the list.
 */
int esmtp_netlink_hits_clear(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *acl = info->attrs[ESMTP_A_ACL];
	const struct nlattr *name;
	struct esmtp_kpolicy *kp;
	bool found;

	name = acl ? nla_find_nested(acl, ESMTP_ACL_A_NAME) : NULL;
	if (acl && !name) {
		NL_SET_ERR_MSG_ATTR(info->extack, acl,
				    "the object lacks an attribute");
		return -EINVAL;
	}
	kp = esmtp_net_policy_get(esmtp_net(genl_info_net(info)));
	if (!kp)
		return 0;
	found = esmtp_hits_clear(kp, name ? nla_data(name) : NULL);
	esmtp_kpolicy_put(kp);
	if (found)
		return 0;
	NL_SET_ERR_MSG(info->extack, "no class uses an access-list of that name");
	return -ENOENT;
}
