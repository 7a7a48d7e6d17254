/* SPDX-License-Identifier: GPL-2.0 */
/* The table that scripts/vec2h makes of tests/vectors. */
#ifndef _VECTOR_H
#define _VECTOR_H

#include <esmtp/core.h>

enum {
	VECTOR_ANY = 0xff,		/* any rule */
	VECTOR_NOWHERE = 0x7fffffff,	/* index not stated */
};

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
 * @end: reason for ending, or ESMTP_GO
 */
struct vector_turn {
	const char *in, *out;
	const struct vector_event *events;
	u32 n_in, n_out;
	u32 held;
	u32 at;
	u16 n_events;
	u8 dir;
	u8 again;
	u8 why;
	u8 end;
};

/**
 * struct vector - a conversation under a map
 * @name: its name
 * @turns: what is sent
 * @rules: the rules of its own map
 * @n_turns: number of @turns
 * @n_rules: number of @rules
 * @own_map: false for the default map
 * @banner: enum esmtp_banner of its own map
 */
struct vector {
	const char *name;
	const struct vector_turn *turns;
	const struct esmtp_rule *rules;
	u16 n_turns;
	u8 n_rules;
	u8 own_map;
	u8 banner;
};

#endif /* _VECTOR_H */
