/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The inspection core: a causal byte transducer for both directions of one
 * SMTP connection (RFC 5321).
 *
 * The caller owns everything and calls esmtp_session_feed() with the bytes of
 * one direction in stream order, each byte once. What the core wants changed
 * comes back as edits in the caller's log; what it saw, as events; where it
 * stops, as a reason.
 *
 *  - A *hand* is what the caller holds and has not forwarded: one packet. The
 *    caller says where it begins (@hand). Bytes before it have left; the core
 *    never edits them. A hand may be fed in as many blocks as it has pieces;
 *    edits must be applied only when the whole hand was fed.
 *  - Nothing is ever waited for. When feed() takes fewer bytes than given, the
 *    rest must not be forwarded: with a reason that esmtp_reason_retry() knows it is to be fed
 *    again later, when the other direction has moved or edits were
 *    acknowledged; with any other reason the connection has ended and nothing
 *    may pass it any more.
 *  - Events are the same for every cut of the same bytes. Edits are such that
 *    no forbidden line ever leaves whole with its end.
 *
 * No allocation, no clock, no recursion, no floating point; a call is linear in
 * the bytes given. Any context; the caller serialises calls for one session.
 */
#ifndef _ESMTP_CORE_H
#define _ESMTP_CORE_H

#include <esmtp/policy.h>
#include <esmtp/port.h>

enum esmtp_reason {
#define ESMTP_REASON(NAME, name, end, sentence) ESMTP_##NAME,
#include <esmtp/reasons.def>
	ESMTP_REASON_MAX
};

/* How a packet that ended for a reason left, if it did. */
enum esmtp_end {
	ESMTP_END_PASS,			/* as it came */
	ESMTP_END_EDIT,			/* with changed bytes */
	ESMTP_END_DROP,
	ESMTP_END_MAX
};

enum esmtp_event_id {
#define ESMTP_EVENT(NAME, name, sentence) ESMTP_EV_##NAME,
#include <esmtp/events.def>
#undef ESMTP_EVENT
	ESMTP_EVENT_MAX
};

enum esmtp_dir {
	ESMTP_C2S,			/* client to server */
	ESMTP_S2C,			/* server to client */
	ESMTP_DIR_MAX
};

/* How an edit makes the new byte from the original one. */
enum esmtp_edit_kind {
	ESMTP_EDIT_FILL,		/* every byte becomes @fill */
	ESMTP_EDIT_STAR,		/* all but 2, 0, CR and LF become @fill */
	ESMTP_EDIT_CUT,			/* the bytes are taken out */
	ESMTP_EDIT_CRLF,		/* a CR is put in before one byte, a LF */
};

/**
 * struct esmtp_edit - a range of one direction's stream that leaves changed
 * @off: stream offset of its first byte; the first byte after the SYN is 0,
 *	and offsets wrap at 2^32 like the sequence numbers they come from
 * @len: bytes
 * @kind: enum esmtp_edit_kind
 * @fill: the new byte
 */
struct esmtp_edit {
	u32 off;
	u16 len;
	u8 kind;
	u8 fill;
};

/**
 * struct esmtp_log - the edits of one direction that are not acknowledged yet
 * @v: ring of @cap entries, sorted by offset, never overlapping; the caller's
 * @cap: a power of two, at most ESMTP_LOG_MAX
 * @head: index of the oldest, modulo @cap
 * @n: used entries
 * @grown: bytes by which edits that were acknowledged have made the stream
 *	longer, below 0 if shorter
 *
 * It is the replay log too: a resent range gets the edits that overlap it.
 */
struct esmtp_log {
	struct esmtp_edit *v;
	s32 grown;
	u32 cap : 11;
	u32 head : 10;
	u32 n : 11;
};

enum { ESMTP_LOG_MAX = 1024 };

/* The edit of a log that is the @i-th, from the oldest on. */
static inline struct esmtp_edit *esmtp_log_at(const struct esmtp_log *log, u32 i)
{
	return &log->v[(u16)(log->head + i) & (log->cap - 1)];
}

