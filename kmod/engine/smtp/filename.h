/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_FILENAME_H
#define _ESMTP_FILENAME_H

#include <esmtp/core.h>

#include "engine/ascii.h"

struct esmtp_feed;

/* Is it a hexadecimal digit? */
static inline bool esmtp_hex(u8 c)
{
	c = esmtp_upper(c);
	return esmtp_digit(c) || (c >= 'A' && c <= 'F');
}

static inline u8 esmtp_hex_value(u8 c)
{
	c = esmtp_upper(c);
	return esmtp_digit(c) ? c - '0' : c - 'A' + 10;
}

/* The octet of two such digits. */
static inline u8 esmtp_hex_octet(u8 high, u8 low)
{
	return (u8)(esmtp_hex_value(high) << 4 | esmtp_hex_value(low));
}

void esmtp_name_grow(struct esmtp_feed *f, struct esmtp_name *n, u32 by, u32 off);
void esmtp_name_octet(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off);
void esmtp_name_put_aside(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off);
void esmtp_name_flush_aside(struct esmtp_feed *f, struct esmtp_name *n, u32 off);
void esmtp_name_begin(struct esmtp_name *n, bool coded, bool late);
void esmtp_name_read(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off);
void esmtp_name_end(struct esmtp_feed *f, struct esmtp_name *n, u32 off);

void esmtp_filename_begin(struct esmtp_feed *f, u32 off);
void esmtp_filename_octet(struct esmtp_feed *f, u8 c, u32 off);
bool esmtp_name_idle(const struct esmtp_name *n);
void esmtp_name_skim(struct esmtp_name *n, u32 by);
u32 esmtp_filename_room(const struct esmtp_feed *f);
void esmtp_filename_run(struct esmtp_feed *f, const u8 *p, u32 n);
void esmtp_filename_end(struct esmtp_feed *f, u32 off);
void esmtp_filename_over(struct esmtp_feed *f, u32 off);

#endif /* _ESMTP_FILENAME_H */
