/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_WAY_H
#define _QUEUED_WAY_H

#include "flow.h"

/* way.c */
bool way_packet(struct packet *p);
bool way_unread(struct packet *p);

/* inspect.c */
enum esmtp_reason inspect_packet(struct flow *flow, struct packet *p);

/* inject.c */
int inject_open(void);
void inject_close(void);
bool inject_send(struct sk_buff *segment);
bool inject_wanted(const struct packet *p);
bool inject_resend(const struct packet *p);

#endif /* _QUEUED_WAY_H */
