/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_MEMORY_H
#define _NF_ESMTP_MEMORY_H

#include <linux/atomic.h>
#include <linux/percpu.h>
#include <esmtp/stream.h>

/**
 * struct esmtp_pool - what the connections of a namespace have together
 * @near: per CPU: bytes of memory held that are not in @held yet, or freed that are; NULL where
 *	all are
 * @common: what several namespaces hold together, or NULL for one that counts alone
 * @held: bytes of memory held
 */
struct esmtp_pool {
	long __percpu *near;
	atomic_long_t *common;
	atomic_long_t held;
};

long esmtp_pool_held(const struct esmtp_pool *pool);
void esmtp_pool_settle(struct esmtp_pool *pool);

#endif /* _NF_ESMTP_MEMORY_H */
