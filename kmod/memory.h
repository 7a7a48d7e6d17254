/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_MEMORY_H
#define _NF_ESMTP_MEMORY_H

#include <linux/atomic.h>
#include <esmtp/stream.h>

/**
 * struct esmtp_pool - memory that the connections of a namespace hold
 * @held: bytes
 */
struct esmtp_pool {
	atomic_long_t held;
};

#endif /* _NF_ESMTP_MEMORY_H */
