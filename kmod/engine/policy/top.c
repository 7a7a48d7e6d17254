// SPDX-License-Identifier: GPL-2.0
/* The most frequent hosts: one that comes when there is no room takes the rarest one's. */
#include <esmtp/top.h>

static struct esmtp_top_host *find_top_host(struct esmtp_top *top, u8 family,
					    const struct esmtp_addr *addr)
{
	u32 i;

	for (i = 0; i < top->n; i++)
		if (top->host[i].family == family &&
		    !memcmp(&top->host[i].addr, addr, sizeof(*addr)))
			return &top->host[i];
	return NULL;
}

static struct esmtp_top_host *find_rarest_host(struct esmtp_top *top)
{
	u32 i, least = 0;

	for (i = 1; i < top->n; i++)
		if (top->host[i].count < top->host[least].count)
			least = i;
	return &top->host[least];
}

/* Room for one more host; what was counted there may have been its, too. */
static struct esmtp_top_host *take_room(struct esmtp_top *top)
{
	struct esmtp_top_host *h;

	if (top->n < ESMTP_TOP_HOSTS)
		return &top->host[top->n++];
	h = find_rarest_host(top);
	h->over = h->count;
	return h;
}

/**
 * esmtp_top_count() - it happened to a host, once
 * @top: the hosts
 * @family: of @addr
 * @addr: its address
 *
 * Context: any; as many steps as ESMTP_TOP_HOSTS at most, twice.
 */
void esmtp_top_count(struct esmtp_top *top, u8 family, const struct esmtp_addr *addr)
{
	struct esmtp_top_host *h = find_top_host(top, family, addr);

	if (!h) {
		h = take_room(top);
		h->family = family;
		h->addr = *addr;
	}
	h->count++;
}

/* Puts a host where it belongs among the @n best. */
static u32 insert_host(struct esmtp_top_host *best, u32 n, const struct esmtp_top_host *h)
{
	u32 i = n < ESMTP_TOP_SHOWN ? n : ESMTP_TOP_SHOWN - 1;

	if (n == ESMTP_TOP_SHOWN && best[i].count >= h->count)
		return n;
	for (; i && best[i - 1].count < h->count; i--)
		best[i] = best[i - 1];
	best[i] = *h;
	return n < ESMTP_TOP_SHOWN ? n + 1 : n;
}

/**
 * esmtp_top_best() - the most frequent ones
 * @top: the hosts
 * @best: set to them, the most frequent one first
 *
 * Return: how many, at most ESMTP_TOP_SHOWN.
 */
u32 esmtp_top_best(const struct esmtp_top *top,
		   struct esmtp_top_host best[ESMTP_TOP_SHOWN])
{
	u32 i, n = 0;

	for (i = 0; i < top->n; i++)
		n = insert_host(best, n, &top->host[i]);
	return n;
}
