/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_CONTROL_H
#define _QUEUED_CONTROL_H

#define CONTROL_SOCKET "/run/nf_esmtp/queued.sock"

int control_open(const char *path);
int control_run(int (*served)(void));
void control_close(void);

#endif /* _QUEUED_CONTROL_H */
