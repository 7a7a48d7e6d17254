/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_TABLE_H
#define _NF_ESMTP_TABLE_H

#include <linux/types.h>

struct esmtp_flow;
struct nf_conn;

int esmtp_table_init(void);
void esmtp_table_exit(void);
struct esmtp_flow *esmtp_table_find(const struct nf_conn *ct);
struct esmtp_flow *esmtp_table_add(struct esmtp_flow *flow);
bool esmtp_table_remove(struct esmtp_flow *flow);
u32 esmtp_table_buckets(void);
bool esmtp_table_walk(u32 bucket, bool (*fn)(void *ctx, struct esmtp_flow *flow), void *ctx);

#endif /* _NF_ESMTP_TABLE_H */
