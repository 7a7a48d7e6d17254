/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the portable core takes from its surroundings: the kernel's integer
 * types, bool, NULL and five functions of memory. It is the only place that
 * knows whether it is compiled for the kernel.
 */
#ifndef _ESMTP_PORT_H
#define _ESMTP_PORT_H

#ifdef __KERNEL__

#include <linux/stddef.h>
#include <linux/types.h>
#include <linux/string.h>

#else

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed int s32;

/* As <linux/stddef.h> has it: members that can be had as a structure, too. */
#define struct_group_tagged(TAG, NAME, MEMBERS...) \
	union { \
		struct { MEMBERS }; \
		struct TAG { MEMBERS } NAME; \
	}

#ifndef __bool_true_false_are_defined
#define bool _Bool
#define true 1
#define false 0
#define __bool_true_false_are_defined 1
#endif

#ifndef NULL
#define NULL ((void *)0)
#endif

void *memcpy(void *to, const void *from, __SIZE_TYPE__ n);
void *memmove(void *to, const void *from, __SIZE_TYPE__ n);
void *memset(void *to, int c, __SIZE_TYPE__ n);
int memcmp(const void *a, const void *b, __SIZE_TYPE__ n);
void *memchr(const void *s, int c, __SIZE_TYPE__ n);

#endif /* __KERNEL__ */

#define ESMTP_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif /* _ESMTP_PORT_H */
