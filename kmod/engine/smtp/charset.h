/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_CHARSET_H
#define _ESMTP_CHARSET_H

#include <esmtp/core.h>

void esmtp_charset_begin(struct esmtp_name *n);
void esmtp_charset_byte(struct esmtp_name *n, u8 c);
bool esmtp_charset_known(const struct esmtp_name *n);

#endif /* _ESMTP_CHARSET_H */
