/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A fuzzer's input as a conversation: a byte that chooses the map, then records:
 *
 *	SIDE LEN(16, little endian) BYTES	the client (0) or server (1) sends
 *	SIDE|2					held bytes are offered again
 *
 * scripts/vec2h -s writes the vectors in this form.
 */
#ifndef _CONVERSATION_H
#define _CONVERSATION_H

#include "vector.h"

enum {
	CONVERSATION_TURNS = 64,
	CONVERSATION_FLAG = 0x80,	/* of the first byte: the target's own */
};

/**
 * struct conversation - an input
 * @v: what is said under which map; nothing is stated of what comes of it
 * @turns: its turns
 * @hash: of the input, not 0: for what is to be drawn, the same each time
 */
struct conversation {
	struct vector v;
	struct vector_turn turns[CONVERSATION_TURNS];
	u32 hash;
};

bool conversation_read(struct conversation *c, const u8 *p, u32 n);

#endif /* _CONVERSATION_H */
