/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_ICMP_H
#define _QUEUED_ICMP_H

#include <esmtp/walk.h>

#include "packet_parse.h"

/**
 * struct esmtp_unread - a packet that is no TCP segment
 * @p: the packet
 */
struct esmtp_unread {
	struct packet *p;
};

#endif /* _QUEUED_ICMP_H */
