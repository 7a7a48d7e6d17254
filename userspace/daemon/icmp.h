/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_ICMP_H
#define _QUEUED_ICMP_H

#include "packet_parse.h"

enum esmtp_reason icmp_turn(struct packet *p);

#endif /* _QUEUED_ICMP_H */
