// SPDX-License-Identifier: GPL-2.0
/*
 * What must come of a packet, by what the core says of its bytes alone. It follows the
 * rules that <esmtp/stream.h> states, in whole streams where the engine has logs and
 * rings.
 */
#include <stdio.h>
#include <stdlib.h>

#include "link.h"

/* What the core alone makes of the packet at hand. */
struct verdict {
	struct esmtp_edit edits[ESMTP_LOG_EDITS];
	struct esmtp_log log;
	struct esmtp_io io;
	u32 upto;			/* bytes of the stream that it takes */
	bool ahead_edit;		/* it would have to edit what has passed */
	enum esmtp_reason why;
};

/**
 * link_fail() - note the first thing that went wrong
 * @l: the connection
 * @what: a sentence
 * @a: a number that helps
 * @b: another
 */
void link_fail(struct link *l, const char *what, u32 a, u32 b)
{
	if (!l->fail[0])
		snprintf(l->fail, sizeof(l->fail), "%s (%u, %u)", what, a, b);
}

/* --- what the core says -------------------------------------------------------- */

/* The edits that the engine has in flight, to go on from. */
static void take_log(struct verdict *v, const struct esmtp_log *log)
{
	u32 i;

	v->log = (struct esmtp_log){ .v = v->edits, .cap = ESMTP_LOG_EDITS, .n = log->n,
				     .grown = log->grown };
	for (i = 0; i < log->n; i++)
		v->edits[i] = *esmtp_log_at(log, i);
}

static enum esmtp_reason tell(struct link *l, struct verdict *v, enum esmtp_dir dir,
			      const u8 *p, u32 n)
{
	enum esmtp_reason why = ESMTP_R_GO;
	u32 done = 0;

	while (done < n && !why)
		done += esmtp_session_feed(&l->alone, dir, &v->io, p + done, n - done, &why);
	v->upto += done;
	return why;
}

static u32 growth(const struct verdict *v)
{
	return esmtp_seqmap_out(&v->log, v->io.off) - v->io.off;
}

/* A gap is filled: what is behind it has left, and can't be edited any more. */
static void tell_ahead(struct link *l, struct verdict *v, enum esmtp_dir dir, u32 grown)
{
	struct link_way *half = &l->half[dir];
	u32 end = v->io.off;

	v->ahead_edit = growth(v) != grown;
	v->io.most = 0;
	while (!v->ahead_edit && !v->why && half->piece[v->upto]) {
		v->why = tell(l, v, dir, half->was + v->upto, half->piece[v->upto]);
		v->ahead_edit = esmtp_reason_retry(v->why);
	}
	v->ahead_edit |= !v->why && esmtp_log_beyond(&v->log, end);
}

static bool any_ahead(const struct link_way *half)
{
	return memchr(half->ahead + half->judged, 1, half->have - half->judged);
}

/* The packet's new bytes, from @half->judged on, are read. */
static void verdict(struct link *l, struct verdict *v, enum esmtp_dir dir,
		    const u8 *fresh, u32 n)
{
	struct link_way *half = &l->half[dir];
	bool ahead = any_ahead(half);
	u32 grown;

	v->ahead_edit = false;
	v->upto = half->judged;
	v->io = (struct esmtp_io){
		.log = &v->log, .hand = l->base + half->judged,
		.off = l->base + half->judged, .event = link_hear, .ctx = &l->heard,
		.most = esmtp_work(n),
	};
	grown = growth(v);
	v->why = tell(l, v, dir, fresh, n);
	if (!v->why && ahead)
		tell_ahead(l, v, dir, grown);
}

/* --- what was judged must be that ------------------------------------------------ */

static void same_log(struct link *l, const struct verdict *v, const struct esmtp_log *log)
{
	u32 i;

	if (log->n != v->log.n || log->grown != v->log.grown)
		link_fail(l, "another number of edits in flight", log->n, v->log.n);
	for (i = 0; i < log->n && !l->fail[0]; i++)
		if (memcmp(esmtp_log_at(log, i), esmtp_log_at(&v->log, i),
			   sizeof(struct esmtp_edit)))
			link_fail(l, "another edit", i, esmtp_log_at(log, i)->off - l->base);
}

