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
#define ESMTP_REASON(NAME, name, end, sentence) ESMTP_R_##NAME,
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
#define ESMTP_EVENT(NAME, name, asa, owner, sentence) ESMTP_EV_##NAME,
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

/* place.c */
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
 *	ESMTP_R_GO, or the reason to end the connection; NULL lets all pass
 * @ctx: the caller's, for both
 * @spent: what was done for this hand so far, in instructions, roughly; 0 to begin with
 * @most: how much may be, as esmtp_work() has it; 0 for no bound
 */
struct esmtp_io {
	struct esmtp_log *log;
	u32 hand;
	u32 off;
	void (*event)(struct esmtp_io *io, const struct esmtp_event *ev);
	enum esmtp_reason (*admit)(struct esmtp_io *io, u8 rule);
	void *ctx;
	u32 spent;
	u32 most;
};

/*
 * How much may be done for one packet. What mail really has stays below it, under every kind
 * of rule: recipients that an expression is asked about are charged 451 a byte. It grows with
 * the bytes, so that segments that were merged may cost what they may one by one. What is
 * beyond is held, to be resent.
 */
enum { ESMTP_WORK_PACKET = 100000, ESMTP_WORK_BYTE = 460 };

/* The same for all that has passed ahead of a gap, which are judged at once: 8 MiB at most. */
enum { ESMTP_WORK_AHEAD = 4000000, ESMTP_WORK_AHEAD_BYTE = 100 };

/**
 * esmtp_work() - how much may be done for a hand?
 * @n: its bytes
 *
 * Return: for @most of struct esmtp_io.
 */
static inline u32 esmtp_work(u32 n)
{
	return ESMTP_WORK_PACKET + ESMTP_WORK_BYTE * n;
}

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
	u16 comment;			/* comments open in the address, see mailbox.c */
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
	u8 early;			/* it was answered before its end, see command.c */
	u8 where;			/* in the address, bits in mailbox.c */
	u8 guarded : 1;			/* it must do no harm, or the guard acts */
	u8 spurned : 1;			/* the early answer was a 4yz or 5yz */
	u8 dot : 1;			/* it is a dot, which may end a message */
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
	u8 odd : 1;			/* its code stands without its separator, or behind blanks */
	u8 early : 1;			/* it began in the midst of a line of the client */
	u8 word;			/* where in a friendly greeting, see banner.c */
	u8 lost;			/* what another firewall left of a keyword */
};

/* header.c: one header field, of the message or of a part. */
struct esmtp_header {
	u16 comment;			/* in a comment of that field */
	u8 state;			/* how the next byte is read, see header.c */
	u8 fields;			/* field names that the bytes are a prefix of */
	u8 pos;				/* bytes of the name or encoding so far */
	u8 words;			/* encodings that the bytes are a prefix of */
	u8 seen;			/* fields of ours in this section */
	u8 after_cr;			/* field names that the bytes behind a CR may be */
	u8 cr_pos;			/* bytes of that name so far */
	u8 odd;				/* bytes that are none of a name are in it, or before it */
	u8 coded;			/* what follows the section is encoded (RFC 2045 6) */
};

/* mime.c: a structured field body (RFC 2045, 2183). */
struct esmtp_mime {
	u16 comment;			/* nesting, saturating */
	u16 number;			/* of a section */
	u8 field;			/* enum esmtp_mime_field */
	u8 state;			/* how the next byte is read, see mime.c */
	u8 words;			/* names that the bytes are a prefix of */
	u8 pos;				/* bytes of the name so far */
	u8 param;			/* what the parameter is, bits in mime.h */
	u8 quote;			/* inside quotes, or after a backslash there */
	u8 gap;				/* behind a blank of a value without quotes */
	u8 seen;			/* parameters of this field, bits in mime.c */
	u8 unsure;			/* readers disagree on the field, see lax.c */
	u8 blen;			/* bytes of a boundary so far */
	u8 odd;				/* it is one that readers disagree on */
	u8 left;			/* dashes that it ends in */
	u8 last;			/* its last byte */
	u8 wordy;			/* it may be an encoded word */
	u32 bhash;			/* its hash */
};

/* lax.c: the same field, as the most lenient reader has it. */
struct esmtp_lax {
	u8 state;			/* see lax.c */
	u8 words;			/* names that the bytes are a prefix of */
	u8 pos;				/* bytes of the name so far */
	u8 token;			/* the byte before may be of a longer word */
	u16 number;			/* of a section */
	u8 star;			/* behind an asterisk: 1, behind digits: 2, coded: 4 */
	u8 before;			/* the name before a comment, as a bit */
	u8 closed;			/* behind that comment */
	u8 section;			/* in one that is kept */
	u8 blank;			/* the byte before may be behind a value */
	u8 value;			/* in a file's name: 1, behind its semicolon: 2 */
	u8 seen;			/* what else there was, bits in lax.h */
};

