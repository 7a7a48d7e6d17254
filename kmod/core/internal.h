/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the core know of one another. */
#ifndef _ESMTP_INTERNAL_H
#define _ESMTP_INTERNAL_H

#include <esmtp/core.h>

/**
 * struct esmtp_feed - one call of esmtp_session_feed()
 * @s: the session
 * @io: the caller's
 * @dir: which stream is fed
 * @why: set to anything but ESMTP_GO, it ends the call before the byte at hand
 */
struct esmtp_feed {
	struct esmtp_session *s;
	struct esmtp_io *io;
	enum esmtp_dir dir;
	enum esmtp_reason why;
};

/* A blank or a tab (WSP, RFC 5234). */
static inline bool esmtp_blank(u8 c)
{
	return c == ' ' || c == '\t';
}

static inline bool esmtp_digit(u8 c)
{
	return c >= '0' && c <= '9';
}

/* An ASCII letter in upper case; all else stays. */
static inline u8 esmtp_upper(u8 c)
{
	return c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c;
}

/* A sum that stays at its largest value. */
static inline u32 esmtp_add(u32 a, u32 b)
{
	return a + b < a ? ~0u : a + b;
}

/* session.c */
void esmtp_feed_event(struct esmtp_feed *f, enum esmtp_event_id id, u32 off,
		      u32 value);
void esmtp_feed_end(struct esmtp_feed *f, enum esmtp_reason why, u8 act, u8 say);
bool esmtp_feed_act(struct esmtp_feed *f, const struct esmtp_param *param,
		    enum esmtp_reason why);
void esmtp_feed_fill(struct esmtp_feed *f, u32 from, u32 to, u8 kind, u8 fill);
bool esmtp_feed_whole(const struct esmtp_feed *f, u32 from);
void esmtp_feed_cut(struct esmtp_feed *f, u32 from, u32 to);
bool esmtp_feed_hold(struct esmtp_feed *f, enum esmtp_reason why, u32 off);

/*
 * Can the log take what one byte may need? That is never more than two edits: a fill
 * and a letter, or a cut and the separator of the line before. Asked before the byte
 * is read, so that it can be fed again unchanged. Sets f->why if not.
 */
static inline bool esmtp_feed_room(struct esmtp_feed *f)
{
	const struct esmtp_log *log = f->io->log;

	if (log->cap - log->n >= 2 || f->s->map->params.monitor)
		return true;
	f->why = ESMTP_LOG_FULL;
	return false;
}

/* order.c */
void esmtp_session_command_mode(struct esmtp_session *s);
void esmtp_session_transaction_over(struct esmtp_session *s);
void esmtp_session_command(struct esmtp_feed *f, u32 verb);
void esmtp_session_auth_line(struct esmtp_feed *f);
void esmtp_session_message_end(struct esmtp_feed *f);
void esmtp_session_chunk(struct esmtp_feed *f, u32 size, bool last);

/* turn.c */
void esmtp_session_reply(struct esmtp_feed *f, u32 off);

/* queue.c */
bool esmtp_queue_room(const struct esmtp_queue *q);
bool esmtp_queue_push(struct esmtp_queue *q, u8 kind);
void esmtp_queue_pop(struct esmtp_queue *q);
u8 esmtp_queue_head(const struct esmtp_queue *q);
bool esmtp_queue_has(const struct esmtp_queue *q, u8 kind);

/* rule.c */
u32 esmtp_rule_room(const struct esmtp_map *map, u8 crit, u32 value);
bool esmtp_rule_grown(struct esmtp_feed *f, u8 crit, u32 from, u32 to, u32 off);
bool esmtp_rule_jump(struct esmtp_feed *f, u8 crit, u32 from, u32 to, u32 off);
bool esmtp_rule_final(struct esmtp_feed *f, u8 crit, u32 value, u32 off);
void esmtp_rule_command(struct esmtp_feed *f);
bool esmtp_rule_sound(struct esmtp_feed *f, u32 off);
bool esmtp_rule_set(struct esmtp_feed *f, u8 crit, u32 member, u32 off);
bool esmtp_rule_violation(struct esmtp_feed *f, enum esmtp_event_id id, u32 off,
			  u32 value);

