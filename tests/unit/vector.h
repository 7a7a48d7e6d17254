/* SPDX-License-Identifier: GPL-2.0 */
/* The table that scripts/vec2h makes of tests/vectors. */
#ifndef _VECTOR_H
#define _VECTOR_H

#include <esmtp/core.h>

enum {
	VECTOR_ANY = 0xff,		/* any rule, any action */
	VECTOR_NOWHERE = 0x7fffffff,	/* index not stated */
};

enum vector_map { VECTOR_MAP_DEFAULT, VECTOR_MAP_RECOMMENDED, VECTOR_MAP_OWN };

struct vector_event {
	u8 id;				/* enum esmtp_event_id */
	u8 rule;
	u8 measured;			/* @value is stated */
	u32 value;
};

/**
 * struct vector_turn - what one side sends at once, and what comes of it
 * @in: bytes sent; of a turn with @again, the bytes that were held
 * @out: bytes that reach the other side when @in is one packet
 * @events: what is seen, in order
 * @n_in: bytes of @in
 * @n_out: bytes of @out
 * @held: bytes at the end of @in that are held back
 * @at: index in @in of the byte that ends the connection, or VECTOR_NOWHERE
 * @n_events: number of @events
 * @dir: enum esmtp_dir
 * @again: bytes held before are offered again
 * @why: reason for holding
 * @end: reason for ending, or ESMTP_R_GO
 * @act: enum esmtp_action by which it ends, or VECTOR_ANY
 * @say: the reply of a reject, or NULL if not stated
 */
struct vector_turn {
	const char *in, *out;
	const char *say;
	const struct vector_event *events;
	u32 n_in, n_out;
	u32 held;
	u32 at;
	u16 n_events;
	u8 dir;
	u8 again;
	u8 why;
	u8 end;
	u8 act;
};

/**
 * struct vector - a conversation under a map
 * @name: its name
 * @turns: what is sent
 * @rules: the rules of its own map
 * @n_turns: number of @turns
 * @n_rules: number of @rules
 * @map: enum vector_map
 * @params: parameters of its own map, or NULL for none
 * @says: replies of its own map
 */
struct vector {
	const char *name;
	const struct vector_turn *turns;
	const struct esmtp_rule *rules;
	const struct esmtp_params *params;
	const char *says[ESMTP_MAP_SAYS];
	u16 n_turns;
	u8 n_rules;
	u8 map;
};

#endif /* _VECTOR_H */
