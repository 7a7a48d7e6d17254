/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_LINE_H
#define _ESMTP_LINE_H

#include <esmtp/core.h>

u32 esmtp_line_end(const u8 *p, u32 n);
u32 esmtp_line_text(const u8 *p, u32 n);
u32 esmtp_word_narrow(const char *const *words, u32 candidates, u32 pos, u8 c);
u32 esmtp_word_rest(const char *const *words, u32 *candidates, u32 pos, const u8 *p,
		    u32 n);
u32 esmtp_word_whole(const char *const *words, u32 candidates, u32 len);

#endif /* _ESMTP_LINE_H */
