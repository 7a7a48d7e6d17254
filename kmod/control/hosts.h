/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_HOSTS_H
#define _NF_ESMTP_HOSTS_H

#include <esmtp/half_open.h>
#include <esmtp/policy.h>

/* Of a class: of its clients who have proved their address, and as many others; so of its servers. */
enum { ESMTP_HOSTS_MAX = 1 << 16 };

struct esmtp_host;
struct esmtp_hosts;

/* What a host is counted as. Every connection counts for its server. */
enum esmtp_host_role {
	ESMTP_HOST_SERVER,
	ESMTP_HOST_CLIENT,
	ESMTP_HOST_ROLES,
};

struct esmtp_hosts *esmtp_hosts_alloc(void);
struct esmtp_hosts *esmtp_hosts_get(struct esmtp_hosts *hosts);
void esmtp_hosts_put(struct esmtp_hosts *hosts);
u32 esmtp_hosts_count(struct esmtp_hosts *hosts, u8 role, u8 family,
		      const struct esmtp_addr *addr);
struct esmtp_host *esmtp_hosts_enter(struct esmtp_hosts *hosts, u8 role,
				     u8 family, const struct esmtp_addr *addr,
				     u32 max, bool proved, bool *full);
u32 esmtp_hosts_total(const struct esmtp_hosts *hosts);
void esmtp_hosts_prove(struct esmtp_hosts *hosts, struct esmtp_host *h, const u32 *counted);
bool esmtp_hosts_crowded(struct esmtp_hosts *hosts, u8 role, u8 family,
			 const struct esmtp_addr *addr);
void esmtp_hosts_leave(struct esmtp_hosts *hosts, struct esmtp_host *h);
u32 esmtp_hosts_conns(const struct esmtp_hosts *hosts);
u32 esmtp_half_open_era(void);
bool esmtp_hosts_half_enter(struct esmtp_hosts *hosts, u8 role, u8 family,
			    const struct esmtp_addr *addr, u32 era, u32 max,
			    bool proved, u32 *now);
void esmtp_hosts_half_leave(struct esmtp_hosts *hosts, u8 role, u8 family,
			    const struct esmtp_addr *addr, u32 era);
u32 esmtp_hosts_half(struct esmtp_hosts *hosts);

#endif /* _NF_ESMTP_HOSTS_H */