/* How much may a value grow before any rule looks at it? Less than _room(), at once. */
static inline u32 esmtp_rule_quiet(const struct esmtp_map *map, u8 crit, u32 value)
{
	return map->floor[crit] > value ? map->floor[crit] - value : 0;
}

/* A counted or measured value has grown: esmtp_rule_grown(), where a rule may care. */
static inline bool esmtp_rule_count(struct esmtp_feed *f, u8 crit, u32 from, u32 to,
				    u32 off)
{
	return to <= f->s->map->floor[crit] || esmtp_rule_grown(f, crit, from, to, off);
}

/*
 * Where a regular expression reads what the protocol shows, byte by byte and to
 * its end: sender and recipient addresses, header fields, names of files.
 */
static inline bool esmtp_rule_reads(const struct esmtp_map *map, u8 crit)
{
	return map->floor[crit] != ~0u || (map->negated >> crit & 1);
}

bool esmtp_rule_matched(struct esmtp_feed *f, u8 rule, u32 off, u32 value);

/* dfa.c */
u32 esmtp_rule_walk(struct esmtp_feed *f, u16 *at, u8 crit, u8 c);
bool esmtp_rule_found(struct esmtp_feed *f, u32 slots, u32 off);
u32 esmtp_rule_has(const struct esmtp_feed *f, const u16 *at);
bool esmtp_rule_over(struct esmtp_feed *f, u16 *at, u8 crit, u32 off);
bool esmtp_rule_byte(struct esmtp_feed *f, u8 crit, u8 c, u32 off);
void esmtp_rule_restart(struct esmtp_feed *f, u8 crit);
bool esmtp_rule_end(struct esmtp_feed *f, u8 crit, u32 off);

/* line.c */
u32 esmtp_line_end(const u8 *p, u32 n);
u32 esmtp_line_text(const u8 *p, u32 n);
u32 esmtp_word_narrow(const char *const *words, u32 candidates, u32 pos, u8 c);
u32 esmtp_word_rest(const char *const *words, u32 *candidates, u32 pos, const u8 *p,
		    u32 n);
u32 esmtp_word_whole(const char *const *words, u32 candidates, u32 len);

/* command.c */
u32 esmtp_command_feed(struct esmtp_feed *f, const u8 *p, u32 n);
u32 esmtp_command_auth(struct esmtp_feed *f, const u8 *p, u32 n);
void esmtp_command_reset(struct esmtp_command *c);

/* verb.c */
void esmtp_verb_begin(struct esmtp_command *c);
bool esmtp_verb_byte(struct esmtp_session *s, u8 ch);
u32 esmtp_verb_rest(struct esmtp_session *s, const u8 *p, u32 n);
bool esmtp_verb_end(struct esmtp_session *s);

/* permit.c */
enum {
	ESMTP_ADDRESS_VERBS = 1u << ESMTP_VERB_MAIL | 1u << ESMTP_VERB_RCPT |
			      1u << ESMTP_VERB_SAML | 1u << ESMTP_VERB_SEND |
			      1u << ESMTP_VERB_SOML,
};

bool esmtp_permit_auth(struct esmtp_feed *f, u32 off);
bool esmtp_permit_between(struct esmtp_feed *f, u32 off);
bool esmtp_permit_line(struct esmtp_feed *f, u32 off);

/* group.c */
bool esmtp_group_begin(struct esmtp_feed *f, u32 off);
bool esmtp_group_masked(struct esmtp_feed *f, u32 off);

/* chunk.c: is a message in BDATs under way? */
enum {
	ESMTP_CHUNKS_NONE,
	ESMTP_CHUNKS_OPEN,		/* more are to come */
	ESMTP_CHUNKS_LAST,		/* the one at hand is its last */
	ESMTP_CHUNKS_LEFT,		/* what gives it up was sent */
	ESMTP_CHUNKS_BROKEN,		/* what does not belong there was sent */
};

void esmtp_chunk_between(struct esmtp_session *s, u32 verb);

void esmtp_chunk_byte(struct esmtp_feed *f, u8 c, u32 off);
bool esmtp_chunk_end(struct esmtp_feed *f, u32 off);
void esmtp_chunk_bad(struct esmtp_feed *f, u32 off);
void esmtp_chunk_open(struct esmtp_feed *f, u32 off);
u32 esmtp_chunk_feed(struct esmtp_feed *f, const u8 *p, u32 n);

