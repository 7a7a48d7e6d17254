/* SPDX-License-Identifier: GPL-2.0 */
/* The daemon serves the one namespace that it runs in. */
#ifndef _QUEUED_NET_NET_NAMESPACE_H
#define _QUEUED_NET_NET_NAMESPACE_H

#include <linux/types.h>

struct net {
	char none;
};

extern struct net init_net;

#endif /* _QUEUED_NET_NET_NAMESPACE_H */
