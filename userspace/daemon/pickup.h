/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_PICKUP_H
#define _QUEUED_PICKUP_H

#include <esmtp/policy.h>

int pickup_scan(const struct esmtp_policy *to, const struct esmtp_policy *from);

#endif /* _QUEUED_PICKUP_H */
