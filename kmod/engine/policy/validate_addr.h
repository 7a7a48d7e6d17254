/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_VALIDATE_ADDR_H
#define _ESMTP_VALIDATE_ADDR_H

#include <esmtp/core.h>

const char *esmtp_ace_validate(const struct esmtp_ace *ace);
const char *esmtp_limit_validate(const struct esmtp_limit *l);

#endif /* _ESMTP_VALIDATE_ADDR_H */
