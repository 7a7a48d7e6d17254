// SPDX-License-Identifier: GPL-2.0
/*
 * The commands that change something. ESMTP_CMD_POLICY_SET makes a policy of a
 * message: memory is reserved by the number and size of its attributes, each of
 * them is read once and added where there is room; then the policy is checked as
 * a whole and put in force, or nothing has changed.
 */
#include <linux/err.h>

#include "net.h"
#include "netlink.h"

enum { SOURCE_MAX = 1 << 24 };		/* bytes of configuration text */

/* Attributes that may come several times: one for each object, or for a piece. */
static const u32 many = ~(1U << ESMTP_A_GENERATION | 1U << ESMTP_A_SETTINGS);

/* How often. */
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

/* Room for what a message may hold; what it does hold is seen as it is filled in. */
static int measure_message(struct esmtp_policy *p, const struct genl_info *info,
			   u32 *source)
{
	u32 n[ESMTP_A_SET_MAX + 1] = { 0 }, cells = 0;
	struct nlattr *attr;
	int rem, type;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		type = nla_type(attr);
		if (n[type]++ >= bounds[type])
			return refuse(info, attr, "too many objects of a kind");
		if (type == ESMTP_A_SOURCE)
			*source += nla_len(attr);
		if (*source > SOURCE_MAX)
			return refuse(info, attr,
				      "configuration text is longer than 16 MiB");
		if (type == ESMTP_A_REGEX)
			cells += nla_len(attr) / sizeof(*p->cells);
	}
	p->nmaps = n[ESMTP_A_MAP];
	p->nacls = n[ESMTP_A_ACL];
	p->naces = n[ESMTP_A_ACE];
	p->nclasses = n[ESMTP_A_CLASS];
	p->npmaps = n[ESMTP_A_PMAP];
	p->nbinds = n[ESMTP_A_BIND];
	p->nservices = n[ESMTP_A_SERVICE];
	p->nlimits = n[ESMTP_A_LIMIT];
	p->nregexes = min_t(u32, n[ESMTP_A_REGEX], ESMTP_MAX_REGEXES);
	p->ncells = min_t(u32, cells, ESMTP_MAX_CELLS);
	return 0;
}

static int fill(struct esmtp_kpolicy *kp, const struct genl_info *info)
{
	struct esmtp_fill f = { .kp = kp, .extack = info->extack };
	struct nlattr *attr;
	int err, rem;

	esmtp_fill_begin(&f);
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		err = esmtp_fill_object(&f, attr);
		if (err)
			return err;
	}
	return 0;
}

static int parse(struct esmtp_kpolicy *kp, const struct genl_info *info)
{
	int err = esmtp_message_once(info->nlhdr, many, info->extack);

	if (!err)
		err = measure_message(&kp->p, info, &kp->source_len);
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
 * Context: process context; takes the namespace's lock.
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
