// SPDX-License-Identifier: GPL-2.0
/*
 * The connections of a recording. When one begins and ends is said by its packets alone,
 * never by the policy: so they have the same numbers whatever it is.
 */
#include <stdlib.h>

#include <linux/jhash.h>

#include <daemon/plane.h>

#include "talk.h"

enum {
	CHAINS = 1 << 16,
	TALKS = 1 << 16,		/* the oldest gives way */
};

#define LINGER (30 * 1000000000ull)	/* after its end */

TAILQ_HEAD(talks, talk);

struct talk *talk_now;
u64 talk_time;

static struct replay_job *job;
static struct heads {
	struct talk *first;
} *chains;
static struct talks all = TAILQ_HEAD_INITIALIZER(all);
static struct talks over = TAILQ_HEAD_INITIALIZER(over);
static u32 talks, numbers;

/**
 * talk_init() - begin with no connection
 * @told: the job, to tell of each
 *
 * Return: 0 or -ENOMEM.
 */
int talk_init(struct replay_job *told)
{
	job = told;
	talks = 0;
	numbers = 0;
	talk_time = 0;
	talk_now = NULL;
	chains = calloc(CHAINS, sizeof(*chains));
	return chains ? 0 : -ENOMEM;
}

static struct talk **get_chain(const struct flow_key *key)
{
	return &chains[jhash(key, sizeof(*key), 0) % CHAINS].first;
}

static void finish_talk(struct talk *t)
{
	struct talk **at = get_chain(&t->key);

	path_finish(t);
	job->sums.fate[t->c.fate]++;
	job->sums.trouble[t->c.trouble]++;
	if (job->conn)
		job->conn(job->ctx, &t->c);
	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	TAILQ_REMOVE(&all, t, order);
	if (t->closed)
		TAILQ_REMOVE(&over, t, over);
	held_purge(t);
	free(t->c.finding);
	free(t);
	talks--;
	talk_now = NULL;
}

/* The client sends to the port of a server: by its SYN, or as the policy has it. */
static bool is_client(const struct packet *p)
{
	if (p->pkt.syn)
		return !p->pkt.has_ack;
	return esmtp_policy_wants(&plane_policy()->p, p->pkt.sport, p->pkt.dport);
}

static void name_ends(struct talk *t, const struct packet *p, bool client)
{
	struct esmtp_tuple tuple = flow_tuple(p->buf.data, &p->pkt);

	t->c.family = tuple.family;
	t->c.client = client ? tuple.src : tuple.dst;
	t->c.server = client ? tuple.dst : tuple.src;
	t->c.client_port = client ? tuple.sport : tuple.dport;
	t->c.server_port = client ? tuple.dport : tuple.sport;
}

static struct talk *add_talk(const struct flow_key *key, bool src_lo, const struct packet *p)
{
	struct talk **chain = get_chain(key), *t;
	bool client = is_client(p);

	if (talks >= TALKS)
		finish_talk(TAILQ_FIRST(&all));
	t = calloc(1, sizeof(*t));
	if (!t)
		return NULL;
	t->key = *key;
	t->client_lo = src_lo == client;
	t->has_syn = client && p->pkt.syn;
	t->syn = p->pkt.seq;
	t->c.number = ++numbers;
	t->c.begun = talk_time;
	name_ends(t, p, client);
	t->next = *chain;
	*chain = t;
	TAILQ_INSERT_TAIL(&all, t, order);
	talks++;
	return t;
}

static struct talk *search_chain(const struct flow_key *key)
{
	struct talk *t = *get_chain(key);

	while (t && memcmp(&t->key, key, sizeof(*key)) != 0)
		t = t->next;
	return t;
}

/* A SYN with another number is another connection's. */
static bool begins_anew(const struct talk *t, const struct packet *p)
{
	return p->pkt.syn && !p->pkt.has_ack && (!t->has_syn || p->pkt.seq != t->syn);
}

/**
 * talk_find() - the connection of a packet, which may begin with it
 * @p: the packet
 * @dir: set to its direction
 *
 * Return: it, or NULL without memory.
 */
struct talk *talk_find(const struct packet *p, enum esmtp_dir *dir)
{
	struct flow_key key;
	bool src_lo = flow_key(&key, p);
	struct talk *t = search_chain(&key);

	if (t && begins_anew(t, p)) {
		finish_talk(t);
		t = NULL;
	}
	if (!t)
		t = add_talk(&key, src_lo, p);
	if (t)
		*dir = t->client_lo == src_lo ? ESMTP_C2S : ESMTP_S2C;
	return t;
}

/**
 * talk_close() - both ends are done with a connection
 * @t: the connection
 *
 * What lingers of it still counts as its own.
 */
void talk_close(struct talk *t)
{
	if (t->closed)
		return;
	t->closed = true;
	TAILQ_INSERT_TAIL(&over, t, over);
}

/**
 * talk_pass_time() - tell of connections that are over for long enough
 * @now: nanoseconds
 */
void talk_pass_time(u64 now)
{
	struct talk *t;

	while ((t = TAILQ_FIRST(&over)) && t->c.ended + LINGER < now)
		finish_talk(t);
}

/**
 * talk_exit() - tell of all connections that are left
 */
void talk_exit(void)
{
	struct talk *t;

	while ((t = TAILQ_FIRST(&all)))
		finish_talk(t);
	free(chains);
	chains = NULL;
}
