// SPDX-License-Identifier: GPL-2.0
/*
 * Lists that are searched by their index against the same lists gone through line
 * by line: random lines and connections of few different addresses and ports, so
 * that many lines match and the first of them is what matters.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <esmtp/policy.h>

#include "any.h"

enum { LINES = 400, LISTS = 4, ROUNDS = 150, ASKED = 400, MOST_BINDS = 2 * ESMTP_MAX_CLASSES };

static u32 family_bits(u8 family)
{
	return family == ESMTP_AF_INET ? 32 : 128;
}

/* Few bits differ: 2 in the first byte, 3 in the last ones. */
static void random_addr(struct esmtp_addr *a, u8 family)
{
	memset(a, 0, sizeof(*a));
	a->b[0] = (u8)(any(4) << 6);
	a->b[family_bits(family) / 8 - 1] = (u8)any(8);
}

static void random_net(struct esmtp_addr *net, struct esmtp_addr *mask, u8 family,
		       u32 shapes)
{
	u32 i, bits = any(shapes) % (family_bits(family) + 1);

	memset(net, 0, sizeof(*net));
	memset(mask, 0, sizeof(*mask));
	if (family == ESMTP_AF_ANY)
		return;
	random_addr(net, family);
	if (any(2))
		bits = family_bits(family);
	for (i = 0; i < bits; i++)
		mask->b[i / 8] |= (u8)(0x80 >> i % 8);
	for (i = 0; i < sizeof(net->b); i++)
		net->b[i] &= mask->b[i];
}

static void random_ports(struct esmtp_ports *ports)
{
	ports->lo = (u16)any(6);
	ports->hi = (u16)(ports->lo + (any(2) ? 0 : any(3)));
	ports->op = (u8)any(ESMTP_PORT_OP_MAX);
}

static void random_ace(struct esmtp_ace *ace, u32 shapes)
{
	static const u8 families[] = { ESMTP_AF_ANY, ESMTP_AF_INET, ESMTP_AF_INET6 };

	memset(ace, 0, sizeof(*ace));
	ace->family = families[any(3)];
	ace->proto = 6;
	ace->permit = (u8)any(2);
	ace->inactive = !any(5);
	random_net(&ace->src, &ace->smask, ace->family, shapes);
	random_net(&ace->dst, &ace->dmask, ace->family, shapes);
	random_ports(&ace->sports);
	random_ports(&ace->dports);
	/* most lines match nothing: else the first few would decide all */
	if (any(8))
		ace->sports = (struct esmtp_ports){ 77, 77, ESMTP_PORT_RANGE, 0 };
}

static u32 line_by_line(const struct esmtp_policy *p, u32 acl,
			const struct esmtp_tuple *t)
{
	u32 i, end = p->acls[acl].first + p->acls[acl].n;

	for (i = p->acls[acl].first; i < end; i++)
		if (esmtp_ace_match(&p->aces[i], t))
			return i;
	return ~0u;
}

static void ask(const struct esmtp_policy *p, u32 *found, u32 *wrong)
{
	struct esmtp_tuple t = { .proto = 6 };
	u32 acl = any(LISTS), want;

	t.family = any(2) ? ESMTP_AF_INET : ESMTP_AF_INET6;
	random_addr(&t.src, t.family);
	random_addr(&t.dst, t.family);
	t.sport = (u16)any(9);
	t.dport = (u16)any(9);
	want = line_by_line(p, acl, &t);
	*found += want != ~0u;
	*wrong += esmtp_index_find(p, acl, &t) != want;
}

/* One list is short, one of a single line; @shapes: lengths of masks. */
static void round_of(u32 shapes, u32 *found, u32 *wrong, u32 *full)
{
	static const u32 sizes[LISTS] = { 12, LINES - 63, 1, 50 };
	struct esmtp_acl acls[LISTS] = { { .name = "a" }, { .name = "b" },
					 { .name = "c" }, { .name = "d" } };
	struct esmtp_policy p = { .acls = acls, .nacls = LISTS, .naces = LINES };
	u32 i, at = 0;

	for (i = 0; i < LISTS; i++) {
		acls[i].first = at;
		acls[i].n = sizes[i];
		at += sizes[i];
	}
	p.aces = calloc(LINES, sizeof(*p.aces));
	p.chain = calloc(LINES, sizeof(*p.chain));
	p.nprobes = esmtp_index_probes(&p);
	p.probes = calloc(p.nprobes, sizeof(*p.probes));
	p.nbuckets = esmtp_index_buckets(&p);
	p.buckets = calloc(p.nbuckets, sizeof(*p.buckets));
	for (i = 0; i < LINES; i++)
		random_ace(&p.aces[i], shapes);
	if (esmtp_policy_seal(&p))
		++*wrong;
	*full += acls[1].nprobes >= ESMTP_ACL_PROBES - 1;
	for (i = 0; i < ASKED; i++)
		ask(&p, found, wrong);
	free(p.aces);
	free(p.chain);
	free(p.probes);
	free(p.buckets);
}

