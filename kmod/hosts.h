/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_HOSTS_H
#define _NF_ESMTP_HOSTS_H

#include <esmtp/half.h>
#include <esmtp/policy.h>

struct esmtp_host;
struct esmtp_hosts;

/* What a host is counted as. Every connection counts for its server. */
enum esmtp_host_role {
	ESMTP_HOST_SERVER,
	ESMTP_HOST_CLIENT,
};

struct esmtp_hosts *esmtp_hosts_alloc(void);
struct esmtp_hosts *esmtp_hosts_get(struct esmtp_hosts *hosts);
void esmtp_hosts_put(struct esmtp_hosts *hosts);
u32 esmtp_hosts_count(struct esmtp_hosts *hosts, u8 role, u8 family,
		      const struct esmtp_addr *addr);
struct esmtp_host *esmtp_hosts_enter(struct esmtp_hosts *hosts, u8 role,
				     u8 family, const struct esmtp_addr *addr,
				     u32 max);
void esmtp_hosts_leave(struct esmtp_hosts *hosts, struct esmtp_host *h);
u32 esmtp_hosts_conns(const struct esmtp_hosts *hosts);
u32 esmtp_half_era(void);
bool esmtp_hosts_half_enter(struct esmtp_hosts *hosts, u8 role, u8 family,
			    const struct esmtp_addr *addr, u32 era, u32 max,
			    u32 *now);
void esmtp_hosts_half_leave(struct esmtp_hosts *hosts, u8 role, u8 family,
			    const struct esmtp_addr *addr, u32 era);
u32 esmtp_hosts_half(struct esmtp_hosts *hosts);

#endif /* _NF_ESMTP_HOSTS_H */