/* edit.c */
bool esmtp_log_fill(struct esmtp_log *log, u32 off, u32 len, u8 kind, u8 fill);
bool esmtp_log_patch(struct esmtp_log *log, u32 off, u8 fill);
bool esmtp_log_insert(struct esmtp_log *log, u32 off, u8 fill);
void esmtp_log_retract(struct esmtp_log *log, u32 off);
void esmtp_log_prune(struct esmtp_log *log, u32 una);
bool esmtp_log_beyond(const struct esmtp_log *log, u32 off);
const struct esmtp_edit *esmtp_log_next(const struct esmtp_log *log, u32 *iter,
					u32 off, u32 end);
s32 esmtp_edit_growth(const struct esmtp_edit *e);
void esmtp_edit_bytes(const struct esmtp_edit *e, u32 off, u8 *p, u32 n);

/* seqmap.c */
bool esmtp_seqmap_on(const struct esmtp_log *log);
bool esmtp_seqmap_touches(const struct esmtp_log *log, u32 off, u32 n);
u32 esmtp_seqmap_out(const struct esmtp_log *log, u32 off);
u32 esmtp_seqmap_in(const struct esmtp_log *log, u32 off, bool up);
u32 esmtp_seqmap_copy(const struct esmtp_log *log, u32 off, const u8 *p, u32 n,
		      u8 *to);

/* Serial-number comparison of stream offsets (RFC 1982, RFC 9293 3.4). */
static inline bool esmtp_before(u32 a, u32 b)
{
	return (s32)(a - b) < 0;
}

/** esmtp_least() - the smaller one of two numbers */
static inline u32 esmtp_least(u32 a, u32 b)
{
	return a < b ? a : b;
}

/**
 * struct esmtp_stream - one direction, as far as TCP goes (RFC 9293 3.4)
 * @una: stream offset of the first byte not acknowledged by the receiver
 * @next: stream offset of the first byte not judged; never before @una
 */
struct esmtp_stream {
	u32 una;
	u32 next;
};

/**
 * struct esmtp_place - how the bytes of one segment lie in the stream
 * @stale: first bytes, acknowledged already: the receiver ignores them
 * @again: bytes after them that were judged before: a retransmission
 * @fresh: bytes after those, in order and not judged yet
 * @gap: the segment begins beyond @next; all else is 0 then
 */
struct esmtp_place {
	u32 stale;
	u32 again;
	u32 fresh;
	bool gap;
};

/* stream.c */
struct esmtp_place esmtp_stream_place(const struct esmtp_stream *st, u32 off,
				      u32 len);
bool esmtp_stream_ack(struct esmtp_stream *st, u32 ack);

/**
 * struct esmtp_event - something the core saw
 * @id: enum esmtp_event_id
 * @dir: direction of the stream in which it was seen
 * @rule: index in the map's rules for ESMTP_EV_RULE
 * @off: stream offset at which it was known
 * @value: what was counted or measured, where there is such a thing
 */
struct esmtp_event {
	u8 id;
	u8 dir;
	u8 rule;
	u32 off;
	u32 value;
};

/**
 * struct esmtp_io - what one call of esmtp_session_feed() works with
 * @log: edits of the direction fed
 * @hand: stream offset of the first byte not forwarded yet
 * @off: stream offset of the next byte to feed; feed() advances it
 * @event: called for each event, may be NULL
 * @admit: asked for each message, or command, that a rule with rate-limit matched:
 *	ESMTP_GO, or the reason to end the connection; NULL lets all pass
 * @ctx: the caller's, for both
 */
struct esmtp_io {
	struct esmtp_log *log;
	u32 hand;
	u32 off;
	void (*event)(struct esmtp_io *io, const struct esmtp_event *ev);
	enum esmtp_reason (*admit)(struct esmtp_io *io, u8 rule);
	void *ctx;
};

/* How the next bytes of the client and the server are read. */
enum esmtp_mode {
	ESMTP_MODE_COMMAND,
	ESMTP_MODE_WAIT,		/* DATA or AUTH is unanswered: bytes are held */
	ESMTP_MODE_MESSAGE,		/* from the server's 354 to the end of data */
	ESMTP_MODE_AUTH,		/* one line of an AUTH exchange, after a 334 */
	ESMTP_MODE_CHUNK,		/* the octets of a BDAT */
	ESMTP_MODE_STARTTLS,		/* STARTTLS is unanswered: no byte may come */
	ESMTP_MODE_TLS,			/* records of TLS, to the end */
	ESMTP_MODE_UNREAD,		/* a monitored connection nobody can follow */
	ESMTP_MODE_CLOSED,		/* ended by inspection */
	ESMTP_MODE_MAX
};