static void make_room(struct esmtp_policy *p)
{
	p->chain = calloc(p->naces, sizeof(*p->chain));
	p->nprobes = esmtp_index_probes(p);
	p->probes = calloc(p->nprobes, sizeof(*p->probes));
	p->nbuckets = esmtp_index_buckets(p);
	p->buckets = calloc(p->nbuckets, sizeof(*p->buckets));
}

/* Clock ticks to seal a policy whose one long list is that of @n classes, in two policy-maps. */
static clock_t time_seal(u32 n, struct esmtp_ace *aces)
{
	static struct esmtp_class classes[ESMTP_MAX_CLASSES];
	static struct esmtp_bind binds[MOST_BINDS];
	struct esmtp_acl acl = { .name = "a", .n = ESMTP_MAX_ACES };
	struct esmtp_pmap pmaps[2] = { { .name = "p", .n = n / 2 },
				       { .name = "q", .first = n / 2, .n = n - n / 2 } };
	struct esmtp_service services[2] = { { .pmap = 0 }, { .ifname = "a", .pmap = 1 } };
	struct esmtp_map map;
	struct esmtp_policy p = {
		.aces = aces, .naces = ESMTP_MAX_ACES, .acls = &acl, .nacls = 1, .maps = &map,
		.nmaps = 1, .classes = classes, .nclasses = ESMTP_MAX_CLASSES, .binds = binds,
		.nbinds = n, .pmaps = pmaps, .npmaps = 2, .services = services, .nservices = 2,
	};
	clock_t begin;
	u32 i;

	esmtp_map_default(&map);
	map.nrules = 0;
	for (i = 0; i < ESMTP_MAX_CLASSES; i++) {
		snprintf(classes[i].name, sizeof(classes[i].name), "c%u", i);
		classes[i].kind = ESMTP_CLASS_ACL;
	}
	for (i = 0; i < n; i++)
		binds[i] = (struct esmtp_bind){ .class = (u16)(i < n / 2 ? i : i - n / 2),
						.verdict = ESMTP_CLASSIFY_INSPECT };
	make_room(&p);
	begin = clock();
	if (esmtp_policy_seal(&p))
		exit(EXIT_FAILURE);
	begin = clock() - begin;
	free(p.chain);
	free(p.probes);
	free(p.buckets);
	return begin;
}

/* Whoever applies a policy takes a processor for no longer than its lines need. */
static bool is_linear(void)
{
	struct esmtp_ace *aces = calloc(ESMTP_MAX_ACES, sizeof(*aces));
	clock_t one, many;
	u32 i;

	for (i = 0; i < ESMTP_MAX_ACES; i++)
		aces[i] = (struct esmtp_ace){ .permit = 1, .proto = 6,
			.dports = { .lo = 25, .hi = 25, .op = ESMTP_PORT_RANGE } };
	one = time_seal(2, aces);
	many = time_seal(MOST_BINDS, aces);
	free(aces);
	printf("# sealed in %ld ms for two classes, %ld for all\n",
	       one * 1000 / CLOCKS_PER_SEC, many * 1000 / CLOCKS_PER_SEC);
	return many < 3 * one + CLOCKS_PER_SEC / 20;
}

static int report(const char *name, u32 good)
{
	printf("%s %s\n", good ? "ok" : "not ok", name);
	return !good;
}

int main(void)
{
	u32 i, found = 0, wrong = 0, full = 0, few = 0, last;
	int failed = 0;

	for (i = 0; i < ROUNDS; i++)
		round_of(3, &found, &wrong, &few);
	failed += report("index_few_shapes", !wrong && !few);
	last = found;
	failed += report("index_few_shapes_match", found > ROUNDS * ASKED / 10);
	for (i = 0; i < ROUNDS; i++)
		round_of(200, &found, &wrong, &full);
	failed += report("index_more_shapes_than_probes", !wrong && full == ROUNDS);
	failed += report("index_more_shapes_match",
			 found - last > ROUNDS * ASKED / 20);
	failed += report("index_seal_is_linear", is_linear());
	return failed != 0;
}
