// SPDX-License-Identifier: GPL-2.0
/*
 * What the core takes at once it takes as byte by byte: each vector, as it is and with
 * bytes changed at random, runs in two sessions, in one of which each hand is a block, and
 * in the other each byte. After each hand bytes taken, reason, edits, events and all of
 * the session are the same.
 *
 * usage: plain_test [ROUNDS]	of changes to each vector
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "any.h"
#include "replay.h"
#include "engine/smtp/header.h"
#include "vectors.h"

/* More octets than are kept of sections. */
#define LETTERS	"abcdefghijklmnopqrstuvwxyz.0123456789"
#define MANY	LETTERS LETTERS LETTERS LETTERS LETTERS LETTERS LETTERS

enum { ROUNDS = 40, EDITS = 256, STREAM = 1 << 17, EVENTS = 1 << 14, TINY = 4 };

struct side {
	struct esmtp_session s;
	struct esmtp_edit edits[ESMTP_DIR_MAX][EDITS];
	struct esmtp_log log[ESMTP_DIR_MAX];
	u32 off[ESMTP_DIR_MAX];
	struct esmtp_event event[EVENTS];
	u32 n_events;
};

/* Bytes of each direction that were held. */
struct waiting {
	u8 p[STREAM];
	u32 n;
};

static struct side once, bytes;
static struct waiting waiting[ESMTP_DIR_MAX];
static struct esmtp_map map;
static u32 hands;

static void on_event(struct esmtp_io *io, const struct esmtp_event *ev)
{
	struct side *side = io->ctx;

	if (side->n_events < EVENTS)
		side->event[side->n_events++] = *ev;
}

static enum esmtp_reason admit(struct esmtp_io *io, u8 rule)
{
	(void)io;
	return rule % 2 ? ESMTP_R_RATE : ESMTP_R_GO;
}

static void open_side(struct side *side, u32 cap)
{
	int dir;

	memset(side, 0, sizeof(*side));
	esmtp_session_init(&side->s.head, &map);
	for (dir = 0; dir < ESMTP_DIR_MAX; dir++)
		side->log[dir] = (struct esmtp_log){ .v = side->edits[dir], .cap = cap };
}

/* Feed a hand in blocks. Returns bytes taken. */
static u32 feed_hand(struct side *side, enum esmtp_dir dir, const u8 *p, u32 n, u32 block,
		     enum esmtp_reason *why)
{
	struct esmtp_io io = {
		.log = &side->log[dir], .hand = side->off[dir], .off = side->off[dir],
		.event = on_event, .admit = admit, .ctx = side,
	};
	u32 taken = 0;

	*why = ESMTP_R_GO;
	while (taken < n && !*why)
		taken += esmtp_session_feed(&side->s, dir, &io, p + taken,
					    esmtp_least(n - taken, block), why);
	side->off[dir] = io.off;
	return taken;
}

static const char *compare_logs(const struct esmtp_log *a, const struct esmtp_log *b)
{
	u32 i;

	if (a->n != b->n || a->grown != b->grown)
		return "another number of edits";
	for (i = 0; i < a->n; i++)
		if (memcmp(esmtp_log_at(a, i), esmtp_log_at(b, i), sizeof(struct esmtp_edit)))
			return "another edit";
	return NULL;
}

/* Is a field with parameters at hand? */
static bool has_parameters(const struct esmtp_message *m)
{
	return esmtp_header_structured(m) && m->header.fields != 1 << ESMTP_HEADER_ENCODING;
}

/* Of a field that has ended nothing matters but what it says of the message. */
static void forget_field(struct esmtp_session *s)
{
	memset(&s->msg.mime, 0, sizeof(s->msg.mime));
	memset(&s->msg.lax, 0, sizeof(s->msg.lax));
	memset(&s->names, 0, sizeof(s->names));
	if (!esmtp_header_structured(&s->msg)) {
		s->msg.header.words = 0;
		s->msg.header.comment = 0;
	}
	if (!s->msg.header.after_cr)
		s->msg.header.cr_pos = 0;
}

/* Of a line that has ended, and of the name of a field that nobody reads, nothing matters. */
static void forget_dead(struct esmtp_session *s)
{
	if (!s->reply.len)
		s->reply.state = 0;
	if (!esmtp_session_needs_rest(&s->head) || s->mode == ESMTP_MODE_TLS)
		return;
	if (!has_parameters(&s->msg))
		forget_field(s);
	if (!esmtp_header_idle(&s->msg))
		return;
	s->msg.header.pos = 0;
	s->msg.header.fields = 0;
	s->msg.header.odd = 0;
}

