/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_MODULE_H
#define _QUEUED_LINUX_MODULE_H

#include <linux/types.h>

#define THIS_MODULE NULL

#endif /* _QUEUED_LINUX_MODULE_H */
