/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_RESIZE_H
#define _QUEUED_RESIZE_H

#include "packet_parse.h"

void resize_acks(struct packet *p, const struct esmtp_half_stream *half);

#endif /* _QUEUED_RESIZE_H */
