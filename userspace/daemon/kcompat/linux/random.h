/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_RANDOM_H
#define _QUEUED_LINUX_RANDOM_H

#include <stdlib.h>

#define get_random_u32() arc4random()

#endif /* _QUEUED_LINUX_RANDOM_H */
