// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of edit logs. Edits are rare and soon acknowledged, so a direction's log is
 * allocated to its exact size. While the core adds edits, the log is in a large buffer,
 * the desk.
 */
#include <esmtp/stream.h>

/* A log of its exact size never wraps: any power of two not below its length will do. */
enum { KEPT_CAP = ESMTP_LOG_MAX };

/**
 * esmtp_edit_store_drop() - let go of a log's edits
 * @log: the log; of its edits stays by how much they made the stream longer
 */
void esmtp_edit_store_drop(struct esmtp_log *log)
{
	s32 grown = log->grown;
	u32 i;

	for (i = 0; i < log->n; i++)
		grown += esmtp_edit_growth(esmtp_log_at(log, i));
	esmtp_memory_free(log->v);
	memset(log, 0, sizeof(*log));
	log->grown = grown;
}

/**
 * esmtp_edit_store_open() - let the core write to a log
 * @log: the log
 * @desk: where it is written to
 *
 * esmtp_edit_store_close() follows, in the same call of the engine.
 *
 * Return: what is kept, for that.
 */
struct esmtp_log esmtp_edit_store_open(struct esmtp_log *log, struct esmtp_scratch *desk)
{
	struct esmtp_log kept = *log;

	log->v = desk->edits;
	log->cap = ESMTP_LOG_EDITS;
	log->head = 0;
	if (log->n)
		memcpy(log->v, kept.v + kept.head, log->n * sizeof(*log->v));
	return kept;
}

/**
 * esmtp_edit_store_close() - keep what the core wrote
 * @log: the log
 * @kept: from esmtp_edit_store_open()
 *
 * Return: false, with an empty log, if there was no memory.
 */
bool esmtp_edit_store_close(struct esmtp_log *log, struct esmtp_log *kept)
{
	u32 size = log->n * sizeof(*log->v);
	struct esmtp_edit *v;

	if (!(log->n | kept->n) ||
	    (log->n == kept->n && !memcmp(log->v, kept->v + kept->head, size))) {
		*log = *kept;
		return true;
	}
	v = esmtp_memory_copy(log->v, size);
	esmtp_memory_free(kept->v);
	log->v = v;
	log->cap = KEPT_CAP;
	log->n = v ? log->n : 0;
	return v;
}

/**
 * esmtp_edit_store_prune() - forget the edits that were acknowledged
 * @log: the log
 * @una: stream offset of the first byte not acknowledged
 */
void esmtp_edit_store_prune(struct esmtp_log *log, u32 una)
{
	if (!log->n)
		return;
	esmtp_log_prune(log, una);
	if (!log->n)
		esmtp_edit_store_drop(log);
}
