/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_JHASH_H
#define _QUEUED_LINUX_JHASH_H

#include <linux/types.h>

/* Murmur's mixer over words: seeded, and good enough against guesses at it. */
static inline u32 jhash(const void *key, u32 len, u32 seed)
{
	const u8 *p = key;
	u64 h = seed * 0x9e3779b97f4a7c15ull + len;

	while (len--) {
		h = (h ^ *p++) * 0xff51afd7ed558ccdull;
		h ^= h >> 33;
	}
	return (u32)(h ^ h >> 32);
}

#endif /* _QUEUED_LINUX_JHASH_H */
