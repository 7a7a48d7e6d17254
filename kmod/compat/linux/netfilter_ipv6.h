/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_COMPAT_LINUX_NETFILTER_IPV6_H
#define _NF_ESMTP_COMPAT_LINUX_NETFILTER_IPV6_H

#include_next <linux/netfilter_ipv6.h>
#include <linux/version.h>

/* As __cookie_v4_check() in <net/tcp.h>. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
#define nf_cookie_v6_check(iph, th) \
	nf_cookie_v6_check(iph, th, ntohl((th)->ack_seq) - 1)
#endif

#endif /* _NF_ESMTP_COMPAT_LINUX_NETFILTER_IPV6_H */
