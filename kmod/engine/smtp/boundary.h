/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_BOUNDARY_H
#define _ESMTP_BOUNDARY_H

#include <esmtp/core.h>

struct esmtp_feed;

#define ESMTP_HASH_INIT 2166136261u

void esmtp_boundary_line(struct esmtp_boundaries *b);
void esmtp_boundary_byte(struct esmtp_boundaries *b, u8 c, u32 pos);
bool esmtp_boundary_reads(const struct esmtp_boundaries *b, u32 pos);
bool esmtp_boundary_end(struct esmtp_boundaries *b);
void esmtp_boundary_octet(struct esmtp_mime *m, u8 c, bool quoted);
bool esmtp_boundary_plain(const struct esmtp_message *msg, const struct esmtp_mime *m);
void esmtp_boundary_declared(struct esmtp_feed *f, u32 off);
void esmtp_boundary_odd(struct esmtp_feed *f, u32 off);

#endif /* _ESMTP_BOUNDARY_H */
