/* SPDX-License-Identifier: GPL-2.0 */
/* What is different between two configurations, line by line. */
#ifndef _CTL_DIFF_H
#define _CTL_DIFF_H

#include <stdbool.h>

#include <esmtp/port.h>

#include "util.h"

/**
 * struct diff - how far two configurations differ
 * @text: the lines that do, each with "+" or "-" before it, and with " " those that
 *	they stand in
 * @added: lines of the second one only
 * @removed: lines of the first one only
 */
struct diff {
	struct buf text;
	u32 added;
	u32 removed;
};

void diff_make(const struct buf *from, const struct buf *to, bool count_only,
	       struct diff *diff);
void diff_free(struct diff *diff);

#endif /* _CTL_DIFF_H */
