// SPDX-License-Identifier: GPL-2.0
/*
 * Whole conversations through the stream engine, over paths that lose, repeat, reorder
 * and forge, with all checks of tests/unit/link_*.c. An input takes several ways,
 * drawn from its hash.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conversation.h"
#include "link.h"
#include "replay.h"

enum { WAYS = 4, STEPS = 24 };

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct conversation c;
	static struct link room;
	u32 half;

	if (!conversation_read(&c, p, (u32)n))
		return 0;
	for (half = 0; half < WAYS; half++) {
		const char *why = link_talk(&room, &c.v, c.hash + half * 2, STEPS);

		if (!why)
			continue;
		fprintf(stderr, "way %u: %s\n", half, why);
		abort();
	}
	return 0;
}
