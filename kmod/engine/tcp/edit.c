// SPDX-License-Identifier: GPL-2.0
/*
 * The log of edits of one direction: every edit of bytes that are not acknowledged yet,
 * so that a retransmission is edited alike. All positions are stream offsets.
 */
#include <esmtp/core.h>

enum { EDIT_LEN_MAX = 0xffff };

static struct esmtp_edit *get_newest_edit(const struct esmtp_log *log)
{
	return log->n ? esmtp_log_at(log, log->n - 1) : NULL;
}

static bool append_edit(struct esmtp_log *log, u32 off, u16 len, u8 kind, u8 fill)
{
	struct esmtp_edit *e;

	if (log->n == log->cap)
		return false;
	e = esmtp_log_at(log, log->n++);
	e->off = off;
	e->len = len;
	e->kind = kind;
	e->fill = fill;
	return true;
}

static bool may_extend_edit(const struct esmtp_edit *e, u32 off, u8 kind, u8 fill)
{
	return e && e->off + e->len == off && e->kind == kind &&
	       kind != ESMTP_EDIT_CRLF && e->fill == fill &&
	       e->len < EDIT_LEN_MAX;
}

/**
 * esmtp_log_fill() - add an edit behind all others
 * @log: the direction's log
 * @off: stream offset, not before the end of the newest edit
 * @len: bytes
 * @kind: enum esmtp_edit_kind
 * @fill: the new byte
 *
 * Return: false, with nothing added, if the log has no room for it.
 */
bool esmtp_log_fill(struct esmtp_log *log, u32 off, u32 len, u8 kind, u8 fill)
{
	if ((u32)(log->cap - log->n) < 1 + len / EDIT_LEN_MAX)
		return false;
	while (len) {
		struct esmtp_edit *e = get_newest_edit(log);
		u32 room = EDIT_LEN_MAX;
		u32 n;

		if (may_extend_edit(e, off, kind, fill)) {
			room -= e->len;
			n = len < room ? len : room;
			e->len += n;
		} else {
			n = len < room ? len : room;
			append_edit(log, off, n, kind, fill);
		}
		off += n;
		len -= n;
	}
	return true;
}

/**
 * esmtp_log_patch() - give the last byte of the newest edit another fill
 * @log: the direction's log
 * @off: stream offset of that byte
 * @fill: the new byte
 *
 * Return: false if the byte is not the newest edit's last or the log is full.
 */
bool esmtp_log_patch(struct esmtp_log *log, u32 off, u8 fill)
{
	struct esmtp_edit *e = get_newest_edit(log);

	if (!e || e->off + e->len != off + 1)
		return false;
	if (e->len == 1) {
		e->kind = ESMTP_EDIT_FILL;
		e->fill = fill;
		return true;
	}
	if (!append_edit(log, off, 1, ESMTP_EDIT_FILL, fill))
		return false;
	e->len--;
	return true;
}

/**
 * esmtp_log_insert() - overwrite one byte before edits that are there already
 * @log: the direction's log
 * @off: stream offset of the byte, which no edit covers
 * @fill: the new byte
 *
 * Return: false, with nothing added, if the log is full.
 */
bool esmtp_log_insert(struct esmtp_log *log, u32 off, u8 fill)
{
	u16 i;

	if (!append_edit(log, off, 1, ESMTP_EDIT_FILL, fill))
		return false;
	for (i = log->n - 1; i && esmtp_before(off, esmtp_log_at(log, i - 1)->off); i--) {
		struct esmtp_edit e = *esmtp_log_at(log, i);

		*esmtp_log_at(log, i) = *esmtp_log_at(log, i - 1);
		*esmtp_log_at(log, i - 1) = e;
	}
	return true;
}

/**
 * esmtp_log_retract() - take back what was decided for the newest bytes
 * @log: the direction's log
 * @off: stream offset of the first of them; none has left yet
 */
void esmtp_log_retract(struct esmtp_log *log, u32 off)
{
	struct esmtp_edit *e;

	for (e = get_newest_edit(log); e && !esmtp_before(e->off, off); e = get_newest_edit(log))
		log->n--;
	if (e && esmtp_before(off, e->off + e->len))
		e->len = off - e->off;
}

/**
 * esmtp_log_prune() - forget what the receiver has acknowledged
 * @log: the direction's log
 * @una: stream offset of the first byte not acknowledged
 */
void esmtp_log_prune(struct esmtp_log *log, u32 una)
{
	while (log->n) {
		const struct esmtp_edit *e = esmtp_log_at(log, 0);

		if (esmtp_before(una, e->off + e->len))
			break;
		log->grown += esmtp_edit_growth(e);
		log->head = (u16)(log->head + 1) & (log->cap - 1);
		log->n--;
	}
}

/**
 * esmtp_log_beyond() - is there an edit at or behind a place?
 * @log: the direction's log
 * @off: stream offset
 *
 * Return: true if the newest edit ends behind it.
 */
bool esmtp_log_beyond(const struct esmtp_log *log, u32 off)
{
	const struct esmtp_edit *e = get_newest_edit(log);

	return e && esmtp_before(off, e->off + e->len);
}

/**
 * esmtp_log_next() - walk the edits that overlap a range
 * @log: the direction's log
 * @iter: 0 to begin with; the walk's own afterwards
 * @off: stream offset of the range
 * @end: stream offset after the range
 *
 * Return: the next edit in stream order, or NULL.
 */
const struct esmtp_edit *esmtp_log_next(const struct esmtp_log *log, u32 *iter,
					u32 off, u32 end)
{
	while (*iter < log->n) {
		const struct esmtp_edit *e = esmtp_log_at(log, (*iter)++);

		if (!esmtp_before(e->off, end))
			break;
		if (esmtp_before(off, e->off + e->len))
			return e;
	}
	return NULL;
}

/**
 * esmtp_edit_growth() - by how much an edit makes the stream longer
 * @e: the edit
 *
 * Return: bytes, below 0 if it makes it shorter.
 */
s32 esmtp_edit_growth(const struct esmtp_edit *e)
{
	if (e->kind == ESMTP_EDIT_CUT)
		return -(s32)e->len;
	return e->kind == ESMTP_EDIT_CRLF;
}

static u8 edit_star(const struct esmtp_edit *e, u8 c)
{
	return c == '2' || c == '0' || c == '\r' || c == '\n' ? c : e->fill;
}

/**
 * esmtp_edit_bytes() - apply one edit to bytes in memory, if it changes no length
 * @e: the edit
 * @off: stream offset of @p
 * @p: the original bytes; those in the edit's range are overwritten
 * @n: bytes at @p
 */
void esmtp_edit_bytes(const struct esmtp_edit *e, u32 off, u8 *p, u32 n)
{
	u32 end = e->off + e->len;
	u32 from = esmtp_before(off, e->off) ? e->off - off : 0;
	u32 to = esmtp_before(off + n, end) ? n : end - off;

	if (!esmtp_before(off, end) || from >= to || esmtp_edit_growth(e))
		return;
	if (e->kind != ESMTP_EDIT_STAR) {
		memset(p + from, e->fill, to - from);
		return;
	}
	for (; from < to; from++)
		p[from] = edit_star(e, p[from]);
}
