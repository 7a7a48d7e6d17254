// SPDX-License-Identifier: GPL-2.0
/*
 * Between messages a connection keeps only the head of its session, as very many may be
 * idle. While a segment is inspected, all of the session is in one piece: that of the
 * connection while a message is read, else a scratch buffer.
 */
#include <esmtp/stream.h>

/**
 * esmtp_scratch_open() - lay all of the session out for the core
 * @t: the segment; sets @t->session
 * @desk: where to, if the connection has no room of its own for that
 *
 * esmtp_scratch_close() follows, in the same call of the engine.
 */
void esmtp_scratch_open(struct esmtp_task *t, struct esmtp_scratch *desk)
{
	struct esmtp_inspect *ins = t->ins;

	/* what is not its head may have any value on the desk */
	t->session = ins->whole ? ins->whole : &desk->session;
	t->session->head = ins->session;
}

/**
 * esmtp_scratch_drop() - let go of all of a session but its head
 * @ins: the connection
 */
void esmtp_scratch_drop(struct esmtp_inspect *ins)
{
	if (ins->whole)
		esmtp_memory_session_free(ins->whole);
	ins->whole = NULL;
}

/**
 * esmtp_scratch_close() - keep what the core made of the session
 * @t: the segment
 *
 * Return: false if there was no memory for all of it.
 */
bool esmtp_scratch_close(struct esmtp_task *t)
{
	const struct esmtp_session *s = t->session;
	struct esmtp_inspect *ins = t->ins;

	t->session = NULL;
	ins->session = s->head;
	if (!esmtp_session_needs_rest(&s->head)) {
		esmtp_scratch_drop(ins);
		return true;
	}
	if (ins->whole)
		return true;
	ins->whole = esmtp_memory_session();
	if (!ins->whole)
		return false;
	ins->whole->rest = s->rest;
	return true;
}