/* What a reply is awaited for. */
enum esmtp_pending {
	ESMTP_PEND_GREETING,
	ESMTP_PEND_OTHER,		/* nothing hangs on the answer */
	ESMTP_PEND_HELLO,		/* EHLO */
	ESMTP_PEND_HELO,
	ESMTP_PEND_RSET,
	ESMTP_PEND_MAIL,
	ESMTP_PEND_RCPT,
	ESMTP_PEND_DATA,
	ESMTP_PEND_AUTH,
	ESMTP_PEND_TLS,			/* STARTTLS */
	ESMTP_PEND_CHUNK,		/* BDAT, more follow */
	ESMTP_PEND_LAST,		/* BDAT LAST */
	ESMTP_PEND_END,			/* end of data */
	ESMTP_PEND_NONE,		/* nothing: a reply that answers no command */
	ESMTP_PEND_MAX
};

enum {
	ESMTP_QUEUE_RUNS = 16,
	ESMTP_QUEUE_KIND = 4,		/* bits of a run that are its kind */
};

/* Replies awaited, oldest first, as runs of the same kind. */
struct esmtp_queue {
	u16 run[ESMTP_QUEUE_RUNS];	/* how many, and of which kind */
	u8 head, n;
};

/* command.c, mail.c: the command line at hand. */
struct esmtp_command {
	u32 start;			/* stream offset of the line */
	u32 len;			/* bytes so far, without CR LF */
	u32 candidates;			/* verbs that the bytes are a prefix of */
	u32 alen;			/* bytes of the address so far */
	u32 num;			/* size of a BDAT, or SIZE= of MAIL */
	u16 domain;			/* bytes of mail-relay's domain matched */
	u8 state;			/* how the next byte is read, see command.c */
	u8 vlen;			/* bytes of the verb so far, saturating */
	u8 verb;			/* enum esmtp_verb, once known */
	u8 open;			/* a byte of the line was seen */
	u8 cr;				/* the last byte was a CR */
	u8 masked;			/* no command: its bytes become X */
	u8 control;			/* a NUL or DEL was seen */
	u8 addr;			/* where in the address, see address.c */
	u8 quote;			/* inside quotes, or after a backslash there */
	u8 traits;			/* of the address, see mail.c */
	u8 arg;				/* where in a parameter or in BDAT's argument */
	u8 pos;				/* bytes of a word there */
	u8 words;			/* words that they are a prefix of */
};

/* reply.c: the server's line at hand. */
struct esmtp_reply {
	u32 start;			/* stream offset of the line */
	u32 len;			/* bytes so far, CR LF too */
	u32 last;			/* stream offset of the last byte masked */
	u32 sep;			/* that of the separator of the last line kept */
	u32 known;			/* keywords that the bytes are a prefix of */
	u16 code;
	u16 first;			/* code of the first line of this reply */
	u8 state;			/* how the next byte is read, see reply.c */
	u8 nul;				/* this line has one */
	u8 klen;			/* bytes of the keyword so far */
	u8 keyword;			/* enum esmtp_keyword, once known */
	u8 cr;				/* the last byte was a CR */
	u8 lines;			/* whole lines of this reply, saturating */
	u8 letter;			/* masked lines of this reply */
	u8 more;			/* the separator said that lines follow */
	u8 masked;			/* the rest of this line becomes X */
	u8 cut;				/* and is taken out instead */
	u8 head;			/* enum esmtp_pending that it answers */
	u8 hello;			/* this line may be read as an answer to EHLO */
	u8 word;			/* where in a friendly greeting, see banner.c */
	u8 lost;			/* what another firewall left of a keyword */
};

/* header.c: one header field, of the message or of a part. */
struct esmtp_header {
	u8 state;			/* how the next byte is read, see header.c */
	u8 fields;			/* field names that the bytes are a prefix of */
	u8 pos;				/* bytes of the name or encoding so far */
	u8 words;			/* encodings that the bytes are a prefix of */
	u8 comment;			/* in a comment of that field */
	u8 seen;			/* fields of ours in this section */
};

