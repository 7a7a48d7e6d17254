// SPDX-License-Identifier: GPL-2.0
/*
 * Hosts that connections are counted for: a crowd that proves nothing keeps out nobody who
 * does, and no server; nobody's packet walks a long list for it; and counts are exact on any
 * number of CPUs, which are threads here.
 *
 * The lists are hosts.c's own, so it is read here.
 */
#include <stdio.h>

#include "control/hosts.c"
#include "control/quota.h"

enum {
	CPUS = 4, ROUNDS = 20000, MAX = 3,
	/* with one in a bucket on average, 262,144 random keys have a list of 15 once in a million */
	LONGEST = 14,
};

/* what quota.c asks for of the daemon and of policies, and is not asked here */
__thread int queued_cpu;

void esmtp_limit_count_put(struct esmtp_limit_count *lc)
{
	(void)lc;
}

static struct esmtp_host *crowd[ESMTP_HOSTS_MAX];

static struct esmtp_addr make_addr(u8 net, u32 i)
{
	struct esmtp_addr addr = { .b = { net, (u8)(i >> 16), (u8)(i >> 8), (u8)i } };

	return addr;
}

static struct esmtp_host *enter(struct esmtp_hosts *hosts, u8 role, u32 i, bool proved, bool *full)
{
	struct esmtp_addr addr = make_addr(role == ESMTP_HOST_CLIENT ? 198 : 10, i);

	return esmtp_hosts_enter(hosts, role, ESMTP_AF_INET, &addr, MAX, proved, full);
}

static bool is_crowded(struct esmtp_hosts *hosts, u32 i)
{
	struct esmtp_addr addr = make_addr(198, i);

	return esmtp_hosts_crowded(hosts, ESMTP_HOST_CLIENT, ESMTP_AF_INET, &addr);
}

/* 65,536 spoofed SYNs that a server has answered. */
static bool fill_crowd(struct esmtp_hosts *hosts)
{
	bool full;
	u32 i;

	for (i = 0; i < ESMTP_HOSTS_MAX; i++) {
		crowd[i] = enter(hosts, ESMTP_HOST_CLIENT, i, false, &full);
		if (!crowd[i])
			return false;
	}
	return true;
}

static bool keeps_nobody_out(struct esmtp_hosts *hosts)
{
	struct esmtp_host *client, *server;
	bool full, refused, right;

	refused = !enter(hosts, ESMTP_HOST_CLIENT, 1 << 17, false, &full) && full;
	client = enter(hosts, ESMTP_HOST_CLIENT, 1 << 17, true, &full);
	server = enter(hosts, ESMTP_HOST_SERVER, 1, true, &full);
	right = refused && client && server && is_crowded(hosts, 1 << 18) &&
		!is_crowded(hosts, 1 << 17) && !is_crowded(hosts, 0);
	if (client)
		esmtp_hosts_leave(hosts, client);
	if (server)
		esmtp_hosts_leave(hosts, server);
	return right;
}

static bool half_enter(struct esmtp_hosts *hosts, u8 role, u32 i, bool proved)
{
	struct esmtp_addr addr = make_addr(role == ESMTP_HOST_CLIENT ? 198 : 10, i);
	u32 now;

	return esmtp_hosts_half_enter(hosts, role, ESMTP_AF_INET, &addr,
				      esmtp_half_open_era(), MAX, proved, &now);
}

/* A server that nobody has asked for yet has a place for its first half-open one. */
static bool keeps_no_server_out(struct esmtp_hosts *hosts)
{
	return half_enter(hosts, ESMTP_HOST_SERVER, 7, false);
}

/* Who asks for 65,536 servers that there are not fills no place of one that is. */
static bool survives_many_servers(struct esmtp_hosts *hosts)
{
	u32 i;

	for (i = 0; i < ESMTP_HOSTS_MAX; i++)
		half_enter(hosts, ESMTP_HOST_SERVER, 100 + i, false);
	return !half_enter(hosts, ESMTP_HOST_SERVER, 1 << 18, false) &&
	       half_enter(hosts, ESMTP_HOST_SERVER, 1 << 18, true);
}

/*
 * Whoever's connection ended while its client's answer was on its way proves nothing: the
 * host may be gone, and what is said of it would be of whoever has its memory.
 */
static bool late_proof_is_none(struct esmtp_hosts *hosts)
{
	struct esmtp_host *one;
	bool full;

	esmtp_hosts_prove(hosts, crowd[4], &(const u32){ 0 });
	one = enter(hosts, ESMTP_HOST_CLIENT, 1 << 17, false, &full);
	if (one)
		esmtp_hosts_leave(hosts, one);
	return !one && full;
}

/* Who answers takes no place of the others any more. */
static bool makes_room(struct esmtp_hosts *hosts)
{
	struct esmtp_host *one;
	bool full;

	esmtp_hosts_prove(hosts, crowd[5], &(const u32){ 1 });
	one = enter(hosts, ESMTP_HOST_CLIENT, 1 << 17, false, &full);
	if (one)
		esmtp_hosts_leave(hosts, one);
	return one;
}

static u32 get_longest(const struct esmtp_buckets *b, u32 *total)
{
	u32 longest = 0, n, i;

	*total = 0;
	for (i = 0; i < b->n; i++) {
		const struct hlist_node *node = esmtp_buckets_at(b, i)->first;

		for (n = 0; node; node = node->next)
			n++;
		*total += n;
		if (n > longest)
			longest = n;
	}
	return longest;
}

