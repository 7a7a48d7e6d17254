// SPDX-License-Identifier: GPL-2.0
/*
 * The last records of a namespace, and how many there may be in a second.
 */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>

#include "audit.h"

/**
 * struct esmtp_audit - records of one namespace
 * @lock: protects all of it; taken in softirq, or with BH off
 * @seq: of the newest record
 * @next: place of the next one in @ring
 * @since: when the second at hand began, in jiffies
 * @count: records in it
 * @suppressed: records left out since the last one
 * @ring: the last ones; their sequence numbers ascend, with gaps
 */
struct esmtp_audit {
	spinlock_t lock;
	u64 seq;
	u32 next;
	unsigned long since;
	u32 count;
	u32 suppressed;
	struct esmtp_record ring[ESMTP_AUDIT_RING];
};

/**
 * esmtp_audit_alloc() - make room for the records of a namespace
 *
 * Context: process context.
 * Return: it, empty, or NULL.
 */
struct esmtp_audit *esmtp_audit_alloc(void)
{
	struct esmtp_audit *audit = kvzalloc(sizeof(*audit), GFP_KERNEL_ACCOUNT);

	if (!audit)
		return NULL;
	spin_lock_init(&audit->lock);
	audit->since = jiffies;
	return audit;
}

/**
 * esmtp_audit_free() - forget the records
 * @audit: in use by nobody, or NULL
 *
 * Context: process context.
 */
void esmtp_audit_free(struct esmtp_audit *audit)
{
	kvfree(audit);
}

static bool too_many(struct esmtp_audit *audit)
{
	lockdep_assert_held(&audit->lock);
	if (time_after_eq(jiffies, audit->since + HZ)) {
		audit->since = jiffies;
		audit->count = 0;
	}
	return audit->count++ >= ESMTP_AUDIT_RATE;
}

/**
 * esmtp_audit_admit() - may one more record be told?
 * @audit: the namespace's
 * @r: the record; gets its number and its time
 * @keep: keep it in the ring
 *
 * Context: any; does not sleep.
 * Return: false if there were too many in this second.
 */
bool esmtp_audit_admit(struct esmtp_audit *audit, struct esmtp_record *r,
		       bool keep)
{
	bool admitted;

	r->time = ktime_get_real_ns();
	spin_lock_bh(&audit->lock);
	admitted = !too_many(audit);
	if (admitted) {
		r->seq = ++audit->seq;
		r->suppressed = audit->suppressed;
		audit->suppressed = 0;
	} else {
		audit->suppressed++;
	}
	if (admitted && keep)
		audit->ring[audit->next++ % ESMTP_AUDIT_RING] = *r;
	spin_unlock_bh(&audit->lock);
	return admitted;
}

/**
 * esmtp_audit_read() - copy the oldest record that is still there
 * @audit: the namespace's
 * @from: its number is at least this
 * @r: filled in
 *
 * Context: process context.
 * Return: false if there is none.
 */
bool esmtp_audit_read(struct esmtp_audit *audit, u64 from, struct esmtp_record *r)
{
	const struct esmtp_record *at;
	bool found = false;
	u32 i;

	spin_lock_bh(&audit->lock);
	for (i = 0; !found && i < ESMTP_AUDIT_RING; i++) {
		at = &audit->ring[(audit->next + i) % ESMTP_AUDIT_RING];
		found = at->seq && at->seq >= from;
		if (found)
			*r = *at;
	}
	spin_unlock_bh(&audit->lock);
	return found;
}
