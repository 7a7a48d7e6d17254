// SPDX-License-Identifier: GPL-2.0
/*
 * The conversations of all vectors through the stream engine, over paths and between
 * ends that link.c knows: each several times.
 *
 * usage: stream_test [RUNS]
 */
#include <stdio.h>
#include <stdlib.h>

#include "link.h"
#include "vector.h"
#include "vectors.h"

enum { RUNS = 20, STEPS = 24 };

int main(int argc, char **argv)
{
	u32 times = argc > 1 ? (u32)atoi(argv[1]) : RUNS, failed = 0, i, run;
	static struct link room;

	for (i = 0; i < ESMTP_ARRAY_SIZE(vectors); i++) {
		const char *why = NULL;

		for (run = 0; run < times && !why; run++)
			why = link_talk(&room, &vectors[i], (run * 977 + i) * 2654435761u | 1,
					STEPS);
		if (why)
			printf("not ok stream %s, run %u: %s\n", vectors[i].name, run, why);
		failed += why != NULL;
	}
	printf("%s stream of each vector, %u ways\n", failed ? "not ok" : "ok", times);
	return failed != 0;
}
