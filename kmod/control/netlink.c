// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: its operations and their permissions. They are
 * implemented in netlink_set.c, netlink_get.c, netlink_view.c, netlink_clear.c and
 * netlink_event.c.
 */
#include <linux/module.h>

#include "audit.h"
#include "net.h"
#include "netlink.h"

static const struct nla_policy get_policy[] = {
	[ESMTP_A_WANT_ACES] = { .type = NLA_FLAG },
	[ESMTP_A_WANT_WOULD] = { .type = NLA_FLAG },
};

/* For commands without attributes: strict validation requires a policy. */
static const struct nla_policy none_policy[] = {
	[ESMTP_A_GENERATION] = { .type = NLA_REJECT },
};

static const struct genl_ops ops[] = {
	{
		.cmd = ESMTP_CMD_POLICY_SET,
		.flags = GENL_UNS_ADMIN_PERM,
		.doit = esmtp_netlink_set,
		.policy = esmtp_set_policy,
		.maxattr = ESMTP_A_SET_MAX,
	}, {
		.cmd = ESMTP_CMD_POLICY_GET,
		.flags = GENL_UNS_ADMIN_PERM,
		.start = esmtp_netlink_policy_start,
		.dumpit = esmtp_netlink_policy_dump,
		.done = esmtp_netlink_policy_done,
		.policy = get_policy,
		.maxattr = ARRAY_SIZE(get_policy) - 1,
	}, {
		.cmd = ESMTP_CMD_CONN_GET,
		.flags = GENL_UNS_ADMIN_PERM,
		.dumpit = esmtp_netlink_conn_dump,
		.policy = none_policy,
		.maxattr = ARRAY_SIZE(none_policy) - 1,
	}, {
		.cmd = ESMTP_CMD_STATS_GET,
		.doit = esmtp_netlink_stats,
		.policy = none_policy,
		.maxattr = ARRAY_SIZE(none_policy) - 1,
	}, {
		.cmd = ESMTP_CMD_COUNTERS_CLEAR,
		.flags = GENL_UNS_ADMIN_PERM,
		.doit = esmtp_netlink_clear,
		.policy = esmtp_clear_policy,
		.maxattr = ESMTP_A_SERVICE,
	}, {
		.cmd = ESMTP_CMD_HITS_CLEAR,
		.flags = GENL_UNS_ADMIN_PERM,
		.doit = esmtp_netlink_hits_clear,
		.policy = esmtp_hits_policy,
		.maxattr = ESMTP_A_ACL,
	}, {
		.cmd = ESMTP_CMD_CONN_CLEAR,
		.flags = GENL_UNS_ADMIN_PERM,
		.doit = esmtp_netlink_conn_clear,
		.policy = esmtp_conn_clear_policy,
		.maxattr = ESMTP_A_CONN,
	}, {
		.cmd = ESMTP_CMD_DROPS_CLEAR,
		.flags = GENL_UNS_ADMIN_PERM,
		.doit = esmtp_netlink_drops_clear,
		.policy = none_policy,
		.maxattr = ARRAY_SIZE(none_policy) - 1,
	}, {
		.cmd = ESMTP_CMD_EVENT_GET,
		.flags = GENL_UNS_ADMIN_PERM,
		.dumpit = esmtp_audit_dump,
		.policy = none_policy,
		.maxattr = ARRAY_SIZE(none_policy) - 1,
	},
};

/* Records contain addresses. */
static const struct genl_multicast_group groups[] = {
	{ .name = ESMTP_GENL_EVENTS, .flags = GENL_MCAST_CAP_NET_ADMIN },
};

/* Packets are inspected before the family is registered and after it is gone. */
bool esmtp_netlink_live __read_mostly;

struct genl_family esmtp_family __ro_after_init = {
	.name = ESMTP_GENL_NAME,
	.version = ESMTP_GENL_VERSION,
	.module = THIS_MODULE,
	.netnsok = true,
	/* each namespace has a lock of its own: see struct esmtp_net */
	.parallel_ops = true,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
	.resv_start_op = ESMTP_CMD_MAX + 1,
};

/**
 * esmtp_netlink_init() - register the family
 *
 * Context: module initialisation, after all that the commands use.
 * Return: 0 or an error.
 */
int __init esmtp_netlink_init(void)
{
	int err = genl_register_family(&esmtp_family);

	WRITE_ONCE(esmtp_netlink_live, !err);
	return err;
}

/**
 * esmtp_netlink_exit() - unregister the family
 *
 * Context: module exit; no command runs when it returns.
 */
void esmtp_netlink_exit(void)
{
	WRITE_ONCE(esmtp_netlink_live, false);
	genl_unregister_family(&esmtp_family);
}