/* filename.c, word.c: one reading of a file's name (RFC 2047, RFC 2231). */
struct esmtp_name {
	u32 len;			/* characters so far */
	u32 charsets;			/* names of charset.c that the bytes are a prefix of */
	u16 raw;			/* octets put aside: they may be of a code, or not */
	u16 bits;			/* of an encoded word, not a whole octet yet */
	u8 word;			/* where in one, see word.c */
	u8 left;			/* small counter of its decoder */
	u8 kept;			/* the encoding of the word before, if it was cut */
	u8 again;			/* what may be a charset ended in an equals sign */
	u8 code, digit;			/* of %41: digits to come, the first one */
	u8 coded;			/* there is such coding */
	u8 prefix;			/* apostrophes of charset'language' to come */
	u8 cpos;			/* bytes of the charset's name so far */
	u8 trail;			/* octets that the character may still have */
	u8 escape;			/* inside an escape sequence */
	u8 late;			/* what is found is kept for the field's end */
	u8 field;			/* it is no name, but the text of the field */
	u16 at[ESMTP_MAP_REGEXES];			/* where in each expression */
	u16 aside[ESMTP_MAP_REGEXES];			/* and if what is put aside is no code */
};

enum {
	ESMTP_SECTIONS = 16,		/* that are put in order */
	ESMTP_SECTIONS_TEXT = 512,	/* their octets */
};

/* section.c: the sections of names (RFC 2231 3), for those that come in disorder. */
struct esmtp_sections {
	u8 text[ESMTP_SECTIONS_TEXT];
	u16 end[ESMTP_SECTIONS];	/* of each, in @text */
	u16 number[ESMTP_SECTIONS];
	u8 kind[ESMTP_SECTIONS];	/* which parameter, whether coded */
	u16 next[2];			/* section that is due, by parameter */
	u16 mark;			/* octets before the blanks behind the last one */
	u16 lost;			/* octets that there was no room for */
	u8 n;				/* sections kept */
	u8 due;				/* the last one came in order */
	u8 disorder;			/* some did not */
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
	u32 column;			/* the same if a bare CR ends a line */
	u32 noted;			/* events that come once a message, bits */
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
	u8 groups;			/* groups of fields are inside, see mime.c */
	u8 digest;			/* parts are messages unless they say otherwise */
	u8 inner;			/* behind the first header of a part */
	u8 raw;				/* in BDAT: no dots, no end of data */
	struct esmtp_header header;
	struct esmtp_mime mime;
	struct esmtp_lax lax;
	struct esmtp_boundaries bounds;
};

enum { ESMTP_SNI_LEN = 64 };		/* longer names are cut */

