/* SPDX-License-Identifier: GPL-2.0 */
/* Runs a vector in every cut that matters. Compiles for the kernel too. */
#ifndef _REPLAY_H
#define _REPLAY_H

#include "harness.h"
#include "vector.h"

/**
 * struct replay - room for one vector's runs
 * @whole: the connection with each turn as one packet
 * @run: the connection as cut in another way
 * @map: that the vector runs under
 * @place: see struct harness
 * @splits: at most so many splits of a turn; 0 for all
 * @pick: run bytes and one shape more, chosen by this number; 0 for all
 * @fail: what went wrong
 */
struct replay {
	struct harness whole, run;
	struct esmtp_map map;
	const u8 *(*place)(const u8 *p, u32 n);
	u32 splits;
	u32 pick;
	char fail[HARNESS_FAIL + 120];
};

const char *replay_vector(struct replay *r, const struct vector *v);
const char *replay_cuts(struct replay *r, const struct vector *v);
const char *replay_random(struct replay *r, const struct vector *v, u32 seed);
void replay_map(struct esmtp_map *map, const struct vector *v);

#endif /* _REPLAY_H */
