/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_WAKE_H
#define _QUEUED_WAKE_H

/* control.c: have the control thread look at its clients; any thread */
void wake(void);

#endif /* _QUEUED_WAKE_H */
