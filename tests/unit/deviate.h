/* SPDX-License-Identifier: GPL-2.0 */
/* A server that deviates from RFC 5321 as servers in the field do, drawn at random. */
#ifndef _DEVIATE_H
#define _DEVIATE_H

#include <esmtp/port.h>

enum {
	DEVIATE_LINE = 20000,
	DEVIATE_OUT = 1 << 16,
};

enum deviate_mode { DEVIATE_COMMAND, DEVIATE_ANSWER, DEVIATE_DATA, DEVIATE_CHUNK };

/**
 * struct deviate - the server
 * @seed: what it does is a function of this and of the number of the line
 * @lines: lines read so far
 * @mode: how it reads the next byte
 * @line: the line at hand
 * @len: its bytes so far, saturating
 * @skip: the rest of this line is thrown away
 * @left: octets of a BDAT still to come
 * @recipients: accepted in this transaction
 * @body: lines of this message
 * @look: what of an end of data was seen, true or look-alike
 * @odd: one in so many replies has an odd form; 0 for none
 * @loses: one in so many replies is left out
 * @doubles: one in so many comes twice
 * @refuses: one in so many commands is refused
 * @cuts: a line of so many bytes is answered before its end; 0 for none
 * @cuts_answer: the same, in the answer to a 334
 * @reads_tail: the rest of such a line is a command, in place of thrown away
 * @gives_up: in the line of a message in which it is refused; 0 for none
 * @reads_on: as commands, what follows in a message or chunk that was refused
 * @late: a refused message is answered at its end again
 * @lenient: LF . LF ends a message
 * @out: what it says
 * @n_out: bytes of it
 * @broken: the forbidden line that it has executed, or NULL
 * @allows: a line that is forbidden under the map is none
 */
struct deviate {
	u32 seed, lines;
	u8 mode;
	char line[DEVIATE_LINE];
	u32 len;
	bool skip;
	u32 left;
	u32 recipients, body;
	char look[4];
	u32 odd, loses, doubles, refuses, cuts, cuts_answer, gives_up;
	bool reads_tail, reads_on, late, lenient, refused;
	char out[DEVIATE_OUT];
	u32 n_out;
	char broken[80];
};

u32 deviate_hash(u32 seed, u32 n);
void deviate_init(struct deviate *d, u32 seed, bool honest);
void deviate_read(struct deviate *d, const char *p, u32 n);

#endif /* _DEVIATE_H */
