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

/* session.c */
void esmtp_feed_event(struct esmtp_feed *f, enum esmtp_event_id id, u32 off,
		      u32 value);
bool esmtp_feed_room(struct esmtp_feed *f);
void esmtp_feed_end(struct esmtp_feed *f, enum esmtp_reason why, u8 act, u8 say);
void esmtp_feed_fill(struct esmtp_feed *f, u32 from, u32 to, u8 kind, u8 fill);
void esmtp_session_command(struct esmtp_feed *f, u32 verb);
void esmtp_session_auth_line(struct esmtp_feed *f);
void esmtp_session_message_end(struct esmtp_feed *f);
void esmtp_session_reply(struct esmtp_feed *f, u32 off);

/* queue.c */
bool esmtp_queue_room(const struct esmtp_queue *q);
bool esmtp_queue_push(struct esmtp_queue *q, u8 kind);
void esmtp_queue_pop(struct esmtp_queue *q);
u8 esmtp_queue_head(const struct esmtp_queue *q);

/* rule.c */
bool esmtp_rule_count(struct esmtp_feed *f, u8 crit, u32 from, u32 to, u32 off);
bool esmtp_rule_keyword(struct esmtp_feed *f, u8 keyword, u32 off);

bool esmtp_rule_matched(struct esmtp_feed *f, u8 rule, u32 off, u32 value);

/* dfa.c */
bool esmtp_rule_byte(struct esmtp_feed *f, u8 crit, u8 c, u32 off);
void esmtp_rule_restart(struct esmtp_feed *f, u8 crit);
bool esmtp_rule_end(struct esmtp_feed *f, u8 crit, u32 off);

/* Does a regular expression of this criterion read what the protocol shows? */
static inline bool esmtp_rule_reads(const struct esmtp_map *map, u8 crit)
{
	return map->floor[crit] != ~0u;
}

/* line.c */
u32 esmtp_line_end(const u8 *p, u32 n);
u8 esmtp_upper(u8 c);
u32 esmtp_word_narrow(const char *const *words, u32 candidates, u32 pos, u8 c);
u32 esmtp_word_whole(const char *const *words, u32 candidates, u32 len);

/* command.c */
u32 esmtp_command_feed(struct esmtp_feed *f, const u8 *p, u32 n);
u32 esmtp_command_auth(struct esmtp_feed *f, const u8 *p, u32 n);
void esmtp_command_reset(struct esmtp_command *c);

/* address.c */
enum esmtp_address_char {
	ESMTP_ADDRESS_PASS,
	ESMTP_ADDRESS_BLANK,
	ESMTP_ADDRESS_PIPE,
};

void esmtp_address_init(struct esmtp_command *cmd);
enum esmtp_address_char esmtp_address_byte(struct esmtp_command *cmd, u8 c);

/* reply.c */
u32 esmtp_reply_feed(struct esmtp_feed *f, const u8 *p, u32 n);

/* message.c */
void esmtp_message_init(struct esmtp_message *m);
u32 esmtp_message_feed(struct esmtp_feed *f, const u8 *p, u32 n);

/* header.c */
void esmtp_header_init(struct esmtp_message *m);
bool esmtp_header_idle(const struct esmtp_message *m);
bool esmtp_header_byte(struct esmtp_feed *f, u8 c, bool first, u32 off);

/* mime.c */
enum esmtp_mime_field { ESMTP_MIME_TYPE, ESMTP_MIME_DISPOSITION };

void esmtp_mime_init(struct esmtp_mime *m, enum esmtp_mime_field field);
bool esmtp_mime_byte(struct esmtp_feed *f, u8 c, u32 off);
bool esmtp_mime_end(struct esmtp_feed *f, u32 off);

/* check_map.c */
const char *esmtp_map_check(const struct esmtp_map *m, u32 nregexes);
const char *esmtp_regex_check(const struct esmtp_policy *p,
			      const struct esmtp_regex *r);

/* check_addr.c */
const char *esmtp_ace_check(const struct esmtp_ace *ace);
const char *esmtp_limit_check(const struct esmtp_limit *l);

#endif /* _ESMTP_INTERNAL_H */
