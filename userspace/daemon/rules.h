/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_RULES_H
#define _QUEUED_RULES_H

#include <stddef.h>

#include <esmtp/port.h>

/**
 * struct rules - which packets are queued, and where to
 * @first: the first queue
 * @last: the last
 * @ports: of servers, "25" or "25,587,2000:2010"
 * @bypass: packets pass when nobody serves the queue
 */
struct rules {
	unsigned int first, last;
	const char *ports;
	bool bypass;
};

enum { RULES_TEXT = 4096, RULES_PORTS = 15 };	/* xt_multiport takes 15 numbers */

/* rules.c: the rules in the words of nft */
bool rules_ports_ok(const char *ports);
void rules_nft(const struct rules *r, char *text, size_t size);
void rules_nft_remove(char *text, size_t size);

/* rules_iptables.c: in those of iptables, which run by themselves */
typedef int (*rules_fn)(const char *const *argv, bool must);
int rules_iptables(const struct rules *r, const char *tool, const char *table,
		   rules_fn run);
bool rules_iptables_there(const struct rules *r, const char *tool, const char *table,
			  rules_fn run);
void rules_iptables_remove(const struct rules *r, const char *tool, const char *table,
			   rules_fn run);

/* install.c: put in the kernel and taken out again */
int rules_install(const struct rules *r, char *error, size_t size);
void rules_remove(const struct rules *r);
bool rules_there(const struct rules *r);
bool rules_by_nftables(void);
void rules_print(const struct rules *r);

/* keeper.c: by a process that stays root when the daemon does not */
int keeper_start(const struct rules *r);
int keeper_install(char *error, size_t size);
void keeper_remove(void);
int keeper_news_fd(void);
void keeper_news(void);
void keeper_check(void);

/* watch.c: told when somebody changes a ruleset */
int watch_open(bool nftables);
void watch_drain(int fd);
bool watch_changed(void);

#endif /* _QUEUED_RULES_H */
