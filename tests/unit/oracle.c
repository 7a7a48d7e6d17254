// SPDX-License-Identifier: GPL-2.0
/*
 * The ends' view of a conversation. Wherever an end's reading is uncertain the
 * oracle gives the engine the benefit of the doubt, so what it reports is an
 * error for sure.
 */
#include "oracle.h"

/* What an answer is awaited for. */
enum { GREETING, OTHER, HELLO, DATA, AUTH, END, TLS };

/* How much of an end of data, true or look-alike, was seen. */
enum { NONE, CR, CRLF, CRLF_DOT, CRLF_DOT_CR, BARE, BARE_DOT, BARE_DOT_CR };

static const char * const allowed[] = {
	"DATA", "HELO", "MAIL", "NOOP", "QUIT", "RCPT", "RSET", "AUTH", "EHLO",
	"ETRN", "HELP", "SAML", "SEND", "SOML", "VRFY",
};

/* Verbs that some server acts on and no map here lets through. */
static const char * const forbidden[] = {
	"EXPN", "TURN", "ATRN", "ONEX", "VERB", "EVFY",
	"XEXCH50", "X-EXPS", "X-LINK2STATE", "XCLIENT", "XFORWARD", "XADR",
	"XUSR", "XREMOTEQUEUE", "BURL", "LHLO", "DEBUG", "WIZ", "KILL", "ESAM",
	"ESND", "ESOM", "EMAL", "XTRN", "MULT", "TICK", "SHOWQ", "GET", "POST",
};

static const char * const permitted[] = {
	"8BITMIME", "AUTH", "CHECKPOINT", "DSN", "ENHANCEDSTATUSCODES", "ETRN",
	"PIPELINING", "SIZE", "VRFY",
};

static const char * const offers[] = {
	"HELP", "SMTPUTF8", "TURN",
	"EXPN", "XCLIENT", "XFORWARD", "X-EXPS", "X-LINK2STATE", "XEXCH50",
	"ATRN", "DELIVERBY", "BURL", "TIME", "ONEX", "VERB", "REQUIRETLS",
};

static u8 upper(u8 c)
{
	return c >= 'a' && c <= 'z' ? c - 32 : c;
}

static bool wordy(u8 c)
{
	c = upper(c);
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

static u32 run_len(const u8 *p, u32 n)
{
	u32 i;

	for (i = 0; i < n && wordy(p[i]); i++)
		;
	return i;
}

static bool is_word(const u8 *p, u32 n, const char *word)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (!word[i] || upper(p[i]) != (u8)word[i])
			return false;
	return !word[n];
}

static bool one_of(const u8 *p, u32 n, const char * const *words, u32 count)
{
	while (count--)
		if (is_word(p, n, words[count]))
			return true;
	return false;
}

static u32 line_seen(const struct oracle_line *l)
{
	return l->len < ORACLE_LINE ? l->len : ORACLE_LINE;
}

static void line_reset(struct oracle_line *l)
{
	l->len = 0;
	l->cr = 0;
	l->last = 0;
	l->clean = 1;
}

static void line_add(struct oracle_line *l, u8 was, u8 is)
{
	if (l->cr || (l->last == '\r' && l->len)) {
		if (!l->cr)
			l->cr = l->len;
		if (is != 'X' && is != '\r')
			l->clean = 0;
	}
	if (l->len < ORACLE_LINE) {
		l->was[l->len] = was;
		l->is[l->len] = is;
	}
	l->len++;
	l->last = is;
}

static void push(struct oracle *o, u8 kind)
{
	if (o->tail - o->head == ORACLE_PENDING)
		o->lost = 1;
	o->kind[o->tail++ % ORACLE_PENDING] = kind;
}

/**
 * oracle_init() - a connection just opened
 * @o: the oracle
 * @lets: ORACLE_*
 */
void oracle_init(struct oracle *o, u8 lets)
{
	memset(o, 0, sizeof(*o));
	o->lets = lets;
	o->lost = !!(lets & ORACLE_MONITOR);
	push(o, GREETING);
	line_reset(&o->client);
	line_reset(&o->server);
}

/* A server's verb: the token before SP, CR or LF; and what it may not be. */
static const char *judge_verb(const struct oracle *o,
			      const struct oracle_line *l, u32 n)
{
	bool tls, bdat;

	u32 skip = 0, run;

	while (skip < n && (l->is[skip] <= ' ' || l->is[skip] == 0x7f))
		skip++;
	run = run_len(l->is + skip, n - skip);
	tls = is_word(l->is + skip, run, "STARTTLS");
	bdat = is_word(l->is + skip, run, "BDAT");
	if (one_of(l->is + skip, run, forbidden, ESMTP_ARRAY_SIZE(forbidden)) ||
	    (tls && !(o->lets & ORACLE_TLS)) ||
	    (bdat && !(o->lets & ORACLE_CHUNKING)))
		return "a forbidden command left whole";
	if (!one_of(l->is + skip, run, allowed, ESMTP_ARRAY_SIZE(allowed)) &&
	    !tls && !bdat)
		return NULL;
	if (skip)
		return "a command after blanks left whole";
	if (run < n && l->is[run] != ' ' && l->is[run] != '\r')
		return "a verb followed by garbage left whole";
	if (memcmp(l->is, l->was, run))
		return "a line was rewritten to a command";
	return NULL;
}

