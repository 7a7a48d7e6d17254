/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_PRIVILEGES_H
#define _QUEUED_PRIVILEGES_H

int privileges_drop(const char *user);

#endif /* _QUEUED_PRIVILEGES_H */
