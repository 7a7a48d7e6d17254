/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_BITOPS_H
#define _QUEUED_LINUX_BITOPS_H

#include <linux/types.h>

/* Index of the lowest bit that is set; there is one. */
static inline unsigned int __ffs64(u64 word)
{
	return (unsigned int)__builtin_ctzll(word);
}

/* Clear a bit. Returns whether it was set. */
static inline bool test_and_clear_bit(unsigned int bit, unsigned long *word)
{
	unsigned long mask = 1ul << bit;

	return __atomic_fetch_and(word, ~mask, __ATOMIC_RELAXED) & mask;
}

#endif /* _QUEUED_LINUX_BITOPS_H */