static void same_events(struct link *l)
{
	u32 i;

	if (l->seen.n != l->heard.n)
		link_fail(l, "another number of events", l->seen.n, l->heard.n);
	for (i = 0; i < l->seen.n && i < LINK_EVENTS && !l->fail[0]; i++)
		if (l->seen.v[i].id != l->heard.v[i].id ||
		    l->seen.v[i].off != l->heard.v[i].off ||
		    l->seen.v[i].value != l->heard.v[i].value)
			link_fail(l, "another event", l->seen.v[i].id, l->heard.v[i].id);
}

/* Bytes from @half->judged on were judged: so the receiver has to read them. */
static void extend(struct link *l, const struct verdict *v, enum esmtp_dir dir)
{
	struct link_way *half = &l->half[dir];
	u32 first = half->judged, n = v->upto - first, i, len = half->at[first];
	static u8 edited[LINK_STREAM];
	const struct esmtp_edit *e;
	u32 iter = 0;

	memcpy(edited, half->was + first, n);
	while ((e = esmtp_log_next(&v->log, &iter, l->base + first, l->base + v->upto)))
		esmtp_edit_bytes(e, l->base + first, edited, n);
	for (i = 0; i < n; i++) {
		half->at[first + i] = len;
		len += esmtp_seqmap_copy(&v->log, l->base + first + i, edited + i, 1,
					 half->is + len);
		half->piece[first + i] = 0;
		half->ahead[first + i] = 0;
	}
	for (i = half->at[first]; i < len; i++)
		if (half->has[i] && half->got[i] != half->is[i])
			link_fail(l, "a byte ahead of a gap should have been edited", i, first);
	half->judged = v->upto;
	half->at[half->judged] = len;
}

static void judged(struct link *l, const struct verdict *v, enum esmtp_dir dir)
{
	const struct esmtp_half_stream *engine = &l->ins.half[dir];

	if (l->ins.session.mode == ESMTP_MODE_CLOSED) {
		if (l->failed && l->ins.session.why == ESMTP_R_MEMORY)
			return;
		if (v->ahead_edit ? l->ins.session.why != ESMTP_R_AHEAD_EDIT :
				    l->alone.mode != ESMTP_MODE_CLOSED ||
				    l->ins.session.why != l->alone.why)
			link_fail(l, "ended for another reason", l->ins.session.why, v->why);
		return;
	}
	if (l->alone.mode == ESMTP_MODE_CLOSED || v->ahead_edit) {
		link_fail(l, "did not end", l->alone.why, v->ahead_edit);
		return;
	}
	if (engine->stream.next - l->base != v->upto)
		link_fail(l, "another number of bytes was judged",
			  engine->stream.next - l->base, v->upto);
	if (memcmp(&l->ins.session, &l->alone.head, sizeof(l->ins.session)))
		link_fail(l, "another state of the session", v->upto, 0);
	if (l->ins.whole && !esmtp_session_needs_rest(&l->ins.session))
		link_fail(l, "between messages all of the session is kept", v->upto, 0);
	same_log(l, v, &engine->log);
	same_events(l);
	extend(l, v, dir);
}

/* --- a packet ------------------------------------------------------------------- */

/* It has passed ahead of a gap: these are the bytes now, whatever they were. */
static void passed_ahead(struct link *l, const struct link_packet *lp, const u8 *bytes)
{
	struct link_way *half = &l->half[lp->dir];
	u32 i;

	if (lp->off <= half->judged)
		link_fail(l, "ahead of no gap", lp->off, half->judged);
	/* it came before, and the same */
	if (half->ahead[lp->off])
		return;
	half->piece[lp->off] = (u16)lp->len;
	for (i = 0; i < lp->len; i++) {
		half->was[lp->off + i] = bytes[i];
		half->ahead[lp->off + i] = 1;
	}
}

/*
 * Is it held as one that has passed? Its reason may be another: an urgent pointer was
 * cleared, or memory ran out behind that.
 */
