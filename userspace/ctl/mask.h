/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses and names of hosts, made unreadable but told from one another. */
#ifndef _CTL_MASK_H
#define _CTL_MASK_H

#include <stdbool.h>

void mask_begin(void);
void mask_end(void);
char *mask_line(char *line);

#endif /* _CTL_MASK_H */
