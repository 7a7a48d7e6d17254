// SPDX-License-Identifier: GPL-2.0
/*
 * Legitimate conversations through both built-in maps: what the client sends must
 * reach the server to the last byte, whatever the cuts, and nothing may be counted
 * that is not there. Read from standard input, in the form of
 * tests/peers/conversations; prints each exception, and a count. One of more bytes
 * than the harness has room for is passed over, and counted too.
 *
 * usage: corpus [NAME...]	events that may come, such as event_pipelining
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"

enum {
	TURNS = 4096,
	NAME = 80,
};

struct conversation {
	char name[NAME];
	struct vector_turn turns[TURNS];
	char bytes[ESMTP_DIR_MAX][HARNESS_STREAM];
	u32 n_turns;
	u32 n_bytes[ESMTP_DIR_MAX];
	bool fits;
};

static bool allowed[ESMTP_EVENT_MAX];

static void die(const char *what)
{
	fprintf(stderr, "corpus: %s\n", what);
	exit(2);
}

static void read_all(void *to, size_t n)
{
	if (fread(to, 1, n, stdin) != n)
		die("the input is cut short");
}

/* What there is no room for is read all the same. */
static void read_turn(struct conversation *c, enum esmtp_dir dir)
{
	struct vector_turn *t = &c->turns[c->n_turns];
	u8 len[4];
	u32 n;

	read_all(len, sizeof(len));
	n = len[0] | len[1] << 8 | len[2] << 16 | (u32)len[3] << 24;
	if (n > HARNESS_STREAM - c->n_bytes[dir] || c->n_turns == TURNS) {
		c->fits = false;
		while (n-- && getchar() != EOF)
			;
		return;
	}
	c->n_turns++;
	memset(t, 0, sizeof(*t));
	t->dir = dir;
	t->in = c->bytes[dir] + c->n_bytes[dir];
	t->n_in = n;
	read_all(c->bytes[dir] + c->n_bytes[dir], n);
	c->n_bytes[dir] += n;
}

/* The next one; false at the end. */
static bool read_conversation(struct conversation *c)
{
	int side;

	c->n_turns = 0;
	memset(c->n_bytes, 0, sizeof(c->n_bytes));
	c->fits = true;
	if (!fgets(c->name, sizeof(c->name), stdin))
		return false;
	c->name[strcspn(c->name, "\n")] = '\0';
	while ((side = getchar()) == 'c' || side == 's')
		read_turn(c, side == 's' ? ESMTP_S2C : ESMTP_C2S);
	if (side != 'e')
		die("no turn, and no end");
	return true;
}

/* What any conversation has. */
static void allow_usual(void)
{
	static const u8 usual[] = {
		ESMTP_EV_BANNER_MASKED, ESMTP_EV_COMMAND, ESMTP_EV_KEYWORD_MASKED,
		ESMTP_EV_MESSAGE, ESMTP_EV_MESSAGE_END, ESMTP_EV_AUTH_LINE,
		ESMTP_EV_CHUNK, ESMTP_EV_TLS, ESMTP_EV_TLS_HELLO, ESMTP_EV_TLS_SNI,
		ESMTP_EV_TLS_CHOSEN,
	};
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(usual); i++)
		allowed[usual[i]] = true;
}

static void allow(const char *name)
{
	u32 i;

	for (i = 0; i < ESMTP_EVENT_MAX; i++)
		if (!strcmp(name, esmtp_event_name(i)))
			allowed[i] = true;
}

/*
 * "others mask" of the default map is told as a rule, too, and so is what is ambiguous
 * by the recommended one.
 */
static bool expected(const struct esmtp_map *map, const struct esmtp_event *ev)
{
	u8 crit = ev->id == ESMTP_EV_RULE ? map->rules[ev->rule].crit : ESMTP_CRIT_MAX;

	if (crit == ESMTP_CRIT_AMBIGUOUS)
		return allowed[ev->value];
	return crit == ESMTP_CRIT_EHLO_PARAM || allowed[ev->id];
}

static u32 exception(const struct conversation *c, const struct esmtp_map *map,
		     const char *what, u32 value, u32 at)
{
	printf("%s %s: %s=%u at %u\n", c->name, map->name, what, value, at);
	return 1;
}

/* What should not have been, in the run of whole turns. */
static u32 exceptions(const struct conversation *c, const struct replay *r)
{
	const struct harness *h = &r->whole;
	const struct harness_stream *st = &h->stream[ESMTP_C2S];
	u32 found = 0, i;

	for (i = 0; i < h->n_events; i++)
		if (!expected(&r->map, &h->event[i]))
			found += exception(c, &r->map,
					   esmtp_event_name(h->event[i].id),
					   h->event[i].value, h->event[i].off);
	if (h->end)
		found += exception(c, &r->map, esmtp_reason_name(h->end), 0,
				   st->left);
	else if (st->left != st->have)
		found += exception(c, &r->map, "held", st->have - st->left,
				   st->left);
	if (memcmp(st->was, st->is, st->left))
		found += exception(c, &r->map, "changed", 0, st->left);
	return found;
}

/* Returns exceptions; a difference between cuts is one that cannot be allowed. */
static u32 run(const struct conversation *c, enum vector_map map, u32 seed)
{
	static struct replay room;
	struct vector v = {
		.name = c->name, .map = map, .turns = c->turns,
		.n_turns = c->n_turns,
	};
	const char *why = replay_random(&room, &v, seed);

	if (why) {
		printf("%s: %s\n", c->name, why);
		return 1;
	}
	return exceptions(c, &room);
}

static bool needs_permission(const char *name)
{
	return !strncmp(name, "bdat", 4) || !strncmp(name, "tls", 3);
}

int main(int argc, char **argv)
{
	static struct conversation c;
	u32 conversations = 0, passed_over = 0, found = 0;
	int i;

	allow_usual();
	for (i = 1; i < argc; i++)
		allow(argv[i]);
	while (read_conversation(&c)) {
		if (!c.fits) {
			passed_over++;
			continue;
		}
		conversations++;
		found += run(&c, VECTOR_MAP_RECOMMENDED, conversations);
		if (!needs_permission(c.name))
			found += run(&c, VECTOR_MAP_DEFAULT, conversations);
	}
	printf("# %u conversations, %u exceptions, %u passed over\n", conversations,
	       found, passed_over);
	return found || !conversations;
}
