/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_NOTIFY_H
#define _QUEUED_NOTIFY_H

void notify(const char *state);

#endif /* _QUEUED_NOTIFY_H */
