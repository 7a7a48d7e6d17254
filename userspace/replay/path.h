/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _REPLAY_PATH_H
#define _REPLAY_PATH_H

#include "frame.h"
#include "replay.h"

int path_init(struct replay_job *job);
void path_packet(const struct frame *f);
void path_exit(void);

#endif /* _REPLAY_PATH_H */
