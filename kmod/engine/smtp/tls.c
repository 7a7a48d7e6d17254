// SPDX-License-Identifier: GPL-2.0
/*
 * TLS after STARTTLS: from the 220 to the end of the connection both sides must send TLS
 * records and nothing else (RFC 8446 5.1, RFC 3207 4). Record headers are checked and
 * their contents skipped, but for the ClientHello and the ServerHello.
 */
#include "feed.h"
#include "hello.h"
#include "tls.h"

enum {
	HEADER = 5,			/* type, version, length */
	CHANGE_CIPHER_SPEC = 20,
	ALERT = 21,
	HANDSHAKE = 22,
	APPLICATION_DATA = 23,
	VERSION_3 = 3,
	LENGTH_MAX = 16384 + 256,	/* RFC 8446 5.2 */
	ALERT_SEALED = 2 + 1 + 16,	/* an alert in an encrypted record, at most */
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

static void refuse_injection(struct esmtp_feed *f, enum esmtp_reason why, u32 off)
{
	esmtp_feed_event(f, ESMTP_EV_INJECTION, off, 0);
	esmtp_feed_end(f, why, ESMTP_ACT_RESET, 0);
	if (!f->why)
		esmtp_feed_hold(f, why, off);
}

/* Is this side's hello message not complete yet? */
static bool wants_hello(const struct esmtp_tls *t, enum esmtp_dir dir)
{
	return t->hellos == (dir == ESMTP_S2C);
}

/* Before its hello, a server may send an alert to refuse TLS (RFC 8446 6.2). */
static bool is_valid_record_type(const struct esmtp_tls *t, enum esmtp_dir dir, u8 c)
{
	if (wants_hello(t, dir))
		return c == HANDSHAKE || (dir == ESMTP_S2C && c == ALERT);
	return c >= CHANGE_CIPHER_SPEC && c <= APPLICATION_DATA;
}

static bool is_valid_record_header(const struct esmtp_tls *t, enum esmtp_dir dir, u8 c)
{
	const struct esmtp_tls_record *r = &t->record[dir];

	switch (r->pos) {
	case 0:
		return is_valid_record_type(t, dir, c);
	case 1:
		return c == VERSION_3;
	case 4:
		return ((u32)r->left << 8 | c) <= LENGTH_MAX;
	}
	return true;
}

/*
 * Behind its close_notify a server may say 421 or 221 in clear (Exim does). No client
 * reads it as a part of TLS; it is not forwarded, but nobody has injected it either.
 */
static bool is_goodbye(const struct esmtp_tls_record *r, enum esmtp_dir dir, u8 c)
{
	return dir == ESMTP_S2C && !r->pos && r->closing && (c == '2' || c == '4' || c == '5');
}

static void refuse_record(struct esmtp_feed *f, u8 c, u32 off)
{
	if (!is_goodbye(&f->s->tls.record[f->dir], f->dir, c)) {
		refuse_injection(f, ESMTP_R_TLS_RECORD, off);
		return;
	}
	esmtp_feed_end(f, ESMTP_R_TLS_CLOSED, ESMTP_ACT_RESET, 0);
	if (!f->why)
		esmtp_feed_hold(f, ESMTP_R_TLS_CLOSED, off);
}

/* Is a record as short as an alert? Its contents can't be read (RFC 8446 6.1). */
static bool may_close(const struct esmtp_tls_record *r)
{
	return r->type == ALERT || (r->type == APPLICATION_DATA && r->left <= ALERT_SEALED);
}

static bool parse_record_header(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_tls *t = &f->s->tls;
	struct esmtp_tls_record *r = &t->record[f->dir];

	if (!is_valid_record_header(t, f->dir, c)) {
		refuse_record(f, c, off);
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
		r->closing = may_close(r);
		break;
	}
	return true;
}

/* Bytes of a record's fragment: parsed in a hello message, else skipped. */
static u32 read_record_fragment(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	struct esmtp_tls *t = &f->s->tls;
	struct esmtp_tls_record *r = &t->record[f->dir];
	u32 i = 0;

	if (n > r->left)
		n = r->left;
	while (i < n && r->type == HANDSHAKE && wants_hello(t, f->dir) &&
	       f->s->mode == ESMTP_MODE_TLS) {
		if (!esmtp_hello_byte(f, p[i], off + i)) {
			if (!f->why)
				esmtp_feed_hold(f, ESMTP_R_TLS_HELLO, off + i);
			return i;
		}
		i++;
	}
	r->left -= n;
	return n;
}

static u32 read_records(struct esmtp_feed *f, const u8 *p, u32 n)
{
	struct esmtp_tls_record *r = &f->s->tls.record[f->dir];
	u32 i = 0;

	while (i < n && f->s->mode == ESMTP_MODE_TLS) {
		u32 off = f->io->off + i;

		if (r->left && !r->pos)
			i += read_record_fragment(f, p + i, n - i, off);
		else if (parse_record_header(f, p[i], off))
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
	return read_records(f, p, n);
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
		refuse_injection(f, ESMTP_R_TLS_RESPONSE, f->io->off);
		return 0;
	}
	return read_records(f, p, n);
}
