// SPDX-License-Identifier: GPL-2.0
/*
 * How servers scale their windows, for what a cookie promises in their place (promise.c). A table
 * of one size for each namespace: no namespace has to do with another's.
 *
 * It is read and written without a lock. An entry has two words, and two CPUs that take one entry
 * for two servers may mix them: then one of them is forgotten too early, or too late.
 *
 * Whoever answered of late stays, and a new one has to wait for a place: a crowd of servers that
 * somebody makes up keeps out new ones for as long as he goes on, but takes nothing from those
 * that are in use.
 */
#include <linux/slab.h>

#include "servers.h"

enum {
	WAYS = 4,			/* servers whose hashes begin alike */
	SETS = ESMTP_SERVERS / WAYS,	/* a power of 2 */
};

/* What is known of a server. The rest of the word says of which; 0 is none. */
enum {
	SCALE_MASK = 0xf,		/* of its last answer */
	KNOWN = 1 << 4,
	VARIES = 1 << 5,		/* not each of its answers was the same */
	TIME = 1 << 6,			/* how often that was found out, 3 for more */
	TIMES_MASK = 3 * TIME,
	WHAT_MASK = (1 << 8) - 1,
};

/**
 * struct server - one of them
 * @what: which, and what is known
 * @when: it answered last; if it varies, when that was seen last. Seconds
 */
struct server {
	u32 what;
	u32 when;
};

/**
 * struct esmtp_servers - what is known in a namespace
 * @at: by the beginning of the hash
 */
struct esmtp_servers {
	struct server at[SETS][WAYS];
};

/**
 * esmtp_servers_alloc() - an empty table
 *
 * Context: process context; charged to the caller's memory cgroup.
 * Return: the table, or NULL.
 */
struct esmtp_servers *esmtp_servers_alloc(void)
{
	return kvzalloc(sizeof(struct esmtp_servers), GFP_KERNEL_ACCOUNT);
}

/**
 * esmtp_servers_free() - free a table
 * @s: the table, or NULL; nobody reads it any more
 *
 * Context: process context.
 */
void esmtp_servers_free(struct esmtp_servers *s)
{
	kvfree(s);
}

static u32 make_tag(u64 hash)
{
	return (u32)hash & ~(u32)WHAT_MASK;
}

static u32 find_set(u64 hash)
{
	return hash >> 32 & (SETS - 1);
}

/* Returns which of its set a server is, or WAYS. @what: what is known of it, else 0 */
static u32 find_way(const struct server *set, u64 hash, u32 *what)
{
	u32 i, is;

	*what = 0;
	for (i = 0; i < WAYS; i++) {
		is = READ_ONCE(set[i].what);
		if (is && (is & ~(u32)WHAT_MASK) == make_tag(hash)) {
			*what = is & WHAT_MASK;
			break;
		}
	}
	return i;
}

static void set_server(struct server *at, u64 hash, u32 what, u32 now)
{
	u32 is = make_tag(hash) | what;

	/* the line is others', too: it is written when something is new */
	if (READ_ONCE(at->what) != is)
		WRITE_ONCE(at->what, is);
	if (READ_ONCE(at->when) != now)
		WRITE_ONCE(at->when, now);
}

/* Seconds for which nothing is promised of a server that varies. */
static u32 get_doubt(u32 what)
{
	return ESMTP_SERVER_DOUBT << ((what & TIMES_MASK) / TIME - 1);
}

/* Another CPU's clock may be a second further already. */
static u32 get_age(const struct server *at, u32 now)
{
	s32 age = (s32)(now - READ_ONCE(at->when));

	return age > 0 ? age : 0;
}

/* The place that a new server may take: the one that nobody has used for longest, or none. */
static struct server *find_room(struct server *set, u32 now)
{
	struct server *room = NULL;
	u32 i, what, age, most = 0;

	for (i = 0; i < WAYS; i++) {
		what = READ_ONCE(set[i].what);
		if (!what)
			return &set[i];
		age = get_age(&set[i], now);
		if (age < (what & VARIES ? get_doubt(what) : ESMTP_SERVER_FRESH) || age < most)
			continue;
		room = &set[i];
		most = age;
	}
	return room;
}

/**
 * esmtp_servers_find() - how does a server scale its windows?
 * @s: of its namespace
 * @hash: of the server
 * @scale: set to by how many bits, if the result is true
 *
 * Context: any.
 * Return: false if it is not known, or varies.
 */
bool esmtp_servers_find(const struct esmtp_servers *s, u64 hash, u8 *scale)
{
	u32 what;

	find_way(s->at[find_set(hash)], hash, &what);
	*scale = what & SCALE_MASK;
	return what & KNOWN && !(what & VARIES);
}

/* It varies. Seen again in the meantime, that is no other time. */
static u32 make_doubtful(u32 what)
{
	if (!(what & VARIES) && (what & TIMES_MASK) != TIMES_MASK)
		what += TIME;
	return what | VARIES;
}

/* @at: a server that is known */
static void see_again(struct server *at, u64 hash, u32 what, u8 scale, u32 now)
{
	bool same = (what & SCALE_MASK) == scale;

	if (same && what & VARIES) {
		if (get_age(at, now) < get_doubt(what))
			return;
		what &= ~(u32)VARIES;
	}
	if (!same)
		what = make_doubtful((what & ~(u32)SCALE_MASK) | scale);
	set_server(at, hash, what, now);
}

/**
 * esmtp_servers_see() - a server has answered
 * @s: of its namespace
 * @hash: of the server
 * @scale: of its windows, 0 to 14
 * @now: seconds
 *
 * Context: any.
 * Return: false if it is not known, and there is no place for it.
 */
bool esmtp_servers_see(struct esmtp_servers *s, u64 hash, u8 scale, u32 now)
{
	struct server *set = s->at[find_set(hash)], *room;
	u32 what, i = find_way(set, hash, &what);

	if (i < WAYS) {
		see_again(&set[i], hash, what, scale, now);
		return true;
	}
	room = find_room(set, now);
	if (room)
		set_server(room, hash, KNOWN | scale, now);
	return room;
}

/**
 * esmtp_servers_doubt() - a server has not done what was promised of it
 * @s: of its namespace
 * @hash: of the server
 * @now: seconds
 *
 * Context: any.
 */
void esmtp_servers_doubt(struct esmtp_servers *s, u64 hash, u32 now)
{
	struct server *set = s->at[find_set(hash)];
	u32 what, i = find_way(set, hash, &what);

	if (i < WAYS)
		set_server(&set[i], hash, make_doubtful(what), now);
}
