/* SPDX-License-Identifier: GPL-2.0 */
/* What most bytes of mail are: lines of base64, and text of 0 to 72 columns. */
#ifndef _BULK_TEXT_H
#define _BULK_TEXT_H

#include "any.h"

/* One line of @width bytes and CR LF, cut at @n. Returns how many there are. */
static inline u32 bulk_line(u8 *p, u32 n, u32 width)
{
	u32 i;

	for (i = 0; i < n && i < width + 2; i++)
		p[i] = i == width ? '\r' : i > width ? '\n' : 'a' + any(26);
	return i;
}

static inline void bulk_base64(u8 *p, u32 n)
{
	u32 done = 0;

	while (done < n)
		done += bulk_line(p + done, n - done, 76);
}

static inline void bulk_text(u8 *p, u32 n)
{
	u32 done = 0;

	while (done < n)
		done += bulk_line(p + done, n - done, any(73));
}

#endif /* _BULK_TEXT_H */