/* mail.c */
void esmtp_mail_byte(struct esmtp_feed *f, u8 c, u32 off);
u32 esmtp_mail_room(const struct esmtp_feed *f);
void esmtp_mail_skim(struct esmtp_feed *f, u32 n);
bool esmtp_mail_end(struct esmtp_feed *f, u32 off);

/* parameter.c */
void esmtp_parameter_byte(struct esmtp_feed *f, u8 c, u32 off);
bool esmtp_parameter_idle(const struct esmtp_command *cmd);

/* domain.c */
void esmtp_domain_begin(struct esmtp_command *cmd);
void esmtp_domain_byte(struct esmtp_feed *f, u8 c);
bool esmtp_domain_whole(const struct esmtp_feed *f);

/* address.c */
enum esmtp_address_char {
	ESMTP_ADDRESS_PASS,
	ESMTP_ADDRESS_BLANK,
	ESMTP_ADDRESS_PIPE,
};

void esmtp_address_init(struct esmtp_command *cmd);
enum esmtp_address_char esmtp_address_byte(struct esmtp_command *cmd, u8 c);
bool esmtp_address_quoted(const struct esmtp_command *cmd);
bool esmtp_address_before(const struct esmtp_command *cmd);
bool esmtp_address_within(const struct esmtp_command *cmd);
bool esmtp_address_over(const struct esmtp_command *cmd);

/* reply.c */
enum { ESMTP_REPLY_PREFIX = 4 };	/* "250-" */

u32 esmtp_reply_feed(struct esmtp_feed *f, const u8 *p, u32 n);
void esmtp_reply_mask(struct esmtp_feed *f, u32 from, u32 to);

/* keyword.c */
void esmtp_keyword_begin(struct esmtp_reply *r);
void esmtp_keyword_byte(struct esmtp_feed *f, u8 c, u32 off);
u32 esmtp_keyword_rest(struct esmtp_feed *f, const u8 *p, u32 n);
void esmtp_keyword_end(struct esmtp_feed *f, u32 end);
void esmtp_keyword_alone(struct esmtp_feed *f, u32 end, u32 off);
void esmtp_keyword_over(struct esmtp_feed *f, u32 end, u32 off);

/* banner.c */
bool esmtp_banner_masked(const struct esmtp_feed *f);
void esmtp_banner_byte(struct esmtp_feed *f, u8 c, u32 off);
bool esmtp_banner_alike(const struct esmtp_session *s);
void esmtp_banner_run(struct esmtp_feed *f, u32 from, u32 to);
void esmtp_banner_end(struct esmtp_feed *f, u32 end);

/* tls.c */
void esmtp_tls_init(struct esmtp_session *s);
u32 esmtp_tls_client(struct esmtp_feed *f, const u8 *p, u32 n);
u32 esmtp_tls_server(struct esmtp_feed *f, const u8 *p, u32 n);

/* hello.c */
bool esmtp_hello_byte(struct esmtp_feed *f, u8 c, u32 off);

/* message.c: what the line at hand belongs to */
enum {
	ESMTP_SECTION_HEADER,
	ESMTP_SECTION_PART,		/* the header of a part */
	ESMTP_SECTION_BODY,
};

enum { ESMTP_DASHES = 2 };		/* that begin a boundary */

/* Of what the length of the line at hand is a value. */
static inline u8 esmtp_message_criterion(const struct esmtp_message *m)
{
	return m->section == ESMTP_SECTION_HEADER ? ESMTP_CRIT_HEADER_LINE :
						    ESMTP_CRIT_BODY_LINE;
}

void esmtp_message_init(struct esmtp_session *s, bool raw);
void esmtp_message_note(struct esmtp_feed *f, enum esmtp_event_id id, u32 off);
bool esmtp_message_to(struct esmtp_feed *f, u32 off);
bool esmtp_message_grow(struct esmtp_feed *f, u32 n, u32 off);
bool esmtp_message_over(struct esmtp_feed *f, u32 off);
u32 esmtp_message_feed(struct esmtp_feed *f, const u8 *p, u32 n);

/* bulk.c */
u32 esmtp_bulk_skip(struct esmtp_feed *f, const u8 *p, u32 n, u32 off);
u32 esmtp_bulk_lines(struct esmtp_feed *f, const u8 *p, u32 n, u32 off);

