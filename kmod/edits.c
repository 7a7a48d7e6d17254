// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of edit logs. Edits are rare and soon acknowledged: a direction has
 * memory for as many as there are. The core writes into the CPU's own meanwhile.
 */
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "edits.h"
#include "flow.h"

static DEFINE_PER_CPU(struct esmtp_edit[ESMTP_LOG_EDITS], scratch);

/* Memory that is exactly long enough is a ring that never turns. */
enum { KEPT_CAP = 32768 };

/**
 * esmtp_edits_drop() - let go of a log's edits
 * @log: the log; empty afterwards
 */
void esmtp_edits_drop(struct esmtp_log *log)
{
	kfree(log->v);
	memset(log, 0, sizeof(*log));
}

/**
 * esmtp_edits_open() - let the core write to a log
 * @log: the log
 *
 * BH is off until esmtp_edits_close().
 *
 * Return: what is kept, for that.
 */
struct esmtp_log esmtp_edits_open(struct esmtp_log *log)
{
	struct esmtp_log kept = *log;

	log->v = *this_cpu_ptr(&scratch);
	log->cap = ESMTP_LOG_EDITS;
	log->head = 0;
	if (log->n)
		memcpy(log->v, kept.v + kept.head, log->n * sizeof(*log->v));
	return kept;
}

/**
 * esmtp_edits_close() - keep what the core wrote
 * @log: the log
 * @kept: from esmtp_edits_open()
 *
 * Return: false, with an empty log, if there was no memory.
 */
bool esmtp_edits_close(struct esmtp_log *log, struct esmtp_log *kept)
{
	size_t size = log->n * sizeof(*log->v);
	struct esmtp_edit *v;

	if (log->n == kept->n &&
	    (!log->n || !memcmp(log->v, kept->v + kept->head, size))) {
		*log = *kept;
		return true;
	}
	v = kmemdup(log->v, size, GFP_ATOMIC | __GFP_NOWARN);
	esmtp_edits_drop(kept);
	log->v = v;
	log->cap = KEPT_CAP;
	log->n = v ? log->n : 0;
	return v;
}

/**
 * esmtp_edits_prune() - forget the edits that were acknowledged
 * @log: the log
 * @una: stream offset of the first byte not acknowledged
 */
void esmtp_edits_prune(struct esmtp_log *log, u32 una)
{
	if (!log->n)
		return;
	esmtp_log_prune(log, una);
	if (!log->n)
		esmtp_edits_drop(log);
}
