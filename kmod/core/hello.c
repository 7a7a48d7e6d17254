// SPDX-License-Identifier: GPL-2.0
/*
 * The ClientHello (RFC 8446 4.1.2), byte by byte across records and segments:
 * the versions that it offers (4.2.1) and the server that it names (RFC 6066 3);
 * and the ServerHello (4.1.3), for the version that was chosen.
 */
#include "internal.h"

enum field {
	TYPE, LENGTH, VERSION, RANDOM,
	SESSION, SESSION_ID,
	SUITES, SUITES_LIST,
	METHODS, METHODS_LIST,
	SUITE, METHOD,			/* a server's choice */
	EXTENSIONS,
	EXT_TYPE, EXT_LENGTH, EXT_BODY,
	SNI_LIST, SNI_TYPE, SNI_LENGTH, SNI_NAME,
	VERSIONS, VERSIONS_LIST,
	CHOSEN,				/* a server's, of these */
};

enum {
	CLIENT_HELLO = 1,
	SERVER_HELLO = 2,
	RANDOM_LEN = 32,
	HELLO_MAX = 0xffff,
	SERVER_NAME = 0,
	SUPPORTED_VERSIONS = 43,
	HOST_NAME = 0,
};

/* Bytes of a number, 0 for a field of @skip bytes. */
static const u8 width[] = {
	[TYPE] = 1, [LENGTH] = 3, [VERSION] = 2, [RANDOM] = 0,
	[SESSION] = 1, [SESSION_ID] = 0,
	[SUITES] = 2, [SUITES_LIST] = 0,
	[METHODS] = 1, [METHODS_LIST] = 0,
	[SUITE] = 2, [METHOD] = 1,
	[EXTENSIONS] = 2,
	[EXT_TYPE] = 2, [EXT_LENGTH] = 2, [EXT_BODY] = 0,
	[SNI_LIST] = 2, [SNI_TYPE] = 1, [SNI_LENGTH] = 2, [SNI_NAME] = 0,
	[VERSIONS] = 1, [VERSIONS_LIST] = 2,
	[CHOSEN] = 2,
};

/* What minimum-version asks for, as it is on the wire. */
static const u16 least[ESMTP_TLS_VERSION_MAX] = {
	[ESMTP_TLS_1_0] = 0x0301,
	[ESMTP_TLS_1_1] = 0x0302,
	[ESMTP_TLS_1_2] = 0x0303,
	[ESMTP_TLS_1_3] = 0x0304,
};

static bool end(struct esmtp_feed *f, enum esmtp_reason why)
{
	esmtp_feed_end(f, why, ESMTP_ACT_RESET, 0);
	return !f->why;
}

static bool malformed(struct esmtp_feed *f, u32 off)
{
	esmtp_feed_event(f, ESMTP_EV_INJECTION, off, 0);
	end(f, ESMTP_TLS_HELLO);
	return false;
}

/* The next field is @field, of @len bytes if it is not a number. */
static bool next(struct esmtp_hello *h, u8 field, u32 len)
{
	h->field = field;
	h->num = 0;
	h->pos = 0;
	h->skip = len;
	return true;
}

/* An extension, or a list in one, has ended or has not. */
static bool extension(struct esmtp_hello *h)
{
	return next(h, h->body ? EXT_BODY : EXT_TYPE, h->body);
}

/* GREASE (RFC 8701) and drafts are no versions. */
static void offer(struct esmtp_hello *h, u32 version)
{
	if (version >> 8 == 3 && version <= 0x0304 && version > h->version)
		h->version = version;
}

static bool extension_begin(struct esmtp_hello *h, u32 len)
{
	u32 type = h->num >> 16;

	if (len > h->ext)
		return false;
	h->ext -= len;
	h->body = len;
	if (type == SUPPORTED_VERSIONS && h->server)
		return len == 2 && next(h, CHOSEN, 0);
	if (type == SUPPORTED_VERSIONS && len)
		return next(h, VERSIONS, 0);
	if (type == SERVER_NAME && len && !h->server)
		return next(h, SNI_LIST, 0);
	return extension(h);
}

