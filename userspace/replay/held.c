// SPDX-License-Identifier: GPL-2.0
/*
 * Segments that were not let pass, for what they wait for had not come. On the wire their
 * sender would send them again; in a recording they were let pass, so they are kept here.
 */
#include <stdlib.h>

#include "talk.h"

enum {
	HELD = 1024,			/* segments of a direction */
	HELD_BYTES = 64 << 20,		/* of all connections */
};

static u64 held_bytes;

/**
 * held_add() - keep a segment to offer it again
 * @t: its connection
 * @dir: its direction
 * @f: the packet
 * @p: the same, read
 *
 * Return: false if there is no room, or no memory.
 */
bool held_add(struct talk *t, enum esmtp_dir dir, const struct frame *f, const struct packet *p)
{
	struct talk_way *way = &t->way[dir];
	struct held **at = &way->first, *h;

	while (*at && !esmtp_before(p->seq, (*at)->seq)) {
		if ((*at)->seq == p->seq && (*at)->len >= p->len)
			return true;
		at = &(*at)->next;
	}
	if (way->n >= HELD || held_bytes + f->have > HELD_BYTES)
		return false;
	h = malloc(sizeof(*h) + f->have);
	if (!h)
		return false;
	h->seq = p->seq;
	h->len = p->len;
	h->f = *f;
	memcpy(h->bytes, f->bytes, f->have);
	h->f.bytes = h->bytes;
	h->next = *at;
	*at = h;
	way->n++;
	held_bytes += f->have;
	return true;
}

/**
 * held_drop() - the first segment that is held is not any more
 * @t: its connection
 * @dir: its direction
 */
void held_drop(struct talk *t, enum esmtp_dir dir)
{
	struct held *h = t->way[dir].first;

	t->way[dir].first = h->next;
	t->way[dir].n--;
	held_bytes -= h->f.have;
	free(h);
}

/**
 * held_purge() - let go of all that is held
 * @t: the connection
 */
void held_purge(struct talk *t)
{
	int dir;

	for (dir = 0; dir < ESMTP_DIR_MAX; dir++)
		while (t->way[dir].first)
			held_drop(t, dir);
}
