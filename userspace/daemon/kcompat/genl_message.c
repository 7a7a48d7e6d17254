// SPDX-License-Identifier: GPL-2.0
/* Builds generic netlink messages. */
#include <stdlib.h>

#include "genl_sock.h"

/**
 * genlmsg_new() - memory for a message
 * @payload: bytes that it can hold behind its headers
 * @gfp: unused
 *
 * Return: it, empty, or NULL.
 */
struct sk_buff *genlmsg_new(size_t payload, gfp_t gfp)
{
	size_t size = payload + NLMSG_HDRLEN + GENL_HDRLEN;
	struct sk_buff *skb = calloc(1, sizeof(*skb) + size);

	(void)gfp;
	if (!skb)
		return NULL;
	skb->data = (u8 *)(skb + 1);
	skb->size = (u32)size;
	return skb;
}

/**
 * nlmsg_free() - free a message
 * @skb: from genlmsg_new()
 */
void nlmsg_free(struct sk_buff *skb)
{
	free(skb);
}

/**
 * genl_put_header() - begin any message
 * @skb: where to
 * @type: NLMSG_* or GENL_TYPE
 * @seq: of the request that it answers, or 0
 * @flags: NLM_F_*
 * @len: bytes behind the header
 *
 * Return: the message, or NULL without room.
 */
struct nlmsghdr *genl_put_header(struct sk_buff *skb, u16 type, u32 seq, int flags,
				 u32 len)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)(skb->data + skb->len);

	if (skb_tailroom(skb) < NLMSG_HDRLEN + (int)len)
		return NULL;
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = (u16)flags;
	nlh->nlmsg_seq = seq;
	nlh->nlmsg_pid = 0;
	nlh->nlmsg_len = NLMSG_HDRLEN + len;
	skb->len += nlh->nlmsg_len;
	return nlh;
}

/**
 * genlmsg_put() - begin a message of the family
 * @skb: where to
 * @portid: unused: clients of a unix socket have none
 * @seq: of the request that it answers, or 0
 * @family: the family
 * @flags: NLM_F_*
 * @cmd: its command
 *
 * Return: for genlmsg_end() or genlmsg_cancel(), or NULL without room.
 */
void *genlmsg_put(struct sk_buff *skb, u32 portid, u32 seq,
		  const struct genl_family *family, int flags, u8 cmd)
{
	struct nlmsghdr *nlh = genl_put_header(skb, GENL_TYPE, seq, flags, GENL_HDRLEN);
	struct genlmsghdr *genl;

	(void)portid;
	if (!nlh)
		return NULL;
	genl = NLMSG_DATA(nlh);
	memset(genl, 0, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = (u8)family->version;
	return nlh;
}

/**
 * genlmsg_put_reply() - the same, in answer to a request
 * @skb: where to
 * @info: of the request
 * @family: the family
 * @flags: NLM_F_*
 * @cmd: its command
 *
 * Return: as above.
 */
void *genlmsg_put_reply(struct sk_buff *skb, const struct genl_info *info,
			const struct genl_family *family, int flags, u8 cmd)
{
	return genlmsg_put(skb, 0, info->nlhdr->nlmsg_seq, family, flags, cmd);
}

/**
 * genlmsg_end() - complete a message
 * @skb: the bytes that it is the last of
 * @hdr: from genlmsg_put()
 */
void genlmsg_end(struct sk_buff *skb, void *hdr)
{
	struct nlmsghdr *nlh = hdr;

	nlh->nlmsg_len = (u32)(skb->data + skb->len - (u8 *)hdr);
}

/**
 * genlmsg_cancel() - remove an incomplete message
 * @skb: the bytes that it is the last of
 * @hdr: from genlmsg_put()
 */
void genlmsg_cancel(struct sk_buff *skb, void *hdr)
{
	skb->len = (u32)((u8 *)hdr - skb->data);
}
