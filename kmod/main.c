// SPDX-License-Identifier: GPL-2.0
/*
 * Loads and unloads the module; each part starts after those that it depends on.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include <esmtp/version.h>

#include "conn/flow.h"
#include "control/net.h"

static bool all_netns;
module_param(all_netns, bool, 0444);
MODULE_PARM_DESC(all_netns, "inspect in every network namespace from the beginning, not in the initial one only");

static bool idle;
module_param(idle, bool, 0444);
MODULE_PARM_DESC(idle, "inspect nowhere until a policy is applied, not in the initial network namespace either");

static enum esmtp_start get_start(void)
{
	if (idle)
		return ESMTP_START_NOWHERE;
	return all_netns ? ESMTP_START_EVERYWHERE : ESMTP_START_INITIAL;
}

static int __init esmtp_init(void)
{
	int err;

	if (idle && all_netns) {
		pr_err("idle and all_netns exclude each other\n");
		return -EINVAL;
	}
	err = esmtp_policy_init();
	if (err)
		return err;
	err = esmtp_flow_init();
	if (err)
		goto no_flow;
	err = esmtp_net_init(get_start());
	if (err)
		goto no_net;
	err = esmtp_netlink_init();
	if (err)
		goto no_netlink;
	return 0;

no_netlink:
	esmtp_net_exit();
no_net:
	esmtp_flow_exit();
no_flow:
	esmtp_policy_exit();
	return err;
}

/* Stop configuration, then packets; then free flows, and policies last. */
static void __exit esmtp_exit(void)
{
	esmtp_netlink_exit();
	esmtp_net_exit();
	esmtp_flow_exit();
	esmtp_policy_exit();
}

module_init(esmtp_init);
module_exit(esmtp_exit);

MODULE_LICENSE("GPL");
MODULE_VERSION(ESMTP_VERSION);
MODULE_AUTHOR("The nf_esmtp authors");
/*
 * No alias for the family: whoever asks for it in a user namespace of his own would
 * have the module loaded, and mail inspected.
 */
MODULE_DESCRIPTION("ESMTP inspection for netfilter");
