/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers at random, the same in every run. */
#ifndef _UNIT_ANY_H
#define _UNIT_ANY_H

#include <esmtp/port.h>

static u64 state = 88172645463325252ull;

/* xorshift64 */
static inline u32 any(u32 below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (u32)(state >> 11) % below;
}

#endif /* _UNIT_ANY_H */
