/* SPDX-License-Identifier: GPL-2.0 */
/* A request that grows with what is put into it. */
#ifndef _ESMTP_MESSAGE_H
#define _ESMTP_MESSAGE_H

#include <string.h>

#include "nl.h"

/**
 * struct esmtp_message - a request being put together
 * @nlh: the request, or NULL
 * @size: memory at @nlh
 * @failed: something did not go into it, and nothing does any more
 */
struct esmtp_message {
	struct nlmsghdr *nlh;
	size_t size;
	bool failed;
};

void esmtp_message_start(struct esmtp_message *m, struct esmtp_nl *nl, u8 cmd,
			 u16 flags);
void esmtp_message_free(struct esmtp_message *m);
void esmtp_message_put(struct esmtp_message *m, u16 type, size_t len,
		       const void *data);
size_t esmtp_message_nest(struct esmtp_message *m, u16 type);
void esmtp_message_end(struct esmtp_message *m, size_t nest);

static inline void esmtp_message_u8(struct esmtp_message *m, u16 type, u8 v)
{
	esmtp_message_put(m, type, sizeof(v), &v);
}

static inline void esmtp_message_u16(struct esmtp_message *m, u16 type, u16 v)
{
	esmtp_message_put(m, type, sizeof(v), &v);
}

static inline void esmtp_message_u32(struct esmtp_message *m, u16 type, u32 v)
{
	esmtp_message_put(m, type, sizeof(v), &v);
}

static inline void esmtp_message_str(struct esmtp_message *m, u16 type, const char *s)
{
	esmtp_message_put(m, type, strlen(s) + 1, s);
}

static inline void esmtp_message_flag(struct esmtp_message *m, u16 type, bool on)
{
	if (on)
		esmtp_message_put(m, type, 0, NULL);
}

#endif /* _ESMTP_MESSAGE_H */
