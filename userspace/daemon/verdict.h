/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_VERDICT_H
#define _QUEUED_VERDICT_H

#include <libmnl/libmnl.h>

#include "packet_parse.h"

/**
 * struct verdicts - what the kernel is to do with packets, not told yet
 * @nl: the queue's socket
 * @number: of the queue
 * @buf: messages
 * @len: bytes of them
 * @last: the last packet that passes as it came, and has no message yet
 * @pass: there is one
 */
struct verdicts {
	struct mnl_socket *nl;
	u16 number;
	u8 *buf;
	u32 len;
	u32 last;
	bool pass;
};

int verdicts_init(struct verdicts *v, struct mnl_socket *nl, u16 number);
void verdicts_free(struct verdicts *v);
void verdicts_pass(struct verdicts *v, u32 id);
void verdicts_drop(struct verdicts *v, u32 id);
void verdicts_edited(struct verdicts *v, const struct packet *p);
void verdicts_tell(struct verdicts *v);

#endif /* _QUEUED_VERDICT_H */