static u8 kind_of(const struct oracle_line *l, u32 n)
{
	u32 run = run_len(l->is, n);

	if (is_word(l->is, run, "DATA"))
		return DATA;
	if (is_word(l->is, run, "AUTH"))
		return AUTH;
	if (is_word(l->is, run, "STARTTLS"))
		return TLS;
	return is_word(l->is, run, "EHLO") ? HELLO : OTHER;
}

/* The octets of a BDAT, by a server that knows the command. */
static void chunk(struct oracle *o, const struct oracle_line *l, u32 n)
{
	u64 size = 0;
	u32 i;

	if (!is_word(l->is, run_len(l->is, n), "BDAT"))
		return;
	for (i = 5; i < n && l->is[i] >= '0' && l->is[i] <= '9'; i++)
		size = size * 10 + (l->is[i] - '0');
	if (i == 5 || size > 0xffffffff ||
	    (i < n && l->is[i] != '\r' &&
	     !is_word(l->is + i, run_len(l->is + i + 1, n - i - 1) + 1, " LAST")))
		o->fail = "a BDAT that servers read in several ways left whole";
	o->left = size;
	if (size)
		o->mode = ORACLE_CHUNK;
}

static void command_end(struct oracle *o)
{
	struct oracle_line *l = &o->client;
	u8 kind = kind_of(l, line_seen(l));

	o->fail = judge_verb(o, l, line_seen(l));
	if (!o->fail && !l->clean)
		o->fail = "bytes after a bare CR left in a command";
	push(o, kind);
	if (kind == DATA || kind == AUTH || kind == TLS)
		o->mode = ORACLE_WAIT;
	chunk(o, l, line_seen(l));
	line_reset(l);
}

static void auth_end(struct oracle *o)
{
	push(o, AUTH);
	o->mode = ORACLE_WAIT;
	line_reset(&o->client);
}

/* CR LF . CR LF, and those of its look-alikes that are beyond doubt. */
static void message_byte(struct oracle *o, u8 c)
{
	static const u8 on_cr[] = { CR, CR, CR, CRLF_DOT_CR, CR, CR,
				    BARE_DOT_CR, CR };
	static const u8 on_dot[] = { NONE, BARE_DOT, CRLF_DOT, NONE, NONE,
				     BARE_DOT, NONE, NONE };
	u8 was = o->eod;

	if (c == '\r') {
		o->eod = on_cr[was];
	} else if (c == '\n') {
		o->eod = was == CR || was == CRLF_DOT_CR || was == BARE_DOT_CR ?
			 CRLF : BARE;
		if (was == CRLF_DOT || was == BARE_DOT || was == BARE_DOT_CR)
			o->looked = 1;
	} else {
		o->eod = c == '.' ? on_dot[was] : NONE;
	}
	if (c != '\n' || was != CRLF_DOT_CR)
		return;
	push(o, END);
	o->mode = ORACLE_COMMAND;
	line_reset(&o->client);
}

/* Are these the first bytes of a word? */
static bool begins(const u8 *p, u32 n, const char *word)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (!word[i] || upper(p[i]) != (u8)word[i])
			return false;
	return true;
}

/* A line of a refused message: X, or what does no harm to one who reads commands. */
static void refused_end(struct oracle *o)
{
	static const char * const harmless[] = { "QUIT", "RSET", "NOOP", "." };
	struct oracle_line *l = &o->client;
	u32 n = line_seen(l), i;

	while (n && (l->is[n - 1] == 'X' || l->is[n - 1] == '\r'))
		n--;
	if (n == 1 && l->is[0] == '.')
		o->lost = 1;
	for (i = 0; i < ESMTP_ARRAY_SIZE(harmless); i++)
		if (begins(l->is, n, harmless[i]))
			break;
	if (i == ESMTP_ARRAY_SIZE(harmless))
		o->fail = "a line of a refused message left";
	line_reset(l);
}

/**
 * oracle_client() - a byte of the client reached the server
 * @o: the oracle
 * @was: the byte as sent
 * @is: the byte as it left
 */
void oracle_client(struct oracle *o, u8 was, u8 is)
{
	if (o->lost || o->fail)
		return;
	switch (o->mode) {
	case ORACLE_WAIT:
		if (o->eased || o->ahead)
			o->lost = 1;
		else
			o->fail = "a byte left before the server's answer";
		break;
	case ORACLE_REFUSED:
		if (is == '\n')
			refused_end(o);
		else
			line_add(&o->client, was, is);
		break;
	case ORACLE_MESSAGE:
		message_byte(o, is);
		break;
	case ORACLE_AUTH:
		if (is == '\n')
			auth_end(o);
		break;
	case ORACLE_CHUNK:
		if (!--o->left)
			o->mode = ORACLE_COMMAND;
		break;
	default:
		if (is == '\n')
			command_end(o);
		else
			line_add(&o->client, was, is);
	}
}