/* end.c: how near to the end of data, by the letter */
enum {
	ESMTP_EOD_MID,			/* within a line */
	ESMTP_EOD_CR,			/* after a CR within a line */
	ESMTP_EOD_BOL,			/* after CR LF */
	ESMTP_EOD_DOT,			/* after CR LF . */
	ESMTP_EOD_DOT_CR,		/* after CR LF . CR */
};

/* The same as a careless server might see it. */
enum {
	ESMTP_LOOK_MID,
	ESMTP_LOOK_BOL,			/* after any line's end */
	ESMTP_LOOK_DOT,			/* and a dot */
	ESMTP_LOOK_DOT_CR,		/* and a CR that may be the true end's */
};

bool esmtp_end_seen(const struct esmtp_message *m, u8 c);
bool esmtp_end_step(struct esmtp_feed *f, u8 c, u32 off);

/* header.c */
void esmtp_header_init(struct esmtp_message *m);
bool esmtp_header_idle(const struct esmtp_message *m);
bool esmtp_header_line(struct esmtp_message *m, const u8 *p, u32 n);
bool esmtp_header_byte(struct esmtp_feed *f, u8 c, bool first, u32 off);

/* encoding.c */
void esmtp_encoding_begin(struct esmtp_header *h);
bool esmtp_encoding_byte(struct esmtp_feed *f, u8 c, u32 off);
bool esmtp_encoding_end(struct esmtp_feed *f, u32 off);

/* mime.c */
enum esmtp_mime_field { ESMTP_MIME_TYPE, ESMTP_MIME_DISPOSITION };

/* What a parameter is. */
enum {
	ESMTP_PARAM_FILE = 1 << 0,	/* name or filename */
	ESMTP_PARAM_SECTIONED = 1 << 1,	/* NAME*0=, NAME*1= ... */
	ESMTP_PARAM_LATER = 1 << 2,	/* not the first section */
	ESMTP_PARAM_EXTENDED = 1 << 3,	/* NAME*= or NAME*0*=: percent coding */
	ESMTP_PARAM_CHARSET = 1 << 4,	/* before charset'language' has ended */
	ESMTP_PARAM_CLOSED = 1 << 5,	/* behind a closing quote */
	ESMTP_PARAM_BOUNDARY = 1 << 6,
};

void esmtp_mime_init(struct esmtp_mime *m, enum esmtp_mime_field field);
bool esmtp_mime_byte(struct esmtp_feed *f, u8 c, u32 off);
bool esmtp_mime_end(struct esmtp_feed *f, u32 off);

/* filename.c */
void esmtp_filename_octet(struct esmtp_feed *f, u8 c, u32 off);
void esmtp_filename_end(struct esmtp_feed *f, u32 off);
void esmtp_filename_joined(struct esmtp_feed *f, u32 off);

/* filetype.c */
bool esmtp_filetype_sent(struct esmtp_feed *f, u8 c, u32 off);
bool esmtp_filetype_decoded(struct esmtp_feed *f, u8 c, u32 off);
void esmtp_filetype_aside(struct esmtp_feed *f, u8 c, bool first);
bool esmtp_filetype_literal(struct esmtp_feed *f, u32 off);
bool esmtp_filetype_end(struct esmtp_feed *f, u32 off);

/* boundary.c */
#define ESMTP_HASH_INIT 2166136261u

void esmtp_boundary_line(struct esmtp_boundaries *b);
void esmtp_boundary_byte(struct esmtp_boundaries *b, u8 c, u32 pos);
bool esmtp_boundary_reads(const struct esmtp_boundaries *b, u32 pos);
bool esmtp_boundary_end(struct esmtp_boundaries *b);
void esmtp_boundary_octet(struct esmtp_mime *m, u8 c, bool quoted);
void esmtp_boundary_declared(struct esmtp_feed *f, u32 off);
void esmtp_boundary_odd(struct esmtp_feed *f, u32 off);

/* check_map.c */
const char *esmtp_map_check(const struct esmtp_map *m, u32 nregexes);
const char *esmtp_regex_check(const struct esmtp_policy *p,
			      const struct esmtp_regex *r);

/* check_addr.c */
const char *esmtp_ace_check(const struct esmtp_ace *ace);
const char *esmtp_limit_check(const struct esmtp_limit *l);

#endif /* _ESMTP_INTERNAL_H */
