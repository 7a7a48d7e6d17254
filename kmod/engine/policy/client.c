// SPDX-License-Identifier: GPL-2.0
/* Who is one client: whoever has a prefix has all of its addresses. */
#include <esmtp/policy.h>

enum { ADDRESS4 = 32, CUSTOMER6 = 64 };	/* bits, unless the policy says others */

static u8 get_client_prefix(const struct esmtp_policy *p, u8 family)
{
	if (family == ESMTP_AF_INET)
		return p->client_prefix4 ? p->client_prefix4 : ADDRESS4;
	return p->client_prefix6 ? p->client_prefix6 : CUSTOMER6;
}

/**
 * esmtp_policy_client() - the client that an address belongs to
 * @p: the policy that counts it
 * @family: ESMTP_AF_INET or ESMTP_AF_INET6
 * @addr: the address
 *
 * Context: any.
 * Return: its prefix, zeros behind it: equal for all addresses of that client.
 */
struct esmtp_addr esmtp_policy_client(const struct esmtp_policy *p, u8 family,
				      const struct esmtp_addr *addr)
{
	u32 bits = get_client_prefix(p, family), i = bits / 8;
	struct esmtp_addr client = { };

	memcpy(client.b, addr->b, i);
	if (bits % 8)
		client.b[i] = (u8)(addr->b[i] & 0xff00 >> bits % 8);
	return client;
}
