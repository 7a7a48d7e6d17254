/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_MEMORY_H
#define _NF_ESMTP_MEMORY_H

#include <linux/atomic.h>
#include <esmtp/stream.h>

/**
 * struct esmtp_pool - what the connections of a namespace have together
 * @held: bytes of memory held
 * @resized: connections whose ends count differently
 * @common: what several namespaces hold together, or NULL for one that counts alone
 */
struct esmtp_pool {
	atomic_long_t held;
	atomic_t resized;
	atomic_long_t *common;
};

#endif /* _NF_ESMTP_MEMORY_H */
