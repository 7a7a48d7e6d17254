// SPDX-License-Identifier: GPL-2.0
/* A request that grows with what is put into it: nobody says beforehand how long. */
#include "message.h"

#include <stdlib.h>

enum { FIRST_SIZE = 4096 };

/* Make room for @n more bytes. */
static bool make_room(struct esmtp_message *m, size_t n)
{
	size_t want = m->nlh->nlmsg_len + n, size = m->size;
	struct nlmsghdr *nlh;

	while (size < want)
		size *= 2;
	if (m->failed || size > INT32_MAX)
		return false;
	if (size == m->size)
		return true;
	nlh = realloc(m->nlh, size);
	if (!nlh)
		return false;
	m->nlh = nlh;
	m->size = size;
	return true;
}

/**
 * esmtp_message_start() - begin a request
 * @m: for esmtp_message_free() in any case
 * @nl: the socket
 * @cmd: command of the family
 * @flags: NLM_F_* beside NLM_F_REQUEST
 */
void esmtp_message_start(struct esmtp_message *m, struct esmtp_nl *nl, u8 cmd,
			 u16 flags)
{
	void *buf = malloc(FIRST_SIZE);

	m->nlh = buf ? esmtp_nl_start(nl, buf, cmd, flags) : NULL;
	m->size = FIRST_SIZE;
	m->failed = !buf;
}

/**
 * esmtp_message_free() - give a request's memory back
 * @m: the request
 */
void esmtp_message_free(struct esmtp_message *m)
{
	free(m->nlh);
	m->nlh = NULL;
}

/**
 * esmtp_message_put() - add an attribute
 * @m: the request
 * @type: of the attribute
 * @len: bytes of it
 * @data: these
 */
void esmtp_message_put(struct esmtp_message *m, u16 type, size_t len,
		       const void *data)
{
	if (m->failed)
		return;
	m->failed = len > UINT16_MAX - MNL_ATTR_HDRLEN ||
		    !make_room(m, MNL_ATTR_HDRLEN + MNL_ALIGN(len));
	if (!m->failed)
		mnl_attr_put(m->nlh, type, len, data);
}

/**
 * esmtp_message_nest() - begin an attribute of attributes
 * @m: the request
 * @type: of the attribute
 *
 * Return: where it is, for esmtp_message_end().
 */
size_t esmtp_message_nest(struct esmtp_message *m, u16 type)
{
	size_t nest = m->failed ? 0 : m->nlh->nlmsg_len;

	esmtp_message_put(m, type | NLA_F_NESTED, 0, NULL);
	return nest;
}

/**
 * esmtp_message_end() - nothing more goes into an attribute of attributes
 * @m: the request
 * @nest: where it is
 */
void esmtp_message_end(struct esmtp_message *m, size_t nest)
{
	struct nlattr *attr;

	if (m->failed)
		return;
	m->failed = m->nlh->nlmsg_len - nest > UINT16_MAX;
	if (m->failed)
		return;
	attr = (struct nlattr *)((char *)m->nlh + nest);
	attr->nla_len = (u16)(m->nlh->nlmsg_len - nest);
}
