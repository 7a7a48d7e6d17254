// SPDX-License-Identifier: GPL-2.0
/*
 * Is an address in the domain of mail-relay or in a subdomain of it? The domain is
 * matched byte by byte as the address arrives, starting anew at each label.
 */
#include "domain.h"
#include "feed.h"

enum { NOWHERE = 0xffff };		/* no label that begins here can match */

/* Are the first @len bytes of @name also a suffix, whole labels, of its first @pos? */
static bool has_label_border(const char *name, u32 pos, u32 len)
{
	return name[pos - len - 1] == '.' && !memcmp(name, name + pos - len, len);
}

/*
 * @c does not match at @pos. The @pos bytes matched so far may end in a shorter prefix of
 * the same name (as "a.a" ends in "a"): resume from the longest one, as Knuth, Morris
 * and Pratt do.
 */
static u32 resume_domain_match(const char *name, u32 pos, u8 c)
{
	u32 len;

	for (len = pos - 1; len > 0; len--)
		if ((u8)name[len] == c && has_label_border(name, pos, len))
			return len + 1;
	if (name[pos - 1] == '.' && (u8)name[0] == c)
		return 1;
	return c == '.' ? 0 : NOWHERE;
}

/**
 * esmtp_domain_begin() - an "@" was read
 * @cmd: the command
 */
void esmtp_domain_begin(struct esmtp_command *cmd)
{
	cmd->domain = 0;
}

/**
 * esmtp_domain_byte() - read one byte behind the "@"
 * @f: the call
 * @c: the byte
 */
void esmtp_domain_byte(struct esmtp_feed *f, u8 c)
{
	const char *name = f->s->map->params.relay_domain;
	u32 pos = f->s->cmd.domain;

	if (c >= 'A' && c <= 'Z')
		c += 'a' - 'A';
	if (pos != NOWHERE && name[pos] && (u8)name[pos] == c)
		pos++;
	else if (pos != NOWHERE && pos)
		pos = resume_domain_match(name, pos, c);
	else
		pos = c == '.' ? 0 : NOWHERE;
	f->s->cmd.domain = pos;
}

/**
 * esmtp_domain_whole() - was all of the domain read, and nothing behind it?
 * @f: the call
 *
 * Return: true if the address is of the domain.
 */
bool esmtp_domain_whole(const struct esmtp_feed *f)
{
	u32 pos = f->s->cmd.domain;

	return pos && pos != NOWHERE && !f->s->map->params.relay_domain[pos];
}
