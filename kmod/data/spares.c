// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that is wanted for each packet with payload, and given back as soon as that is
 * acknowledged. Each CPU keeps some of what is given back: the allocator's own way is longer.
 */
#include <linux/bottom_half.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <esmtp/stream.h>

#include "spares.h"

enum spare_size {
	SPARE_LINE,			/* a command or a reply, and what is known of it */
	SPARE_LINES,			/* several */
	SPARE_PACKET,			/* a packet of an Ethernet */
	SPARE_SIZES,
	SPARE_NONE = SPARE_SIZES,	/* more than that */
};

enum { SPARES = 16 };			/* at most, of each size, on each CPU: 52 KiB */

static const u32 sizes[SPARE_SIZES] = {
	[SPARE_LINE] = 256,
	[SPARE_LINES] = 1024,
	[SPARE_PACKET] = 2048,
};

/**
 * struct shelf - what a CPU has of one size
 * @first: one of them; the first word of each is the next one, or NULL
 * @n: how many
 */
struct shelf {
	void *first;
	u32 n;
};

static DEFINE_PER_CPU(struct shelf, shelves[SPARE_SIZES]);

static enum spare_size find_size(size_t size)
{
	u32 which;

	/*
	 * What uses memory that is freed is to be found there; BH off does not keep others off
	 * this CPU where softirqs are threads; and who wants no mail left in memory means it.
	 */
	if (IS_ENABLED(CONFIG_KASAN) || IS_ENABLED(CONFIG_PREEMPT_RT) || want_init_on_free())
		return SPARE_NONE;
	for (which = 0; which < SPARE_SIZES && size > sizes[which]; which++)
		;
	return (enum spare_size)which;
}

static void *take_first(struct shelf *shelf)
{
	void *p = shelf->first;

	if (!p)
		return NULL;
	shelf->first = *(void **)p;
	shelf->n--;
	return p;
}

/**
 * esmtp_spare_take() - memory for a moment
 * @size: bytes, more than a pointer has
 * @real: set to what it takes really, if there is any
 *
 * Context: BH off.
 * Return: memory of any content, for esmtp_spare_give(); or NULL.
 */
void *esmtp_spare_take(size_t size, u32 *real)
{
	enum spare_size which = find_size(size);
	void *p;

	if (which == SPARE_NONE) {
		p = kmalloc(size, GFP_ATOMIC | __GFP_NOWARN);
		*real = p ? ksize(p) : 0;
		return p;
	}
	*real = sizes[which];
	p = take_first(this_cpu_ptr(&shelves[which]));
	return p ?: kmalloc(sizes[which], GFP_ATOMIC | __GFP_NOWARN);
}

/**
 * esmtp_spare_give() - give it back
 * @p: from esmtp_spare_take()
 * @size: what was asked for
 *
 * Context: BH off.
 */
void esmtp_spare_give(void *p, size_t size)
{
	enum spare_size which = find_size(size);
	struct shelf *shelf;

	if (which == SPARE_NONE) {
		kfree(p);
		return;
	}
	shelf = this_cpu_ptr(&shelves[which]);
	if (shelf->n == SPARES) {
		kfree(p);
		return;
	}
	*(void **)p = shelf->first;
	shelf->first = p;
	shelf->n++;
}

/**
 * esmtp_memory_session() - see <esmtp/stream.h>
 *
 * Context: BH off.
 * Return: memory of any content, for esmtp_memory_session_free(); or NULL.
 */
struct esmtp_session *esmtp_memory_session(void)
{
	u32 real;

	return esmtp_spare_take(sizeof(struct esmtp_session), &real);
}

/**
 * esmtp_memory_session_free() - free it
 * @s: from esmtp_memory_session()
 *
 * Context: BH off.
 */
void esmtp_memory_session_free(struct esmtp_session *s)
{
	esmtp_spare_give(s, sizeof(*s));
}

/**
 * esmtp_spares_exit() - free all that is kept
 *
 * Context: module exit; nobody takes or gives any more.
 */
void esmtp_spares_exit(void)
{
	int cpu, which;
	void *p;

	for_each_possible_cpu(cpu)
		for (which = 0; which < SPARE_SIZES; which++)
			while ((p = take_first(per_cpu_ptr(&shelves[which], cpu))))
				kfree(p);
}