/* mime.c: a structured field body (RFC 2045, 2047, 2183, 2231). */
struct esmtp_mime {
	u32 flen;			/* octets of this file name so far */
	u32 clen;			/* of one that comes in continuations */
	u16 raw;			/* octets that may turn out an encoded word */
	u16 bits;			/* of a decoder, not a whole octet yet */
	u8 state;			/* how the next byte is read, see mime.c */
	u8 words;			/* names that the bytes are a prefix of */
	u8 pos;				/* bytes of the name so far */
	u8 param;			/* what the parameter is, bits in mime.c */
	u8 quote;			/* inside quotes, or after a backslash there */
	u8 comment;			/* nesting, saturating */
	u8 word;			/* where in an encoded word */
	u8 left;			/* small counter of a decoder */
	u8 seen;			/* parameters of this field, bits in mime.c */
	u8 blen;			/* bytes of a boundary so far */
	u8 odd;				/* it is one that readers disagree on */
	u32 bhash;			/* its hash */
};

enum { ESMTP_BOUNDARIES = 8 };

/*
 * boundary.c: the boundaries that a message declared (RFC 2046 5.1.1), by the
 * hash of each: a collision finds one part too many, never one too few.
 */
struct esmtp_boundaries {
	u32 hash[ESMTP_BOUNDARIES];
	u8 len[ESMTP_BOUNDARIES];	/* 0: free */
	u32 line;			/* hash of this line behind its two dashes */
	u8 closed;			/* bits: a closing delimiter was seen */
	u8 hit;				/* 1 + the longest that begins this line */
	u8 tail;			/* what follows it, see boundary.c */
	u8 loose;			/* every line with two dashes is one */
};

/* message.c: where in the message the client is. */
struct esmtp_message {
	u32 len;			/* bytes of this line so far */
	u32 size;			/* octets so far, without dots of transparency */
	u32 head;			/* octets of the header, without CR LF */
	u32 body;			/* octets of the body */
	u16 to;				/* To fields */
	u8 section;			/* header, body or header of a part */
	u8 end;				/* how near to CR LF . CR LF, see message.c */
	u8 look;			/* the same for its look-alikes */
	u8 seen;			/* a look-alike has passed */
	u8 dash;			/* dashes that began this line, up to 3 */
	u8 parts;			/* a multipart or message type was declared */
	u8 nested;			/* the part at hand is a message */
	u8 raw;				/* in BDAT: no dots, no end of data */
	u8 noted;			/* events that come once a message, bits */
	struct esmtp_header header;
	struct esmtp_mime mime;
	struct esmtp_boundaries bounds;
};

enum { ESMTP_SNI_LEN = 64 };		/* longer names are cut */

/* tls.c: records of one direction (RFC 8446 5.1). */
struct esmtp_tls_record {
	u16 left;			/* bytes of the record still to come */
	u8 pos;				/* bytes of its header so far */
	u8 type;
};

/* hello.c: a ClientHello or ServerHello (RFC 8446 4.1), across records. */
struct esmtp_hello {
	u32 num;			/* of the field at hand */
	u32 left;			/* bytes of the message still to come */
	u16 ext;			/* bytes of the extensions still to come */
	u16 body;			/* bytes of this extension still to come */
	u16 version;			/* the best that is offered, or the chosen one */
	u16 sni_len;			/* bytes of the server's name */
	u16 skip;			/* bytes to pass over or to read */
	u8 field;			/* see hello.c */
	u8 pos;				/* bytes of the field so far */
	u8 server;			/* it is a ServerHello */
};

struct esmtp_tls {
	struct esmtp_tls_record record[ESMTP_DIR_MAX];
	struct esmtp_hello hello;
	u8 hellos;			/* whole ones: the client's, the server's */
};

/* filetype.c: where in each expression the file names of a field are. */
struct esmtp_filetype {
	u16 sent[ESMTP_MAP_REGEXES];
	u16 decoded[ESMTP_MAP_REGEXES];
	u16 joined[ESMTP_MAP_REGEXES];	/* the name that comes in sections */
	u16 aside[ESMTP_MAP_REGEXES];	/* if what may be a code is none */
};

