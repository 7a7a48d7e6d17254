/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_SERVERS_H
#define _NF_ESMTP_SERVERS_H

#include <linux/types.h>

enum {
	ESMTP_SERVERS = 4096,		/* that a namespace may know */
	/* seconds: whoever answered so recently gives way to nobody */
	ESMTP_SERVER_FRESH = 60,
	/* seconds: one that varies is asked again; each time it varied anew, twice as long */
	ESMTP_SERVER_DOUBT = 3600,
};

struct esmtp_servers;

struct esmtp_servers *esmtp_servers_alloc(void);
void esmtp_servers_free(struct esmtp_servers *s);
bool esmtp_servers_find(const struct esmtp_servers *s, u64 hash, u8 *scale);
bool esmtp_servers_see(struct esmtp_servers *s, u64 hash, u8 scale, u32 now);
void esmtp_servers_doubt(struct esmtp_servers *s, u64 hash, u32 now);

#endif /* _NF_ESMTP_SERVERS_H */