/* All the places there are taken, and each host in the bucket where it is looked for. */
static bool has_short_lists(struct esmtp_hosts *hosts)
{
	u32 role, proved, i, total, longest;
	bool full, right = true;

	for (role = 0; role < ESMTP_HOST_ROLES; role++)
		for (proved = 0; proved < 2; proved++)
			for (i = 0; i < ESMTP_HOSTS_MAX; i++)
				right &= !!enter(hosts, role, (proved + 1) << 17 | i, proved, &full);
	longest = get_longest(&hosts->table, &total);
	printf("# %u hosts in %u buckets, at most %u in one\n", total, hosts->table.n, longest);
	for (i = 0; i < ESMTP_HOSTS_MAX; i += 7) {
		struct esmtp_addr addr = make_addr(198, 1 << 17 | i);

		right &= esmtp_hosts_count(hosts, ESMTP_HOST_CLIENT, ESMTP_AF_INET, &addr) == 1;
	}
	return right && total == 4 * ESMTP_HOSTS_MAX && longest <= LONGEST;
}

static void leave_all(struct esmtp_hosts *hosts)
{
	struct hlist_node *next;
	struct esmtp_keyed *k;
	u32 i;

	for (i = 0; i < hosts->table.n; i++)
		hlist_for_each_entry_safe(k, next, esmtp_buckets_at(&hosts->table, i), node)
			esmtp_hosts_leave(hosts, container_of(k, struct esmtp_host, keyed));
}

/* Half-open ones of a flood that is over give way, wherever they are, to who comes then. */
static bool gives_way(struct esmtp_hosts *hosts)
{
	u32 role = ESMTP_HOST_CLIENT, now, i, in = 0;
	u32 past = esmtp_half_open_era() - ESMTP_HALF_OPEN_ERAS;
	struct esmtp_addr addr;

	for (i = 0; i < ESMTP_HOSTS_MAX; i++) {
		addr = make_addr(198, i);
		esmtp_hosts_half_enter(hosts, role, ESMTP_AF_INET, &addr, past, MAX, false, &now);
	}
	for (i = 0; i < 100; i++)
		in += half_enter(hosts, role, 1 << 17 | i, false);
	return in == 100 && !is_crowded(hosts, 1 << 18);
}

static void empty_crowd(struct esmtp_hosts *hosts)
{
	u32 i;

	for (i = 0; i < ESMTP_HOSTS_MAX; i++)
		if (crowd[i])
			esmtp_hosts_leave(hosts, crowd[i]);
}

/* What the threads share: one host, and the inspected connections of a namespace. */
struct race {
	struct esmtp_hosts *hosts;
	struct esmtp_policy policy;
	atomic_t flows, in, inspected;
	u32 wrong;
};

static void race_host(struct race *r)
{
	bool full;
	struct esmtp_host *h = enter(r->hosts, ESMTP_HOST_CLIENT, 1, true, &full);

	if (!h)
		return;
	if (atomic_inc_return(&r->in) > MAX)
		r->wrong = 1;
	atomic_dec(&r->in);
	esmtp_hosts_leave(r->hosts, h);
}

static void race_inspected(struct race *r)
{
	u32 counted;

	if (esmtp_quota_enter_inspected(&r->flows, &r->policy, &counted))
		return;
	if (atomic_inc_return(&r->inspected) > MAX)
		r->wrong = 1;
	atomic_dec(&r->inspected);
	esmtp_quota_leave_inspected(&r->flows, &counted);
	esmtp_quota_leave_inspected(&r->flows, &counted);
}

static void *run_cpu(void *ctx)
{
	int i;

	for (i = 0; i < ROUNDS; i++) {
		race_host(ctx);
		race_inspected(ctx);
	}
	return NULL;
}

static bool is_exact(struct esmtp_hosts *hosts)
{
	struct race r = { .hosts = hosts, .policy = { .max_conns = MAX } };
	pthread_t cpus[CPUS];
	int i;

	for (i = 0; i < CPUS; i++)
		pthread_create(&cpus[i], NULL, run_cpu, &r);
	for (i = 0; i < CPUS; i++)
		pthread_join(cpus[i], NULL);
	return !r.wrong && !atomic_read(&r.flows) && !esmtp_hosts_conns(hosts) &&
	       !esmtp_hosts_total(hosts);
}

static int failed;

static void tell(const char *name, bool right)
{
	printf("%sok hosts: %s\n", right ? "" : "not ", name);
	failed |= !right;
}

int main(void)
{
	struct esmtp_hosts *hosts = esmtp_hosts_alloc(), *others = esmtp_hosts_alloc();
	struct esmtp_hosts *most = esmtp_hosts_alloc(), *stale = esmtp_hosts_alloc();

	if (!hosts || !others || !most || !stale)
		return 1;
	tell("exact on several CPUs", is_exact(hosts));
	tell("65,536 that prove nothing have their places", fill_crowd(hosts));
	tell("they keep nobody out who does", keeps_nobody_out(hosts));
	tell("they keep out no server", keeps_no_server_out(hosts));
	tell("who has left proves nothing", late_proof_is_none(hosts));
	tell("who proves it makes room", makes_room(hosts));
	tell("servers that are not keep out none that is", survives_many_servers(others));
	tell("no packet walks a long list", has_short_lists(most));
	leave_all(most);
	tell("all of them may leave", !esmtp_hosts_total(most));
	tell("a flood that is over gives way", gives_way(stale));
	empty_crowd(hosts);
	tell("who leaves is counted no more", !esmtp_hosts_conns(hosts));
	esmtp_hosts_put(hosts);
	esmtp_hosts_put(others);
	esmtp_hosts_put(most);
	esmtp_hosts_put(stale);
	return failed;
}