/* tls.c: records of one direction (RFC 8446 5.1). */
struct esmtp_tls_record {
	u16 left;			/* bytes of the record still to come */
	u8 pos;				/* bytes of its header so far */
	u8 type;
	bool closing;			/* the one before it may be a close_notify */
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

/* The file names of a field: each as several readers have it. */
struct esmtp_names {
	struct esmtp_name alone;	/* the value of one parameter */
	struct esmtp_name joined[2];	/* sections of name, of filename */
	struct esmtp_name lax;		/* see lax.c */
	struct esmtp_name lax_was;	/* before the blanks or the semicolon behind it */
	struct esmtp_name field;	/* decoder of words outside of parameters */
	u16 sent[ESMTP_MAP_REGEXES];	/* as it was sent */
	u32 longest;			/* characters of the longest that was judged */
	u32 late;			/* of the longest that was not yet */
	u8 told;			/* expressions found in this name, by slot */
	u8 ever;			/* and in this field */
	u8 found;			/* those not told yet */
	struct esmtp_sections sections;
	struct esmtp_sections lax_sections;
};

/* What a server offered to this client, and this client could see. */
enum {
	ESMTP_OFFERED_PIPELINING = 1 << 0,
	ESMTP_OFFERED_CHUNKING = 1 << 1,
	ESMTP_OFFERED_PRDR = 1 << 2,	/* an answer for each recipient */
};

/**
 * struct esmtp_session - state of one connection
 * @map: pinned by the caller
 * @met: rules that have matched, see rule.c
 * @queue: commands that wait for their replies
 * @cmd: the command at hand
 * @tls: instead of both, once TLS has begun
 * @reply: the reply at hand
 * @regex: where in each expression
 * @mailbox: the same for an address as servers read it
 * @rcpts: RCPTs of this transaction
 * @before: RCPTs before a reset not answered yet
 * @resets: such resets
 * @invalid: RCPTs of this transaction refused for good
 * @declared: SIZE= of MAIL, 0 for none
 * @chunk: octets of the BDAT at hand still to come
 * @accepted: RCPTs of this transaction accepted
 * @answers: of them, when its end of data was sent
 * @mode: enum esmtp_mode
 * @why: enum esmtp_reason, sticky once ended
 * @act: enum esmtp_action: how to end it
 * @say: of the rule that ended it
 * @crit: enum esmtp_criterion of that rule
 * @offered: ESMTP_OFFERED_*
 * @chunks: a message in BDATs, see chunk.h
 * @would: enum esmtp_reason for which a map that monitors would have ended it first
 * @mail: the server accepted a MAIL
 * @inside: its sender is of mail-relay's domain
 * @alone: the newest command must end its group
 * @late: bytes came behind one that is waited for
 * @bare: the command before ended in LF alone
 * @broken: this message's protocol was, see VIOLATION
 * @maybe: the oldest reply owed may have come, see order_reply.c
 * @ahead: the client may take each reply for the next one's
 * @shaky: which reply is whose is in doubt
 * @undecided: will the octets of this BDAT be taken?
 * @refused: this message or chunk is, see refused.c
 * @probe: a command passed in it that does no harm
 * @doubt: the server may still read a message
 * @told: the caller has counted @would
 * @opens: what a reply may open yet, see order_reply.c
 * @msg: the message at hand
 * @names: file names of the field at hand
 * @sni: instead of both in TLS: the name in the ClientHello, NUL-terminated
 *
 * Opaque to callers but for @mode, which /proc shows, for @would and @told, and for @why,
 * @act and @say once the connection has ended. In TLS nothing is left of commands.
 *
 * Its first part, @head, is all that there is between messages: a caller with very
 * many sessions may keep that alone while esmtp_session_needs_rest() says no, and give
 * the rest any value.
 */
struct esmtp_session {
	struct_group_tagged(esmtp_session_head, head,
		const struct esmtp_map *map;
		u64 met;
		union {
			struct {
				struct esmtp_queue queue;
				struct esmtp_command cmd;
			};
			struct esmtp_tls tls;
		};
		struct esmtp_reply reply;
		u16 regex[ESMTP_MAP_REGEXES];
		u16 mailbox[ESMTP_MAP_REGEXES];
		u32 rcpts;
		u32 before;
		u32 resets;
		u32 invalid;
		u32 declared;
		u32 chunk;
		u32 accepted;
		u32 answers;
		u8 mode;
		u8 why;
		u8 act;
		u8 say;
		u8 crit;
		u8 offered;
		u8 chunks;
		u8 would;
		u8 mail : 1;
		u8 inside : 1;
		u8 alone : 1;
		u8 late : 1;
		u8 bare : 1;
		u8 broken : 1;
		u8 maybe : 1;
		u8 ahead : 1;
		u8 shaky : 1;
		u8 undecided : 1;
		u8 refused : 1;
		u8 probe : 1;
		u8 doubt : 1;
		u8 told : 1;
		u8 opens : ESMTP_QUEUE_KIND;
	);
	struct_group_tagged(esmtp_session_rest, rest,
		union {
			struct {
				struct esmtp_message msg;
				struct esmtp_names names;
			};
			char sni[ESMTP_SNI_LEN];
		};
	);
};

/* session.c */
void esmtp_session_init(struct esmtp_session_head *s, const struct esmtp_map *map);
bool esmtp_session_needs_rest(const struct esmtp_session_head *s);
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

/* reject_text.c */
const char *esmtp_reject_text(const struct esmtp_session_head *s);

/* names.c */
const char *esmtp_reason_name(enum esmtp_reason why);
const char *esmtp_reason_sentence(enum esmtp_reason why);
extern const u8 esmtp_reason_ends[ESMTP_REASON_MAX];
const char *esmtp_reason_cause(enum esmtp_reason why);
const char *esmtp_event_name(enum esmtp_event_id id);
const char *esmtp_event_sentence(enum esmtp_event_id id);
const char *esmtp_mode_name(enum esmtp_mode mode);

/**
 * esmtp_reason_end() - how a packet with a reason ended
 * @why: the reason
 *
 * Return: passed, edited or dropped; dropped out of range.
 */
static inline enum esmtp_end esmtp_reason_end(enum esmtp_reason why)
{
	if ((u32)why >= ESMTP_REASON_MAX)
		return ESMTP_END_DROP;
	return (enum esmtp_end)esmtp_reason_ends[why];
}

/**
 * esmtp_reason_retry() - may the bytes not taken be fed again?
 * @why: what esmtp_session_feed() said
 *
 * Return: true when the session goes on.
 */
static inline bool esmtp_reason_retry(enum esmtp_reason why)
{
	return why == ESMTP_R_HELD || why == ESMTP_R_QUEUE_FULL ||
	       why == ESMTP_R_LOG_FULL || why == ESMTP_R_WORK;
}

#endif /* _ESMTP_CORE_H */
