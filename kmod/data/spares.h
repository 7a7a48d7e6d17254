/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_SPARES_H
#define _NF_ESMTP_SPARES_H

#include <linux/types.h>

void *esmtp_spare_take(size_t size, u32 *real);
void esmtp_spare_give(void *p, size_t size);
void esmtp_spares_exit(void);

#endif /* _NF_ESMTP_SPARES_H */
