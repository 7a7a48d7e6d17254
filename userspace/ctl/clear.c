// SPDX-License-Identifier: GPL-2.0
/* What is set to zero, or ended. */
#include "ctl.h"

#include <string.h>

/**
 * clear_conn() - clear conn [all|address A|port P]...
 * @ctl: the tool
 * @args: the line
 *
 * Return: exit status.
 */
int clear_conn(struct ctl *ctl, const struct args *args)
{
	const struct arg *addr = args_type(args, TYPE_ADDR, 0);
	const struct arg *port = args_type(args, TYPE_PORT, 0);

	if (ctl_connect(ctl))
		return CTL_ERROR;
	return esmtp_model_conns_clear(&ctl->nl, addr ? addr->value.family : 0,
				       addr ? &addr->value.addr : NULL,
				       port ? (u16)port->value.num : 0) ?
	       ctl_failed(ctl) : CTL_OK;
}

/* Which interface's service-policy; it must be known, as to show service-policy. */
static int find_interface(struct ctl *ctl, const struct arg *arg, char *ifname)
{
	char name[ESMTP_IFNAME_LEN];
	struct config cfg;
	int err = config_load(ctl, &cfg);

	reader_name(arg, name, sizeof(name));
	strcpy(ifname, config_ifname(&cfg, name));
	config_free(&cfg);
	return err;
}

/**
 * clear_service() - clear service-policy [global|interface IF]
 * @ctl: the tool
 * @args: the line
 *
 * Return: exit status.
 */
int clear_service(struct ctl *ctl, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_IFNAME, 0);
	const char *only = arg || args_word(args, "global") ? "" : NULL;
	char ifname[ESMTP_IFNAME_LEN] = "";

	if (ctl_connect(ctl) || (arg && find_interface(ctl, arg, ifname)))
		return CTL_ERROR;
	return esmtp_model_clear(&ctl->nl, only ? ifname : NULL) ? ctl_failed(ctl) : CTL_OK;
}

/**
 * clear_drops() - clear asp drop
 * @ctl: the tool
 * @args: unused
 *
 * Return: exit status.
 */
int clear_drops(struct ctl *ctl, const struct args *args)
{
	(void)args;
	if (ctl_connect(ctl))
		return CTL_ERROR;
	return esmtp_model_clear_drops(&ctl->nl) ? ctl_failed(ctl) : CTL_OK;
}
