// SPDX-License-Identifier: GPL-2.0
/*
 * The most frequent hosts against an exact count of each: whatever comes, the truth is
 * between the two numbers of each, and whoever is often enough is among them.
 */
#include <stdio.h>
#include <string.h>

#include <esmtp/top.h>

#include "any.h"

enum { RUNS = 300, CASES = 2000, HOSTS = 400 };

static u64 exact[HOSTS];

static struct esmtp_addr address(u32 host)
{
	struct esmtp_addr a = { .b = { 10, 0, (u8)(host >> 8), (u8)host } };

	return a;
}

static u32 host_of(const struct esmtp_top_host *h)
{
	return (u32)h->addr.b[2] << 8 | h->addr.b[3];
}

/* Some runs have few hosts, some many, some one that is more often than any other. */
static void fill(struct esmtp_top *top)
{
	u32 i, host, hosts = 1 + any(HOSTS), favourite = any(hosts), often = any(5);
	struct esmtp_addr a;

	memset(exact, 0, sizeof(exact));
	memset(top, 0, sizeof(*top));
	for (i = 0; i < CASES; i++) {
		host = any(often + 1) ? favourite : any(hosts);
		exact[host]++;
		a = address(host);
		esmtp_top_count(top, host % 2 ? ESMTP_AF_INET : ESMTP_AF_INET6, &a);
	}
}

static bool is_bounded(const struct esmtp_top *top)
{
	u64 sum = 0, n;
	u32 i;

	for (i = 0; i < top->n; i++) {
		n = exact[host_of(&top->host[i])];
		sum += top->host[i].count;
		if (n > top->host[i].count || n < top->host[i].count - top->host[i].over)
			return false;
	}
	return sum == CASES;
}

static bool has(const struct esmtp_top *top, u32 host)
{
	u32 i;

	for (i = 0; i < top->n; i++)
		if (host_of(&top->host[i]) == host)
			return true;
	return false;
}

static bool has_frequent(const struct esmtp_top *top)
{
	u32 i;

	for (i = 0; i < HOSTS; i++)
		if (exact[i] > CASES / ESMTP_TOP_HOSTS && !has(top, i))
			return false;
	return true;
}

/* The best are those of the greatest counts, in their order. */
static bool is_best(const struct esmtp_top *top)
{
	struct esmtp_top_host best[ESMTP_TOP_SHOWN];
	u32 i, k, more, n = esmtp_top_best(top, best);

	if (n != (top->n < ESMTP_TOP_SHOWN ? top->n : ESMTP_TOP_SHOWN))
		return false;
	for (i = 0; i < n; i++) {
		for (more = 0, k = 0; k < top->n; k++)
			more += top->host[k].count > best[i].count;
		if (more > i || (i && best[i].count > best[i - 1].count))
			return false;
	}
	return true;
}

static bool random_runs(void)
{
	struct esmtp_top top;
	u32 i;

	for (i = 0; i < RUNS; i++) {
		fill(&top);
		if (!is_bounded(&top) || !has_frequent(&top) || !is_best(&top))
			return false;
	}
	return true;
}

static bool families(void)
{
	struct esmtp_top top = { .n = 0 };
	struct esmtp_addr a = address(1);

	esmtp_top_count(&top, ESMTP_AF_INET, &a);
	esmtp_top_count(&top, ESMTP_AF_INET6, &a);
	esmtp_top_count(&top, ESMTP_AF_INET, &a);
	return top.n == 2 && top.host[0].count == 2 && top.host[1].count == 1;
}

static int report(const char *name, bool good)
{
	printf("%s %s\n", good ? "ok" : "not ok", name);
	return !good;
}

int main(void)
{
	return report("top_random_runs", random_runs()) |
	       report("top_families", families());
}
