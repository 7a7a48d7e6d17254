// SPDX-License-Identifier: GPL-2.0
/*
 * TLS, as far as a packet path can hold it to its word: from the 220 to the end
 * of the connection both sides send records and nothing else (RFC 8446 5.1,
 * RFC 3207 4). What is in a record is skipped; only the first message of either
 * side is read.
 */
#include "internal.h"

enum {
	HEADER = 5,			/* type, version, length */
	CHANGE_CIPHER_SPEC = 20,
	ALERT = 21,
	HANDSHAKE = 22,
	APPLICATION_DATA = 23,
	VERSION_3 = 3,
	LENGTH_MAX = 16384 + 256,	/* RFC 8446 5.2 */
};

/**
 * esmtp_tls_init() - the server said 220 to STARTTLS
 * @s: the session
 */
void esmtp_tls_init(struct esmtp_session *s)
{
	memset(&s->tls, 0, sizeof(s->tls));
	memset(s->sni, 0, sizeof(s->sni));
}

static void injected(struct esmtp_feed *f, enum esmtp_reason why, u32 off)
{
	esmtp_feed_event(f, ESMTP_EV_INJECTION, off, 0);
	esmtp_feed_end(f, why, ESMTP_ACT_RESET, 0);
	if (!f->why)
		esmtp_feed_hold(f, why, off);
}

/* Is this side's hello still to come, or the rest of it? */
static bool reads(const struct esmtp_tls *t, enum esmtp_dir dir)
{
	return t->hellos == (dir == ESMTP_S2C);
}

/* A server that will have no TLS says so in an alert (RFC 8446 6.2). */
static bool type_ok(const struct esmtp_tls *t, enum esmtp_dir dir, u8 c)
{
	if (reads(t, dir))
		return c == HANDSHAKE || (dir == ESMTP_S2C && c == ALERT);
	return c >= CHANGE_CIPHER_SPEC && c <= APPLICATION_DATA;
}

static bool header_ok(const struct esmtp_tls *t, enum esmtp_dir dir, u8 c)
{
	const struct esmtp_tls_record *r = &t->record[dir];

	switch (r->pos) {
	case 0:
		return type_ok(t, dir, c);
	case 1:
		return c == VERSION_3;
	case 4:
		return ((u32)r->left << 8 | c) <= LENGTH_MAX;
	}
	return true;
}

static bool header_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_tls *t = &f->s->tls;
	struct esmtp_tls_record *r = &t->record[f->dir];

	if (!header_ok(t, f->dir, c)) {
		injected(f, ESMTP_TLS_RECORD, off);
		return false;
	}
	switch (r->pos++) {
	case 0:
		r->type = c;
		break;
	case 3:
		r->left = c;
		break;
	case 4:
		r->left = r->left << 8 | c;
		r->pos = 0;
		break;
	}
	return true;
}

/* Bytes of a record: skipped, or of a hello. */
static u32 payload(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	struct esmtp_tls *t = &f->s->tls;
	struct esmtp_tls_record *r = &t->record[f->dir];
	u32 i = 0;

	if (n > r->left)
		n = r->left;
	while (i < n && r->type == HANDSHAKE && reads(t, f->dir) &&
	       f->s->mode == ESMTP_MODE_TLS) {
		if (!esmtp_hello_byte(f, p[i], off + i)) {
			if (!f->why)
				esmtp_feed_hold(f, ESMTP_TLS_HELLO, off + i);
			return i;
		}
		i++;
	}
	r->left -= n;
	return n;
}

static u32 records(struct esmtp_feed *f, const u8 *p, u32 n)
{
	struct esmtp_tls_record *r = &f->s->tls.record[f->dir];
	u32 i = 0;

	while (i < n && f->s->mode == ESMTP_MODE_TLS) {
		u32 off = f->io->off + i;

		if (r->left && !r->pos)
			i += payload(f, p + i, n - i, off);
		else if (header_byte(f, p[i], off))
			i++;
		if (f->why)
			break;
	}
	return i;
}

/**
 * esmtp_tls_client() - read client bytes of TLS
 * @f: the call
 * @p: bytes
 * @n: how many
 *
 * Return: bytes taken.
 */
u32 esmtp_tls_client(struct esmtp_feed *f, const u8 *p, u32 n)
{
	return records(f, p, n);
}

/**
 * esmtp_tls_server() - read server bytes of TLS
 * @f: the call
 * @p: bytes
 * @n: how many
 *
 * None may come before the ClientHello: they would be read as part of the reply
 * to STARTTLS or of what follows (CVE-2021-38371).
 *
 * Return: bytes taken.
 */
u32 esmtp_tls_server(struct esmtp_feed *f, const u8 *p, u32 n)
{
	if (!f->s->tls.hellos) {
		injected(f, ESMTP_TLS_RESPONSE, f->io->off);
		return 0;
	}
	return records(f, p, n);
}
