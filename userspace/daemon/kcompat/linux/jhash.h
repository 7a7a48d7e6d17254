/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_JHASH_H
#define _QUEUED_LINUX_JHASH_H

#include <linux/types.h>
#include <string.h>

/* Murmur's mixer over words: seeded, and good enough against guesses at it. */
static inline u32 jhash(const void *key, u32 len, u32 seed)
{
	u64 h = seed * 0x9e3779b97f4a7c15ull + len, word;
	const u8 *p = key;

	for (; len; p += sizeof(word), len -= sizeof(word)) {
		word = 0;
		memcpy(&word, p, len < sizeof(word) ? len : sizeof(word));
		h = (h ^ word) * 0xff51afd7ed558ccdull;
		h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53ull;
		h ^= h >> 33;
		if (len < sizeof(word))
			break;
	}
	return (u32)(h ^ h >> 32);
}

#endif /* _QUEUED_LINUX_JHASH_H */