static bool held_ahead(const struct link *l, const struct link_packet *lp)
{
	const struct esmtp_kept *h = l->ins.half[lp->dir].ahead;
	u32 off = l->base + lp->off;

	while (h && h->off != off)
		h = esmtp_before(off, h->off) ? h->left : h->next;
	return h;
}

/*
 * Does it contradict what was judged, or has passed? What begins before a gap is cut
 * off where the bytes behind the gap begin.
 */
static bool contradicts(const struct link_way *half, const struct link_packet *lp,
			const u8 *bytes)
{
	bool gap = lp->off > half->judged;
	u32 i;

	for (i = lp->off < half->una ? half->una - lp->off : 0; i < lp->len; i++)
		if ((gap ? half->ahead[lp->off + i] : lp->off + i < half->judged) &&
		    bytes[i] != half->was[lp->off + i])
			return true;
	return false;
}

/* New bytes of it that can be judged: as far as to what has passed ahead. */
static u32 fresh(const struct link_way *half, const struct link_packet *lp)
{
	u32 n = 0;

	if (lp->off > half->judged)
		return 0;
	while (half->judged + n < lp->off + lp->len && !half->ahead[half->judged + n])
		n++;
	return n;
}

/* Were its new bytes read? Not if there was nowhere to keep them. */
static bool was_read(const struct link *l, const struct link_packet *lp)
{
	const struct link_way *half = &l->half[lp->dir];

	return half->why != ESMTP_R_INCONSISTENT && half->why != ESMTP_R_POOL_FULL &&
	       !(l->failed && half->why == ESMTP_R_MEMORY &&
		 l->ins.half[lp->dir].stream.next - l->base == half->judged);
}

/* Reasons that only the ends or this machine can give. */
static void check_reason(struct link *l, const struct link_packet *lp, bool again)
{
	enum esmtp_reason why = l->half[lp->dir].why;

	if (again ? esmtp_reason_end(why) != ESMTP_END_DROP : why == ESMTP_R_INCONSISTENT)
		link_fail(l, "what contradicts passes, or what does not is dropped", lp->off, why);
	if (why == ESMTP_R_POOL_FULL && !l->pool.full)
		link_fail(l, "too much is held, where there is room", lp->off, why);
	if (why == ESMTP_R_MEMORY && !l->failed)
		link_fail(l, "no memory, where there is some", lp->off, why);
}

static void judge(struct link *l, const struct link_packet *lp, struct packet *p,
		  const u8 *was)
{
	struct link_way *half = &l->half[lp->dir];
	bool again = contradicts(half, lp, was);
	u32 new = fresh(half, lp), at = half->judged - lp->off;
	static struct verdict v;

	take_log(&v, &l->ins.half[lp->dir].log);
	l->heard.n = 0;
	half->why = link_judge(l, p);
	check_reason(l, lp, again);
	if (new && was_read(l, lp)) {
		memcpy(half->was + half->judged, was + at, new);
		verdict(l, &v, lp->dir, was + at, new);
		judged(l, &v, lp->dir);
	} else if (half->why == ESMTP_R_AHEAD || (lp->off > half->judged && held_ahead(l, lp))) {
		passed_ahead(l, lp, was);
	}
	l->over = l->ins.session.mode == ESMTP_MODE_CLOSED;
}

/**
 * link_data() - an end sends a segment with payload
 * @l: the connection
 * @lp: the segment; not beyond what the end has to send
 */
void link_data(struct link *l, const struct link_packet *lp)
{
	struct link_way *half = &l->half[lp->dir];
	u8 *was = malloc(lp->len), *bytes;
	struct packet p;

	if (!was)
		abort();
	bytes = link_make(l, &p, lp);
	memcpy(was, packet_payload(&p), lp->len);
	link_turn(l, &p);
	if (l->over)
		half->why = link_judge(l, &p);
	else
		judge(l, lp, &p, was);
	if (esmtp_reason_end(half->why) != ESMTP_END_DROP)
		link_receive(l, &p, lp);
	free(was);
	free(bytes);
}