/* A number was read; false if it cannot be. */
static bool number(struct esmtp_hello *h, u32 n)
{
	switch (h->field) {
	case TYPE:
		return n == (h->server ? SERVER_HELLO : CLIENT_HELLO) &&
		       next(h, LENGTH, 0);
	case LENGTH:
		h->left = n;
		return n <= HELLO_MAX && n && next(h, VERSION, 0);
	case VERSION:
		/* 1.3 is offered in an extension only */
		offer(h, n < 0x0304 ? n : 0x0303);
		return next(h, RANDOM, RANDOM_LEN);
	case SESSION:
		return next(h, SESSION_ID, n);
	case SUITES:
		return next(h, SUITES_LIST, n);
	case METHODS:
		return next(h, METHODS_LIST, n);
	case SUITE:
		return next(h, METHOD, 0);
	case METHOD:
		return next(h, EXTENSIONS, 0);
	case EXTENSIONS:
		h->ext = n;
		return n == h->left && next(h, EXT_TYPE, 0);
	case EXT_TYPE:
		if (h->ext < 4)
			return false;
		h->ext -= 4;
		next(h, EXT_LENGTH, 0);
		h->num = n;
		return true;
	case EXT_LENGTH:
		return extension_begin(h, n & 0xffff);
	case SNI_LIST:
		return next(h, SNI_TYPE, 0);
	case SNI_TYPE:
		return n == HOST_NAME ? next(h, SNI_LENGTH, 0) : extension(h);
	case SNI_LENGTH:
		return n <= h->body && next(h, SNI_NAME, n);
	case VERSIONS:
		return n == h->body && !(n & 1) && next(h, VERSIONS_LIST, 0);
	case VERSIONS_LIST:
		offer(h, n);
		return h->body ? next(h, VERSIONS_LIST, 0) : extension(h);
	case CHOSEN:
		offer(h, n);
		return extension(h);
	}
	return false;
}

/* What follows a field of bytes. */
static bool after(struct esmtp_hello *h)
{
	switch (h->field) {
	case RANDOM:
		return next(h, SESSION, 0);
	case SESSION_ID:
		return next(h, h->server ? SUITE : SUITES, 0);
	case SUITES_LIST:
		return next(h, METHODS, 0);
	case METHODS_LIST:
		return next(h, EXTENSIONS, 0);
	}
	return extension(h);
}

/* A byte of a name; CVE-2019-15846 ends one in a backslash. */
static bool name_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_tls *t = &f->s->tls;

	if (c <= ' ' || c >= 0x7f || c == '\\') {
		esmtp_feed_event(f, ESMTP_EV_TLS_NAME, off, c);
		return end(f, ESMTP_TLS_SNI);
	}
	if (t->hello.sni_len < sizeof(f->s->sni) - 1)
		f->s->sni[t->hello.sni_len] = c;
	t->hello.sni_len++;
	return true;
}

static bool skipped(const struct esmtp_hello *h)
{
	return !width[h->field] && !h->skip;
}

/* One byte of a field of bytes or of a number. */
static bool field_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_hello *h = &f->s->tls.hello;

	if (!width[h->field]) {
		h->skip--;
		return h->field != SNI_NAME || name_byte(f, c, off);
	}
	h->num = h->num << 8 | c;
	h->pos++;
	return true;
}

/* Move on over all that is complete. False if it cannot be a ClientHello. */
static bool settle(struct esmtp_hello *h)
{
	if (width[h->field] && h->pos == width[h->field] &&
	    !number(h, h->num))
		return false;
	while (skipped(h))
		if (!after(h))
			return false;
	return true;
}

/* All of it was read. The server's choice counts, which may be less than asked. */
static bool done(struct esmtp_feed *f, u32 off)
{
	struct esmtp_hello *h = &f->s->tls.hello;
	u16 version = h->version;

	if (h->server)
		esmtp_feed_event(f, ESMTP_EV_TLS_CHOSEN, off, version);
	else
		esmtp_feed_event(f, ESMTP_EV_TLS_HELLO, off, version);
	if (h->sni_len)
		esmtp_feed_event(f, ESMTP_EV_TLS_SNI, off, h->sni_len);
	f->s->tls.hellos++;
	memset(h, 0, sizeof(*h));
	h->server = 1;
	return version >= least[f->s->map->params.tls_min] ||
	       end(f, ESMTP_TLS_VERSION);
}

/* Is the message complete where it may end: before or between extensions? */
static bool may_end(const struct esmtp_hello *h)
{
	return !h->pos && ((h->field == EXT_TYPE && !h->ext) ||
			   h->field == EXTENSIONS);
}

static void count(struct esmtp_hello *h)
{
	if (h->field > LENGTH)
		h->left--;
	if (h->field > EXT_LENGTH)
		h->body--;
}

/**
 * esmtp_hello_byte() - read one byte of a side's first handshake message
 * @f: the call
 * @c: the byte
 * @off: its stream offset
 *
 * Return: false if it may not pass, or under monitor cannot be read on.
 */
bool esmtp_hello_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_hello *h = &f->s->tls.hello;

	if (h->field > EXT_LENGTH && !h->body)
		return malformed(f, off);
	if (h->field > LENGTH && !h->left)
		return malformed(f, off);
	count(h);
	if (!field_byte(f, c, off))
		return false;
	if (!settle(h))
		return malformed(f, off);
	if (h->field > LENGTH && !h->left)
		return may_end(h) ? done(f, off) : malformed(f, off);
	return true;
}

/**
 * esmtp_session_sni() - the server that a ClientHello named
 * @s: a session of which ESMTP_EV_TLS_SNI is reported just now
 *
 * Return: the name, cut to ESMTP_SNI_LEN - 1; "" if there is none.
 */
const char *esmtp_session_sni(const struct esmtp_session *s)
{
	return s->mode == ESMTP_MODE_TLS && !s->tls.hellos ? s->sni : "";
}
