/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _REPLAY_FRAGMENT_H
#define _REPLAY_FRAGMENT_H

#include "frame.h"
#include "replay.h"

bool fragment_is(const struct frame *f);
bool fragment_add(struct frame *f, struct replay_sums *sums);
void fragment_end(struct replay_sums *sums);

#endif /* _REPLAY_FRAGMENT_H */
