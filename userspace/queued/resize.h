/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_RESIZE_H
#define _QUEUED_RESIZE_H

#include "packet.h"

void resize_acks(struct packet *p, const struct esmtp_way *way);

#endif /* _QUEUED_RESIZE_H */
