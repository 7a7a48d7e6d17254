// SPDX-License-Identifier: GPL-2.0
/*
 * Between messages a connection keeps only the head of its session, as very many may be
 * idle. While a segment is inspected, the whole session is in a scratch buffer.
 */
#include <esmtp/stream.h>

/**
 * esmtp_scratch_open() - lay all of the session out for the core
 * @t: the segment; sets @t->session
 *
 * esmtp_scratch_close() follows, in the same call of the engine.
 */
void esmtp_scratch_open(struct esmtp_task *t)
{
	t->session = &esmtp_memory_scratch()->session;
	t->session->head = t->ins->session;
	if (t->ins->rest)
		t->session->rest = *t->ins->rest;
	/* else it may have any value */
}

static void free_session_rest(struct esmtp_inspect *ins)
{
	esmtp_memory_free(ins->rest);
	ins->rest = NULL;
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
		free_session_rest(ins);
		return true;
	}
	if (ins->rest)
		*ins->rest = s->rest;
	else
		ins->rest = esmtp_memory_copy(&s->rest, sizeof(s->rest));
	return ins->rest;
}
