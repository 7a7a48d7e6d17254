// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the vectors in user space and prints "ok NAME" or "not ok NAME reason".
 *
 * usage: unit [-v] [NAME...]	a NAME may be the beginning of one
 *        unit -q		in few cuts, to the first that fails: mutate's first look
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "replay.h"
#include "vectors.h"

enum { ROOM = HARNESS_STREAM };

static u8 *guard;			/* the page that must not be touched */

/* Nothing can be read behind the last byte. */
static const u8 *place(const u8 *p, u32 n)
{
	return memcpy(guard - n, p, n);
}

static void guard_init(void)
{
	long page = sysconf(_SC_PAGESIZE);
	u8 *p = mmap(NULL, ROOM + page, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || mprotect(p + ROOM, page, PROT_NONE)) {
		perror("mmap");
		exit(2);
	}
	guard = p + ROOM;
}

static bool wanted(const char *name, char **names)
{
	if (!*names)
		return true;
	for (; *names; names++)
		if (!strncmp(name, *names, strlen(*names)))
			return true;
	return false;
}

static void print_bytes(const char *head, const u8 *p, u32 n)
{
	printf("#   %s \"", head);
	for (; n; n--, p++)
		if (*p == '\r' || *p == '\n')
			printf(*p == '\r' ? "\\r" : "\\n");
		else if (*p < ' ' || *p > '~')
			printf("\\x%02x", *p);
		else
			printf("%c", *p);
	printf("\"\n");
}

/* What came of a vector whole: enough to see why it is not as stated. */
static void print_run(const struct harness *h)
{
	u32 i;

	print_bytes("server got", h->stream[ESMTP_C2S].is,
		    h->stream[ESMTP_C2S].left);
	print_bytes("client got", h->stream[ESMTP_S2C].is,
		    h->stream[ESMTP_S2C].left);
	for (i = 0; i < h->n_events; i++)
		printf("#   %s: %s rule %u value %u at %u\n",
		       h->event[i].dir == ESMTP_C2S ? "C" : "S",
		       esmtp_event_name(h->event[i].id), h->event[i].rule,
		       h->event[i].value, h->event[i].off);
	printf("#   %s, %s\n", esmtp_mode_name(h->session.mode),
	       esmtp_reason_name(h->end));
}

int main(int argc, char **argv)
{
	static struct replay room;
	bool verbose = argc > 1 && !strcmp(argv[1], "-v");
	bool quick = argc > 1 && !strcmp(argv[1], "-q");
	u32 failed = 0, run = 0, i;

	guard_init();
	room.place = place;
	room.splits = quick;
	for (i = 0; i < ESMTP_ARRAY_SIZE(vectors) && !(quick && failed); i++) {
		const char *why;

		if (!wanted(vectors[i].name, argv + 1 + (verbose || quick)))
			continue;
		room.pick = quick ? i + 1 : 0;
		run++;
		why = replay_vector(&room, &vectors[i]);
		if (why)
			printf("not ok %s %s\n", vectors[i].name, why);
		else
			printf("ok %s\n", vectors[i].name);
		if (verbose)
			print_run(&room.whole);
		failed += !!why;
	}
	printf("# %u vectors, %u failed\n", run, failed);
	return failed || !run;
}
