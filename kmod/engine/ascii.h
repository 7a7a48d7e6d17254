/* SPDX-License-Identifier: GPL-2.0 */
/* Octets as RFC 5234 names them, and sums that do not wrap. */
#ifndef _ESMTP_ASCII_H
#define _ESMTP_ASCII_H

#include <esmtp/core.h>

/* A blank or a tab (WSP, RFC 5234). */
static inline bool esmtp_blank(u8 c)
{
	return c == ' ' || c == '\t';
}

static inline bool esmtp_digit(u8 c)
{
	return c >= '0' && c <= '9';
}

/* Upper-case an ASCII letter; return any other byte unchanged. */
static inline u8 esmtp_upper(u8 c)
{
	return c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c;
}

/* Saturating addition: U32_MAX on overflow. */
static inline u32 esmtp_add(u32 a, u32 b)
{
	return a + b < a ? ~0u : a + b;
}

#endif /* _ESMTP_ASCII_H */
