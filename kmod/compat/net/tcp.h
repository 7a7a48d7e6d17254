/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_COMPAT_NET_TCP_H
#define _NF_ESMTP_COMPAT_NET_TCP_H

#include_next <net/tcp.h>
#include <linux/version.h>

/* The cookie is what the segment acknowledges; it was an argument until 6.8. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
#define __cookie_v4_check(iph, th) \
	__cookie_v4_check(iph, th, ntohl((th)->ack_seq) - 1)
#endif

#endif /* _NF_ESMTP_COMPAT_NET_TCP_H */