/* Of a connection that is not read any more nothing matters but how it ended. */
static const char *compare_sessions(struct esmtp_session *a, struct esmtp_session *b)
{
	static char where[60];
	const u8 *x = (const u8 *)a, *y = (const u8 *)b;
	u32 i, n = esmtp_session_needs_rest(&a->head) ? sizeof(*a) : sizeof(a->head);

	if (a->mode == ESMTP_MODE_CLOSED || a->mode == ESMTP_MODE_UNREAD)
		return a->mode == b->mode && a->why == b->why && a->act == b->act &&
		       a->say == b->say && a->crit == b->crit ? NULL : "another end";
	forget_dead(a);
	forget_dead(b);
	for (i = 0; i < n && x[i] == y[i]; i++)
		;
	if (i == n)
		return NULL;
	snprintf(where, sizeof(where), "another session (byte %u: %u, not %u)", i, x[i], y[i]);
	return where;
}

static const char *compare_sides(enum esmtp_dir dir)
{
	const char *wrong = NULL;
	u32 i;

	if (once.s.mode != ESMTP_MODE_CLOSED)
		wrong = compare_logs(&once.log[dir], &bytes.log[dir]);
	if (wrong)
		return wrong;
	if (once.n_events != bytes.n_events)
		return "another number of events";
	for (i = 0; i < once.n_events; i++) {
		const struct esmtp_event *a = &once.event[i], *b = &bytes.event[i];

		if (a->id != b->id || a->dir != b->dir || a->rule != b->rule ||
		    a->off != b->off || a->value != b->value)
			return "another event";
	}
	return compare_sessions(&once.s, &bytes.s);
}

/* What left is acknowledged, and some of the log is free again. */
static void acknowledge(enum esmtp_dir dir)
{
	esmtp_log_prune(&once.log[dir], once.off[dir]);
	esmtp_log_prune(&bytes.log[dir], bytes.off[dir]);
}

/* The bytes of one direction that wait, in hands. NULL, or what differs. */
static const char *run_hands(enum esmtp_dir dir, bool cut, bool *ended)
{
	struct waiting *w = &waiting[dir];
	enum esmtp_reason a = ESMTP_R_GO, b;
	u32 at = 0, taken, b_taken, n;
	const char *wrong;

	while (at < w->n && !a) {
		n = cut ? 1 + any(w->n - at) : w->n - at;
		once.n_events = bytes.n_events = 0;
		taken = feed_hand(&once, dir, w->p + at, n, n, &a);
		b_taken = feed_hand(&bytes, dir, w->p + at, n, 1, &b);
		/* where there is no room, how far one gets is nobody's business */
		if (a == ESMTP_R_LOG_FULL || b == ESMTP_R_LOG_FULL) {
			*ended = true;
			return NULL;
		}
		if (a != b || (taken != b_taken && once.s.mode != ESMTP_MODE_CLOSED))
			return "other bytes taken";
		wrong = compare_sides(dir);
		if (wrong)
			return wrong;
		at += taken;
		hands++;
		if (any(2))
			acknowledge(dir);
	}
	memmove(w->p, w->p + at, w->n - at);
	w->n -= at;
	*ended = a && !esmtp_reason_retry(a);
	return NULL;
}

static const char *const pieces[] = {
	"MAIL FROM:<a@b>\r\n", "rcpt to:<a.b-c@d>\r\n", "MAIL FROM:<> SIZE=100 BODY=7BIT\r\n",
	"RCPT TO:<a@b@c>\r\n", "RCPT TO:<a%b>\r\n", "MAIL FROM:<@a:b@c>\r\n", "RCPT TO:<>\r\n",
	"EHLO x\r\n", "HELO\r\n", "DATA\r\n", "RSET \r\n", "NOOP a\tb\r\n", "QUIT\r\n", "BDAT 3\r\n",
	"DATA \x7f\r\n", "STARTTLS\r\n", "AUTH LOGIN\r\n", "XYZZY\r\n", "MAIL\r\n", "MAIL \r\n",
	"250 ok\r\n", "250-a\r\n", "250-SIZE\r\n", "250-SIZE 100\r\n", "250 8bitmime\r\n",
	"250-STARTTLS\r\n", "250-XYZ\r\n", "250-CHUNKING\r\n", "354 go\r\n", "550 no\r\n",
	"250-XXXA\r\n", "250 XXXXB c\r\n", "250-XXX\r\n", "250-VERB d\r\n", "250-VERBOSE\r\n", "250-SI\r\n",
	"250 PIPELINING\r\n", "220 x ESMTP\r\n", "250-\r\n", "250\r\n", "250-AUTH=LOGIN\r\n",
	"\r\n", "\n", "\r", ".\r\n", ".", "\r\n.\r\n", "To: a\r\n", "a: b\r\n", " c\r\n", "--b\r\n",
	"Subject: x\r\n\r\n", "text\r\n", "a\r\rb\r\n", "\x80\xff\r\n", "Content-Type: text/plain\r\n",
	"Content-Type: multipart/mixed; boundary=\"b\"\r\n", "; name=a", "; filename=\"a b\"",
	"Content-Type: message/rfc822\r\n", "content-type:\r\n multipart/digest;\r\n\tboundary=c\r\n",
	"Content-Disposition: attachment;\r\n filename=\"a.exe\"\r\n", "; boundary=d", "\r\n ",
	"Content-Transfer-Encoding: base64\r\n", "Content-Disposition: inline\r\n", "=?", "*0=",
	"Content-Type: message/delivery-status\r\n", "Content-Transfer-Encoding:\r\n 7bit \r\n",
	"Content-Type: message/partial\r\n", "; filename=a.exe;", "MAIL FROM:<a@b> size=00012345 BODY=8BITMIME\r\n", " SIZE=9 SIZE=1x", " =a", " ORCPT=rfc822;a+00b",
	"RCPT TO:<a@b> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;a@b\r\n", "  x", "\r\n\t; charset=utf-8", "\r\n.\r\n", "--b--\r\n", "--c \t\r\n", "--d-\r\n", "---\r\n",
	"Content-Disposition: a; filename*0*=utf-8''a%25b;\r\n filename*1*=%41cd.exe\r\n", "%25", "%4",
	"Content-Type: a/b; name*0*=utf-8''%E3ab%81%82cd%2541ef\r\n", "; name*0=" MANY MANY, "\xe3\x81",
	"Content-Type: a/b; name=\"=?utf-8?Q?a=41b?= cd\" ; filename*1=abc;\r\n filename*0=def\r\n",
};

