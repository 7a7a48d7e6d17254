// SPDX-License-Identifier: GPL-2.0
/*
 * The ClientHello (RFC 8446 4.1.2), byte by byte across records and segments:
 * the versions that it offers (4.2.1) and the server that it names (RFC 6066 3);
 * and the ServerHello (4.1.3), for the version that was chosen.
 */
#include "feed.h"
#include "hello.h"

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

static bool end_tls_connection(struct esmtp_feed *f, enum esmtp_reason why)
{
	esmtp_feed_end(f, why, ESMTP_ACT_RESET, 0);
	return !f->why;
}

static bool refuse_malformed_hello(struct esmtp_feed *f, u32 off)
{
	esmtp_feed_event(f, ESMTP_EV_INJECTION, off, 0);
	end_tls_connection(f, ESMTP_R_TLS_HELLO);
	return false;
}

/* The next field is @field, of @len bytes if it is not a number. */
static bool expect_hello_field(struct esmtp_hello *h, u8 field, u32 len)
{
	h->field = field;
	h->num = 0;
	h->pos = 0;
	h->skip = len;
	return true;
}

/* Skip the rest of the current extension's body, or begin the next extension. */
static bool continue_extension(struct esmtp_hello *h)
{
	return expect_hello_field(h, h->body ? EXT_BODY : EXT_TYPE, h->body);
}

/* Keep the highest version, leaving out GREASE (RFC 8701) and drafts. */
static void note_tls_version(struct esmtp_hello *h, u32 version)
{
	if (version >> 8 == 3 && version <= 0x0304 && version > h->version)
		h->version = version;
}

static bool begin_extension(struct esmtp_hello *h, u32 len)
{
	u32 type = h->num >> 16;

	if (len > h->ext)
		return false;
	h->ext -= len;
	h->body = len;
	if (type == SUPPORTED_VERSIONS && h->server)
		return len == 2 && expect_hello_field(h, CHOSEN, 0);
	if (type == SUPPORTED_VERSIONS && len)
		return expect_hello_field(h, VERSIONS, 0);
	if (type == SERVER_NAME && len && !h->server)
		return expect_hello_field(h, SNI_LIST, 0);
	return continue_extension(h);
}

/* Handle a complete number. False if its value is not allowed there. */
static bool parse_hello_number(struct esmtp_hello *h, u32 n)
{
	switch (h->field) {
	case TYPE:
		return n == (h->server ? SERVER_HELLO : CLIENT_HELLO) &&
		       expect_hello_field(h, LENGTH, 0);
	case LENGTH:
		h->left = n;
		return n <= HELLO_MAX && n && expect_hello_field(h, VERSION, 0);
	case VERSION:
		/* 1.3 is offered in an extension only */
		note_tls_version(h, n < 0x0304 ? n : 0x0303);
		return expect_hello_field(h, RANDOM, RANDOM_LEN);
	case SESSION:
		return expect_hello_field(h, SESSION_ID, n);
	case SUITES:
		return expect_hello_field(h, SUITES_LIST, n);
	case METHODS:
		return expect_hello_field(h, METHODS_LIST, n);
	case SUITE:
		return expect_hello_field(h, METHOD, 0);
	case METHOD:
		return expect_hello_field(h, EXTENSIONS, 0);
	case EXTENSIONS:
		h->ext = n;
		return n == h->left && expect_hello_field(h, EXT_TYPE, 0);
	case EXT_TYPE:
		if (h->ext < 4)
			return false;
		h->ext -= 4;
		expect_hello_field(h, EXT_LENGTH, 0);
		h->num = n;
		return true;
	case EXT_LENGTH:
		return begin_extension(h, n & 0xffff);
	case SNI_LIST:
		return expect_hello_field(h, SNI_TYPE, 0);
	case SNI_TYPE:
		return n == HOST_NAME ? expect_hello_field(h, SNI_LENGTH, 0) : continue_extension(h);
	case SNI_LENGTH:
		return n <= h->body && expect_hello_field(h, SNI_NAME, n);
	case VERSIONS:
		return n == h->body && !(n & 1) && expect_hello_field(h, VERSIONS_LIST, 0);
	case VERSIONS_LIST:
		note_tls_version(h, n);
		return h->body ? expect_hello_field(h, VERSIONS_LIST, 0) : continue_extension(h);
	case CHOSEN:
		note_tls_version(h, n);
		return continue_extension(h);
	}
	return false;
}

/* What follows a field of bytes. */
static bool expect_after_opaque(struct esmtp_hello *h)
{
	switch (h->field) {
	case RANDOM:
		return expect_hello_field(h, SESSION, 0);
	case SESSION_ID:
		return expect_hello_field(h, h->server ? SUITE : SUITES, 0);
	case SUITES_LIST:
		return expect_hello_field(h, METHODS, 0);
	case METHODS_LIST:
		return expect_hello_field(h, EXTENSIONS, 0);
	}
	return continue_extension(h);
}

/* A byte of the server name (SNI). A backslash at its end is CVE-2019-15846. */
static bool check_server_name_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_tls *t = &f->s->tls;

	if (c <= ' ' || c >= 0x7f || c == '\\') {
		esmtp_feed_event(f, ESMTP_EV_TLS_NAME, off, c);
		return end_tls_connection(f, ESMTP_R_TLS_SNI);
	}
	if (t->hello.sni_len < sizeof(f->s->sni) - 1)
		f->s->sni[t->hello.sni_len] = c;
	t->hello.sni_len++;
	return true;
}

static bool is_opaque_complete(const struct esmtp_hello *h)
{
	return !width[h->field] && !h->skip;
}

/* One byte of a field of bytes or of a number. */
static bool read_hello_field_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_hello *h = &f->s->tls.hello;

	if (!width[h->field]) {
		h->skip--;
		return h->field != SNI_NAME || check_server_name_byte(f, c, off);
	}
	h->num = h->num << 8 | c;
	h->pos++;
	return true;
}

/* Go on to the next incomplete field. False if the handshake message is malformed. */
static bool complete_hello_fields(struct esmtp_hello *h)
{
	if (width[h->field] && h->pos == width[h->field] &&
	    !parse_hello_number(h, h->num))
		return false;
	while (is_opaque_complete(h))
		if (!expect_after_opaque(h))
			return false;
	return true;
}

/*
 * The handshake message is complete. Its version must be minimum-version or higher: the
 * highest that the client offers, and then the one that the server has chosen.
 */
static bool finish_hello(struct esmtp_feed *f, u32 off)
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
	       end_tls_connection(f, ESMTP_R_TLS_VERSION);
}

/* Is the message complete where it may end: before or between extensions? */
static bool may_hello_end(const struct esmtp_hello *h)
{
	return !h->pos && ((h->field == EXT_TYPE && !h->ext) ||
			   h->field == EXTENSIONS);
}

static void count_hello_byte(struct esmtp_hello *h)
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
		return refuse_malformed_hello(f, off);
	if (h->field > LENGTH && !h->left)
		return refuse_malformed_hello(f, off);
	count_hello_byte(h);
	if (!read_hello_field_byte(f, c, off))
		return false;
	if (!complete_hello_fields(h))
		return refuse_malformed_hello(f, off);
	if (h->field > LENGTH && !h->left)
		return may_hello_end(h) ? finish_hello(f, off) : refuse_malformed_hello(f, off);
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