/* What a server offered to this client, and this client could see. */
enum {
	ESMTP_OFFERED_PIPELINING = 1 << 0,
	ESMTP_OFFERED_CHUNKING = 1 << 1,
};

/**
 * struct esmtp_session - state of one connection
 *
 * Opaque to callers but for @mode, which /proc shows, and for @why, @act and
 * @say once the connection has ended. In TLS nothing is left of commands.
 *
 * Its first part, @head, is all that there is between messages: a caller with very
 * many sessions may keep that alone while esmtp_session_whole() says no, and give
 * the rest any value.
 */
struct esmtp_session {
	struct_group_tagged(esmtp_session_head, head,
		const struct esmtp_map *map;	/* pinned by the caller */
		u64 met;		/* rules that have matched, see rule.c */
		union {
			struct {
				struct esmtp_queue queue;
				struct esmtp_command cmd;
			};
			struct esmtp_tls tls;
		};
		struct esmtp_reply reply;
		u16 regex[ESMTP_MAP_REGEXES];	/* where in each expression */
		u32 rcpts;		/* RCPTs of this transaction */
		u32 before;		/* RCPTs before a reset not answered yet */
		u32 resets;		/* such resets */
		u32 invalid;		/* RCPTs of this transaction refused for good */
		u32 declared;		/* SIZE= of MAIL, 0 for none */
		u32 chunk;		/* octets of the BDAT at hand still to come */
		u8 mode;		/* enum esmtp_mode */
		u8 why;			/* enum esmtp_reason, sticky once ended */
		u8 act;			/* enum esmtp_action: how to end it */
		u8 say;			/* of the rule that ended it */
		u8 crit;		/* enum esmtp_criterion of that rule */
		u8 offered;		/* ESMTP_OFFERED_* */
		u8 chunks;		/* a message in BDATs, see internal.h */
		u8 mail : 1;		/* the server accepted a MAIL */
		u8 inside : 1;		/* its sender is of mail-relay's domain */
		u8 alone : 1;		/* the newest command must end its group */
		u8 late : 1;		/* bytes came behind one that is waited for */
		u8 bare : 1;		/* the command before ended in LF alone */
		u8 broken : 1;		/* this message's protocol was, see VIOLATION */
	);
	struct_group_tagged(esmtp_session_rest, rest,
		union {
			struct {
				struct esmtp_message msg;
				struct esmtp_filetype filetype;
			};
			char sni[ESMTP_SNI_LEN];	/* always NUL-terminated */
		};
	);
};

/* session.c */
void esmtp_session_init(struct esmtp_session_head *s, const struct esmtp_map *map);
bool esmtp_session_whole(const struct esmtp_session_head *s);
u32 esmtp_session_feed(struct esmtp_session *s, enum esmtp_dir dir,
		       struct esmtp_io *io, const u8 *p, u32 n,
		       enum esmtp_reason *why);

/* ahead.c */
struct esmtp_ahead {
	u8 state;
};

bool esmtp_ahead_init(struct esmtp_ahead *a, const struct esmtp_session_head *s,
		      enum esmtp_dir dir, u32 end);
bool esmtp_ahead_feed(struct esmtp_ahead *a, const u8 *p, u32 n);

/* hello.c */
const char *esmtp_session_sni(const struct esmtp_session *s);

/* say.c */
const char *esmtp_session_say(const struct esmtp_session_head *s);

/* names.c */
const char *esmtp_reason_name(enum esmtp_reason why);
const char *esmtp_reason_sentence(enum esmtp_reason why);
enum esmtp_end esmtp_reason_end(enum esmtp_reason why);
const char *esmtp_reason_cause(enum esmtp_reason why);
const char *esmtp_event_name(enum esmtp_event_id id);
const char *esmtp_event_sentence(enum esmtp_event_id id);
const char *esmtp_mode_name(enum esmtp_mode mode);

/**
 * esmtp_reason_retry() - may the bytes not taken be fed again?
 * @why: what esmtp_session_feed() said
 *
 * Return: true when the session goes on.
 */
static inline bool esmtp_reason_retry(enum esmtp_reason why)
{
	return why == ESMTP_HELD || why == ESMTP_QUEUE_FULL ||
	       why == ESMTP_LOG_FULL;
}

#endif /* _ESMTP_CORE_H */
