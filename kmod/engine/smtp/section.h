/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_SECTION_H
#define _ESMTP_SECTION_H

#include <esmtp/core.h>

struct esmtp_feed;

/* Which parameter a section is of. */
enum {
	ESMTP_SECTION_FILENAME = 1 << 0, /* filename, not name */
	ESMTP_SECTION_CODED = 1 << 1,
};

void esmtp_section_add(struct esmtp_sections *v, u8 kind, u16 number);
void esmtp_section_keep(struct esmtp_sections *v, u8 c);
void esmtp_section_run(struct esmtp_sections *v, const u8 *p, u32 n);
void esmtp_section_mark(struct esmtp_sections *v);
void esmtp_section_trim(struct esmtp_sections *v);
void esmtp_section_order(struct esmtp_feed *f, const struct esmtp_sections *v, u32 off);

#endif /* _ESMTP_SECTION_H */