static void message_begin(struct oracle *o)
{
	o->mode = ORACLE_MESSAGE;
	o->eod = CRLF;
	o->looked = 0;
}

static void command_mode(struct oracle *o)
{
	o->mode = ORACLE_COMMAND;
	line_reset(&o->client);
}

/* A complete reply: what does the server await now? */
static void reply_end(struct oracle *o, u32 code)
{
	u8 kind;

	o->eased = o->mode == ORACLE_WAIT;
	o->ahead |= !o->solicited;
	if (code == 354 && o->mode == ORACLE_WAIT &&
	    o->kind[(o->tail - 1) % ORACLE_PENDING] == DATA) {
		o->head = o->tail;
		message_begin(o);
		return;
	}
	if (o->mode == ORACLE_WAIT && o->solicited && code / 100 == 2 &&
	    o->kind[o->head % ORACLE_PENDING] == DATA)
		return;
	if (o->mode == ORACLE_REFUSED) {
		o->lost = 1;
		return;
	}
	if (!o->solicited && o->mode == ORACLE_MESSAGE && code >= 400) {
		/* the line at hand has left in part */
		o->mode = ORACLE_REFUSED;
		line_reset(&o->client);
		o->client.cr = 0;
		o->lost = o->eod != CRLF;
		return;
	}
	if (!o->solicited) {
		if ((o->mode == ORACLE_MESSAGE && o->looked) ||
		    o->mode == ORACLE_AUTH)
			command_mode(o);
		return;
	}
	kind = o->kind[o->head++ % ORACLE_PENDING];
	o->greeted = 1;
	if (kind == DATA) {
		if (code == 354)
			message_begin(o);
		else
			command_mode(o);
	} else if (kind == AUTH) {
		if (code == 334)
			o->mode = ORACLE_AUTH;
		else
			command_mode(o);
	} else if (kind == TLS) {
		/* what follows is not for it to read */
		o->lost = code == 220;
		command_mode(o);
	}
}

/* A line of the answer to EHLO, after its first. */
static void judge_offer(struct oracle *o, const struct oracle_line *l)
{
	u32 n = line_seen(l), run;

	if (n <= 4)
		return;
	run = run_len(l->is + 4, n - 4);
	if (one_of(l->is + 4, run, offers, ESMTP_ARRAY_SIZE(offers)) ||
	    (is_word(l->is + 4, run, "STARTTLS") && !(o->lets & ORACLE_TLS)) ||
	    ((is_word(l->is + 4, run, "CHUNKING") ||
	      is_word(l->is + 4, run, "BINARYMIME")) &&
	     !(o->lets & ORACLE_CHUNKING)))
		o->fail = "a forbidden keyword left whole";
	if (is_word(l->is + 4, run, "AUTH") && l->is[4 + run] == '=')
		o->fail = "the old form of AUTH left whole";
	if (one_of(l->is + 4, run, permitted, ESMTP_ARRAY_SIZE(permitted)) &&
	    memcmp(l->is + 4, l->was + 4, run))
		o->fail = "a keyword was made up";
}

static bool digit(u8 c)
{
	return c >= '0' && c <= '9';
}

static void reply_line(struct oracle *o)
{
	struct oracle_line *l = &o->server;
	u32 n = line_seen(l);
	const u8 *p = l->was;
	u32 code;

	if (n && n == l->len && p[n - 1] == '\r')
		n--;
	while (n && (*p == ' ' || *p == '\t')) {
		p++;
		n--;
	}
	if (n < 3 || !digit(p[0]) || !digit(p[1]) || !digit(p[2])) {
		o->eased = 1;
		/* to one client this was the answer, to another it was none */
		o->lost |= o->mode == ORACLE_COMMAND;
		return;
	}
	if ((p != l->was || (n > 3 && p[3] != ' ' && p[3] != '-')) && (o->lines || !o->greeted)) {
		o->lost = 1;
		return;
	}
	code = (p[0] - '0') * 100 + (p[1] - '0') * 10 + p[2] - '0';
	if (o->offers && code == 250)
		judge_offer(o, l);
	o->lines = 1;
	if (n > 3 && p[3] == '-')
		return;
	o->lines = 0;
	reply_end(o, code);
}

static void line_begin(struct oracle *o)
{
	bool pending = o->head != o->tail;

	if (!o->lines)
		o->solicited = pending;
	o->offers = (o->lets & ORACLE_MASKS) && o->lines && pending &&
		    o->kind[o->head % ORACLE_PENDING] == HELLO && !o->ahead;
}

/**
 * oracle_server() - a byte of the server reached the client
 * @o: the oracle
 * @was: the byte as sent
 * @is: the byte as it left
 */
void oracle_server(struct oracle *o, u8 was, u8 is)
{
	if (o->lost || o->fail)
		return;
	if (!o->server.len)
		line_begin(o);
	if (is != '\n') {
		line_add(&o->server, was, is);
		return;
	}
	reply_line(o);
	line_reset(&o->server);
}
