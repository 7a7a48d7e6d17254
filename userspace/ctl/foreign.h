/* SPDX-License-Identifier: GPL-2.0 */
/* What a firewall's configuration says beside what is ours. */
#ifndef _CTL_FOREIGN_H
#define _CTL_FOREIGN_H

#include <esmtp/port.h>

#include "lexer.h"

/* foreign.c */
u32 foreign_whole(const char *text, size_t len);

/* foreign_words.c */
bool foreign_command(const struct token *t);
bool foreign_protocol(const struct token *t);
bool foreign_of_class(const struct token *t);
bool foreign_ip(const struct token *t);
bool foreign_limit(const struct token *t);
const char *foreign_near(const struct token *t);

#endif /* _CTL_FOREIGN_H */
