// SPDX-License-Identifier: GPL-2.0
/*
 * A line that answers a 334 (RFC 4954 4): base64, or "*" to cancel. The server judges it;
 * but what it can't be, and what servers read as a new command, leaves as X.
 */
#include "auth.h"
#include "command.h"
#include "feed.h"
#include "order_command.h"
#include "engine/ascii.h"

/* RFC 4954 4: 12288 with CR LF. sendmail begins a command there, Exim at 16384. */
enum { LONGEST = 12286 };

static bool is_base64_byte(u8 c)
{
	u8 upper = esmtp_upper(c);

	return (upper >= 'A' && upper <= 'Z') || esmtp_digit(c) || c == '+' || c == '/' ||
	       c == '=';
}

/*
 * Haraka executes a command where it awaits an answer. The one that base64 can spell, and
 * that does harm, loses its last letter; as an answer it would be no text (RFC 4648).
 */
static bool is_command_end(struct esmtp_command *c, u8 ch)
{
	static const u8 word[] = "STARTTLS";

	if (c->vlen + 1u != c->len || c->len >= sizeof(word) ||
	    esmtp_upper(ch) != word[c->vlen])
		return false;
	return !word[++c->vlen];
}

/* A byte of the line, neither CR nor LF. Behind a bare CR none is of it. */
static void read_answer_byte(struct esmtp_feed *f, u8 ch, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;
	bool cancels = ch == '*' && !c->len && !c->cr;

	c->pos = cancels;
	c->control |= c->cr;
	c->cr = 0;
	c->len = esmtp_add(c->len, 1);
	if (cancels || (is_base64_byte(ch) && !c->control && c->len <= LONGEST &&
			!is_command_end(c, ch)))
		return;
	c->masked = 1;
	esmtp_feed_fill(f, off, off + 1, ESMTP_EDIT_FILL, 'X');
}

static void end_answer(struct esmtp_feed *f, u32 off)
{
	const struct esmtp_command *c = &f->s->cmd;

	if (c->masked)
		esmtp_feed_event(f, ESMTP_EV_AUTH_MASKED, off, c->len);
	esmtp_feed_event(f, c->pos ? ESMTP_EV_AUTH_CANCEL : ESMTP_EV_AUTH_LINE, off, 0);
	esmtp_order_auth_line(f);
}

/**
 * esmtp_auth_feed() - read one line that answers a 334
 * @f: the call
 * @p: bytes
 * @n: how many
 *
 * Return: bytes taken: fewer than @n when f->why is set or the line ended.
 */
u32 esmtp_auth_feed(struct esmtp_feed *f, const u8 *p, u32 n)
{
	struct esmtp_command *c = &f->s->cmd;
	u32 i;

	for (i = 0; i < n; i++) {
		if (!esmtp_feed_room(f, f->io->off + i))
			return i;
		esmtp_feed_spend(f, ESMTP_COST_RUN);
		c->open = 1;
		if (p[i] == '\n') {
			end_answer(f, f->io->off + i);
			return i + 1;
		}
		if (p[i] != '\r') {
			read_answer_byte(f, p[i], f->io->off + i);
			continue;
		}
		c->control |= c->cr;
		c->cr = 1;
	}
	return n;
}
