// SPDX-License-Identifier: GPL-2.0
/*
 * What the inspection core alone lets leave of conversations: each turn in packets of at
 * most PIECE bytes, acknowledged when it has left. Read from standard input, in the form of
 * tests/peers/conversations; a line for each direction: number, c or s, the bytes in hex.
 * One that there is no room for is named, and has "too long".
 *
 * usage: leaves default|recommended
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

enum {
	PIECE = 30000,
	EDITS = 64,			/* as many as the stream engine has */
	NAME = 80,
};

static struct harness h;
static bool fits;

static void die(const char *what)
{
	fprintf(stderr, "leaves: %s\n", what);
	exit(2);
}

static u32 read_length(void)
{
	u8 len[4];

	if (fread(len, 1, sizeof(len), stdin) != sizeof(len))
		die("the input is cut short");
	return len[0] | len[1] << 8 | len[2] << 16 | (u32)len[3] << 24;
}

/* All that has not left is offered, as an end that is not answered sends again. */
static void offer(enum esmtp_dir dir)
{
	struct harness_stream *st = &h.stream[dir];
	u32 n, was;

	do {
		was = st->left;
		n = st->have - was;
		if (n && !h.end)
			harness_offer(&h, dir, n < PIECE ? n : PIECE);
	} while (!h.end && st->left != was);
	harness_ack(&h, dir, st->left);
}

static void say(enum esmtp_dir dir)
{
	u32 n = read_length();
	u8 *bytes = malloc(n + 1);

	if (!bytes || fread(bytes, 1, n, stdin) != n)
		die("the input is cut short");
	if (!fits || !harness_send(&h, dir, bytes, n))
		fits = false;
	else if (!h.end)
		offer(dir);
	if (fits && !h.end)
		offer(!dir);
	free(bytes);
}

static void print(u32 number, enum esmtp_dir dir)
{
	const struct harness_stream *st = &h.stream[dir];
	u32 i;

	printf("%u %c ", number, dir == ESMTP_C2S ? 'c' : 's');
	for (i = 0; fits && i < st->left; i++) {
		if (st->wide[i] == 2)
			printf("0d");
		if (st->wide[i])
			printf("%02x", st->is[i]);
	}
	puts(fits ? "" : "too long");
}

int main(int argc, char **argv)
{
	struct esmtp_map map;
	char name[NAME];
	u32 number = 0;
	int side;

	if (argc != 2)
		die("usage: leaves default|recommended");
	if (!strcmp(argv[1], "recommended"))
		esmtp_map_recommended(&map);
	else
		esmtp_map_default(&map);
	while (fgets(name, sizeof(name), stdin)) {
		harness_init(&h, &map, EDITS, 0);
		fits = true;
		number++;
		while ((side = getchar()) == 'c' || side == 's')
			say(side == 's' ? ESMTP_S2C : ESMTP_C2S);
		print(number, ESMTP_C2S);
		print(number, ESMTP_S2C);
		if (h.fail[0])
			die(h.fail);
	}
	return 0;
}
