/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_TLS_H
#define _ESMTP_TLS_H

#include <esmtp/core.h>

struct esmtp_feed;

void esmtp_tls_init(struct esmtp_session *s);
u32 esmtp_tls_client(struct esmtp_feed *f, const u8 *p, u32 n);
u32 esmtp_tls_server(struct esmtp_feed *f, const u8 *p, u32 n);

#endif /* _ESMTP_TLS_H */
