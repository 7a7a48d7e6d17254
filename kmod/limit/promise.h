/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_PROMISE_H
#define _NF_ESMTP_PROMISE_H

#include <net/netfilter/nf_conntrack.h>
#include <esmtp/stream.h>

u16 esmtp_promise_make(const struct nf_conn *ct, const struct esmtp_offer *client);
void esmtp_promise_write(u16 promise, u32 now, struct esmtp_offer *o);
u16 esmtp_promise_read(const struct esmtp_offer *o);
void esmtp_promise_repeat(u16 promise, struct esmtp_offer *client);
bool esmtp_promise_offered(u16 promise, const struct esmtp_offer *client);
u8 esmtp_promise_client_scale(u16 promise);
bool esmtp_promise_kept(u16 promise, const struct esmtp_offer *server);
void esmtp_promise_learn(const struct nf_conn *ct, const struct esmtp_offer *server);
void esmtp_promise_break(const struct nf_conn *ct);

#endif /* _NF_ESMTP_PROMISE_H */
