// SPDX-License-Identifier: GPL-2.0
/*
 * The module: its parts in the order in which they need one another.
 */
#include <linux/module.h>
#include <linux/nf_esmtp.h>
#include <net/genetlink.h>

#include "flow.h"
#include "net.h"

static bool all_netns;
module_param(all_netns, bool, 0444);
MODULE_PARM_DESC(all_netns, "inspect in every network namespace from the beginning, not in the initial one only");

static int __init esmtp_init(void)
{
	int err;

	err = esmtp_policy_init();
	if (err)
		return err;
	err = esmtp_flow_init();
	if (err)
		goto no_flow;
	err = esmtp_net_init(all_netns);
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

/* Stop changes, then packets, then free what packets made, policies last. */
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
MODULE_DESCRIPTION("ESMTP inspection for netfilter");
MODULE_ALIAS_GENL_FAMILY(ESMTP_GENL_NAME);
