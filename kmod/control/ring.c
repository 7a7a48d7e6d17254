// SPDX-License-Identifier: GPL-2.0
/*
 * The ring of the last records of a namespace, and the limit of records per second.
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
 * @since: start of the current second, in jiffies
 * @count: records in that second
 * @suppressed: records refused since the last one that was admitted
 * @left_out: records refused since the namespace began
 * @ring: the last ones; their sequence numbers ascend, with gaps
 */
struct esmtp_audit {
	spinlock_t lock;
	u64 seq;
	u32 next;
	unsigned long since;
	u32 count;
	u32 suppressed;
	u64 left_out;
	struct esmtp_record ring[ESMTP_AUDIT_RING];
};

/**
 * esmtp_audit_alloc() - make room for the records of a namespace
 *
 * Context: process context.
 * Return: an empty ring, or NULL.
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

static bool is_over_record_rate(struct esmtp_audit *audit)
{
	lockdep_assert_held(&audit->lock);
	if (time_after_eq(jiffies, audit->since + HZ)) {
		audit->since = jiffies;
		audit->count = 0;
	}
	return audit->count++ >= ESMTP_AUDIT_RATE;
}

/**
 * esmtp_audit_admit() - number a record, unless there were too many this second
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
	admitted = !is_over_record_rate(audit);
	if (admitted) {
		r->seq = ++audit->seq;
		r->suppressed = audit->suppressed;
		audit->suppressed = 0;
	} else {
		audit->suppressed++;
		audit->left_out++;
	}
	if (admitted && keep)
		audit->ring[audit->next++ % ESMTP_AUDIT_RING] = *r;
	spin_unlock_bh(&audit->lock);
	return admitted;
}

/**
 * esmtp_audit_room() - may there be one more record this second?
 * @audit: the namespace's
 *
 * To be asked before a record is made. Another CPU may still take the last place.
 *
 * Context: any; does not sleep.
 * Return: true if so.
 */
bool esmtp_audit_room(struct esmtp_audit *audit)
{
	bool room;

	spin_lock_bh(&audit->lock);
	room = audit->count < ESMTP_AUDIT_RATE || time_after_eq(jiffies, audit->since + HZ);
	spin_unlock_bh(&audit->lock);
	return room;
}

/**
 * esmtp_audit_skip() - records were left out before they were made
 * @audit: the namespace's
 * @n: how many
 *
 * Context: any; does not sleep.
 */
void esmtp_audit_skip(struct esmtp_audit *audit, u32 n)
{
	if (!n)
		return;
	spin_lock_bh(&audit->lock);
	audit->suppressed += n;
	audit->left_out += n;
	spin_unlock_bh(&audit->lock);
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

/**
 * esmtp_audit_left_out() - records that were refused because there were too many
 * @audit: the namespace's, or NULL
 *
 * Context: process context.
 * Return: their number since the namespace began.
 */
u64 esmtp_audit_left_out(struct esmtp_audit *audit)
{
	u64 n;

	if (!audit)
		return 0;
	spin_lock_bh(&audit->lock);
	n = audit->left_out;
	spin_unlock_bh(&audit->lock);
	return n;
}
