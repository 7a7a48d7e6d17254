/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_BITOPS_H
#define _QUEUED_LINUX_BITOPS_H

#include <linux/types.h>

/* Index of the lowest bit that is set; there is one. */
static inline unsigned int __ffs64(u64 word)
{
	return (unsigned int)__builtin_ctzll(word);
}

#endif /* _QUEUED_LINUX_BITOPS_H */