/* One change to @n bytes. Returns how many there are then. */
static u32 change(u8 *p, u32 n, u32 room)
{
	static const char set[] = "\r\n \t\"%'()*-.:;<=>?@\\_|aAzZ059\x80\x7f\x01";
	const char *piece = pieces[any(ESMTP_ARRAY_SIZE(pieces))];
	u32 at = any(n + 1), len = (u32)strlen(piece);

	switch (any(5)) {
	case 0:
		if (n + len <= room) {
			memmove(p + at + len, p + at, n - at);
			memcpy(p + at, piece, len);
			return n + len;
		}
		break;
	case 1:
		if (at < n) {
			memmove(p + at, p + at + 1, n - at - 1);
			return n - 1;
		}
		break;
	case 2:
		if (at < n)
			p[at] ^= 'a' - 'A';
		break;
	default:
		if (at < n)
			p[at] = (u8)set[any(sizeof(set))];
	}
	return n;
}

static bool add_turn(const struct vector_turn *t, u32 changes)
{
	struct waiting *w = &waiting[t->dir];
	u32 begin = w->n;

	if (t->again)
		return true;
	if (w->n + t->n_in > STREAM / 2)
		return false;
	memcpy(w->p + w->n, t->in, t->n_in);
	w->n += t->n_in;
	while (changes--)
		w->n = begin + change(w->p + begin, w->n - begin, STREAM - begin);
	return true;
}

/* A rule that searches something for a byte that is there twice. */
static void add_search(void)
{
	static const u16 next[] = { 0, 0, 1, 2, 2, 0 };
	static const u8 crits[] = {
		ESMTP_CRIT_FILETYPE, ESMTP_CRIT_HEADER_REGEX,
		ESMTP_CRIT_SENDER_REGEX, ESMTP_CRIT_RECIPIENT_REGEX,
	};
	static const char set[] = "aebcx. ;=\"";
	static struct esmtp_regex regex;
	struct esmtp_rule *r = &map.rules[map.nrules];

	if (map.nrules == ESMTP_MAP_RULES)
		return;
	regex = (struct esmtp_regex){ .states = 3, .start = 1, .classes = 2, .next = next };
	regex.class_of[(u8)set[any(sizeof(set) - 1)]] = 1;
	*r = (struct esmtp_rule){
		.crit = crits[any(sizeof(crits))], .act = ESMTP_ACT_LOG, .negate = !any(4),
	};
	map.regexes = &regex;
	map.nslots = 1;
	map.slots[0] = map.nrules++;
	esmtp_map_seal(&map);
}

/* One vector, or what a number of changes to each turn makes of it. */
static const char *run_vector(const struct vector *v, bool changed)
{
	u32 cap = any(4) ? EDITS : TINY, i;
	bool ended = false;

	replay_map(&map, v);
	if (changed && !any(3))
		add_search();
	open_side(&once, cap);
	open_side(&bytes, cap);
	waiting[ESMTP_C2S].n = waiting[ESMTP_S2C].n = 0;
	for (i = 0; i < v->n_turns && !ended; i++) {
		const struct vector_turn *t = &v->turns[i];
		const char *wrong;

		if (!add_turn(t, changed ? any(3) : 0))
			break;
		wrong = run_hands(t->dir, changed && any(2), &ended);
		if (wrong)
			return wrong;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	u32 rounds = argc > 1 ? (u32)atoi(argv[1]) : ROUNDS, i, round, failed = 0;

	for (i = 0; i < ESMTP_ARRAY_SIZE(vectors); i++) {
		const char *wrong = NULL;

		for (round = 0; round <= rounds && !wrong; round++)
			wrong = run_vector(&vectors[i], round);
		if (wrong)
			printf("not ok at once as byte by byte: %s, round %u: %s\n",
			       vectors[i].name, round - 1, wrong);
		failed += !!wrong;
	}
	printf("%s at once as byte by byte: %u hands\n", failed ? "not ok" : "ok", hands);
	return !!failed;
}
