/* SPDX-License-Identifier: GPL-2.0 */
/* The configuration that outlives the machine's night, and the one before this. */
#ifndef _CTL_STARTUP_H
#define _CTL_STARTUP_H

#include "ctl.h"

/* startup.c */
int startup_run(struct ctl *ctl, const struct args *args);
int startup_show(struct ctl *ctl, const struct args *args);

/* revert.c */
void revert_keep(struct ctl *ctl, const struct esmtp_running *old);
int revert_run(struct ctl *ctl, const struct args *args);
void revert_key(struct ctl *ctl, const char *what, struct buf *path);
void revert_text(const struct esmtp_running *old, struct buf *text);

/* confirm.c */
int confirm_begin(struct ctl *ctl, u32 seconds);
void confirm_end(struct ctl *ctl, bool changed);
bool confirm_waits(struct ctl *ctl);
int confirm_run(struct ctl *ctl, const struct args *args);
bool confirm_remove(struct ctl *ctl);

#endif /* _CTL_STARTUP_H */
