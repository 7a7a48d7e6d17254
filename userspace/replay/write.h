/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _REPLAY_WRITE_H
#define _REPLAY_WRITE_H

#include <daemon/packet_parse.h>

#include "frame.h"

int write_open(const char *path, int type, char *error, u32 size);
bool write_wanted(void);
void write_at(const struct frame *f);
void write_frame(const struct frame *f);
void write_packet(struct packet *p);
bool write_failed(void);
int write_close(void);

#endif /* _REPLAY_WRITE_H */
