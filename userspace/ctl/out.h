/* SPDX-License-Identifier: GPL-2.0 */
/* All that the tool prints goes through here. */
#ifndef _CTL_OUT_H
#define _CTL_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "util.h"

extern const char out_pipe_wrong[];

bool out_pipe(char *line);
void out_pipe_end(void);
void out_pager(unsigned int lines);
void out_text(const char *s, size_t n);
void out_line(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void out_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void out_notices(const char *s);
void out_json(json_t *value);
void out_json_collect(json_t *to, const char *key);
void out_json_line(json_t *value);
json_t *out_lines_json(const struct buf *text);
void out_flush(void);
int out_end(void);

#endif /* _CTL_OUT_H */
