/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_WAY_H
#define _QUEUED_WAY_H

#include "flow.h"

/* hook.c */
enum esmtp_reason hook_judge(struct packet *p);
bool hook_packet(struct packet *p);
bool hook_unread(struct packet *p);

/* inspect.c */
enum esmtp_reason inspect_sever(struct packet *p);
enum esmtp_reason inspect_packet(struct flow *flow, struct packet *p);

/* raw.c */
int raw_open(void);
void raw_close(void);
bool raw_send(const u8 *bytes, u32 len);

/* route.c */
int route_back(const u8 *ip, u32 mark);

/* inject.c */
bool inject_send(struct sk_buff *segment);
bool inject_wanted(const struct packet *p);
bool inject_resend(const struct packet *p);

#endif /* _QUEUED_WAY_H */
