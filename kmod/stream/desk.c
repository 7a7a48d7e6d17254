// SPDX-License-Identifier: GPL-2.0
/*
 * The session on the desk. Between messages a connection keeps only the first part
 * of it: there may be very many that are idle.
 */
#include <esmtp/stream.h>

/**
 * esmtp_desk_open() - lay all of the session out for the core
 * @t: the segment; sets @t->session
 *
 * esmtp_desk_close() follows, in the same call of the engine.
 */
void esmtp_desk_open(struct esmtp_task *t)
{
	t->session = &esmtp_memory_desk()->session;
	t->session->head = t->ins->session;
	if (t->ins->rest)
		t->session->rest = *t->ins->rest;
	else
		memset(&t->session->rest, 0, sizeof(t->session->rest));
}

static void forget(struct esmtp_inspect *ins)
{
	esmtp_memory_free(ins->rest);
	ins->rest = NULL;
}

/**
 * esmtp_desk_close() - keep what the core made of the session
 * @t: the segment
 *
 * Return: false if there was no memory for all of it.
 */
bool esmtp_desk_close(struct esmtp_task *t)
{
	const struct esmtp_session *s = t->session;
	struct esmtp_inspect *ins = t->ins;

	t->session = NULL;
	ins->session = s->head;
	if (!esmtp_session_whole(&s->head)) {
		forget(ins);
		return true;
	}
	if (ins->rest)
		*ins->rest = s->rest;
	else
		ins->rest = esmtp_memory_copy(&s->rest, sizeof(s->rest));
	return ins->rest;
}
