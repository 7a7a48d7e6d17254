// SPDX-License-Identifier: GPL-2.0
/*
 * Hits of access-list lines are carried from policy to policy, and nobody who writes both can make
 * that take long: lines made to meet in one bucket of a hash without a seed do not meet.
 *
 * The table is acl_hits.c's own, so it is read here.
 */
#include <stdio.h>

#include "control/acl_hits.c"

enum {
	LINES = 4096,
	/* with one in a bucket on average, 4,096 random keys have a list of 14 once in a billion */
	LONGEST = 13,
};

__thread int queued_cpu;
int queued_cpus = 1;

static struct esmtp_ace make_line(u32 i)
{
	struct esmtp_ace ace = { .permit = 1, .family = ESMTP_AF_INET };

	ace.src.b[0] = 10;
	ace.src.b[1] = (u8)(i >> 16);
	ace.src.b[2] = (u8)(i >> 8);
	ace.src.b[3] = (u8)i;
	ace.dports.lo = (u16)(i >> 24);
	return ace;
}

/* Lines that anybody can find: of the first list, in one bucket if there is no seed. */
static void make_lines(struct esmtp_ace *aces, bool meet)
{
	u32 i, n = 0;

	for (i = 0; n < LINES; i++) {
		aces[n] = make_line(i);
		if (!meet || !(jhash(&aces[n], sizeof(aces[n]), 0) & (LINES - 1)))
			n++;
	}
}

static u32 find_longest(const struct lines *l)
{
	u32 i, at, n, longest = 0;

	for (i = 0; i <= l->mask; i++) {
		n = 0;
		for (at = l->bucket[i]; at; at = l->next[at - 1])
			n++;
		longest = n > longest ? n : longest;
	}
	return longest;
}

static int failed;

static void tell(const char *name, bool right)
{
	printf("%sok hits: %s\n", right ? "" : "not ", name);
	failed |= !right;
}

static void try_lines(const char *name, struct esmtp_kpolicy *kp, bool meet)
{
	struct lines l = { .old = kp };
	u32 i, longest;
	u64 sum = 0;

	make_lines(kp->p.aces, meet);
	if (index_old_lines(&l, kp))
		exit(1);
	longest = find_longest(&l);
	printf("# %s: %u in the longest list\n", name, longest);
	tell(name, longest <= LONGEST);
	for (i = 0; i < LINES; i++)
		kp->hits_base[i] = i;
	for (i = 0; i < LINES; i++)
		sum += take_line_hits(&l, 0, &kp->p.aces[i]) == i;
	tell("each line finds its own", sum == LINES);
	for (i = 0; i < LINES; i++)
		sum += take_line_hits(&l, 0, &kp->p.aces[i]);
	tell("once", sum == LINES);
	kvfree(l.bucket);
	kvfree(l.next);
}

int main(void)
{
	static struct esmtp_ace aces[LINES];
	struct esmtp_acl acl = { .name = "a", .n = LINES };
	struct esmtp_kpolicy kp = {
		.p = { .aces = aces, .naces = LINES, .acls = &acl, .nacls = 1 },
	};

	if (esmtp_acl_hits_alloc(&kp))
		return 1;
	try_lines("usual lines", &kp, false);
	try_lines("lines that are meant to meet", &kp, true);
	esmtp_acl_hits_free(&kp);
	return failed;
}
