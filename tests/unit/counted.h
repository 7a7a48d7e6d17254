/* SPDX-License-Identifier: GPL-2.0 */
/* What is done between two marks, counted in instructions by callgrind; see ./counted. */
#ifndef _COUNTED_H
#define _COUNTED_H

#include <valgrind/callgrind.h>

static inline void counted_begin(void)
{
	CALLGRIND_ZERO_STATS;
	CALLGRIND_TOGGLE_COLLECT;
}

static inline void counted_end(const char *name)
{
	CALLGRIND_TOGGLE_COLLECT;
	CALLGRIND_DUMP_STATS_AT(name);
}

#endif /* _COUNTED_H */
