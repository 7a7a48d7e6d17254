// SPDX-License-Identifier: GPL-2.0
/* A range of addresses as the fewest networks that make it up. */
#include "object.h"
#include "types.h"

#include <string.h>

static u32 width(const struct acl_net *range)
{
	return range->family == ESMTP_AF_INET ? 32 : 128;
}

static bool bit(const struct esmtp_addr *a, u32 i)
{
	return a->b[i / 8] >> (7 - i % 8) & 1;
}

/* The last address of the network of @bits at @a. */
static void last_of(const struct esmtp_addr *a, u32 bits, u32 total,
		    struct esmtp_addr *last)
{
	u32 i;

	*last = *a;
	for (i = bits; i < total; i++)
		last->b[i / 8] |= (u8)(0x80 >> (i % 8));
}

/* The length of the largest network that begins at @a and ends by @end. */
static u32 largest(const struct esmtp_addr *a, const struct esmtp_addr *end,
		   u32 total)
{
	struct esmtp_addr last;
	u32 bits = total;

	while (bits && !bit(a, bits - 1)) {
		last_of(a, bits - 1, total, &last);
		if (memcmp(&last, end, sizeof(last)) > 0)
			break;
		bits--;
	}
	return bits;
}

/* The address behind @a; false if that was the last one there is. */
static bool next(struct esmtp_addr *a, u32 total)
{
	u32 i = total / 8;

	while (i-- > 0)
		if (++a->b[i])
			return true;
	return false;
}

/**
 * cidr_split() - split a range into networks
 * @range: @addr is its first address and @mask its last one, not before it
 * @to: the networks in ascending order, NULL to count them only
 *
 * Return: their number, at most twice the bits of an address.
 */
u32 cidr_split(const struct acl_net *range, struct acl_net *to)
{
	struct esmtp_addr at = range->addr, last;
	u32 total = width(range), bits, n = 0;

	do {
		bits = largest(&at, &range->mask, total);
		if (to) {
			memset(&to[n], 0, sizeof(to[n]));
			to[n].family = range->family;
			to[n].addr = at;
			type_mask_fill(&to[n].mask, bits);
		}
		n++;
		last_of(&at, bits, total, &last);
		at = last;
	} while (memcmp(&last, &range->mask, sizeof(last)) < 0 &&
		 next(&at, total));
	return n;
}

/**
 * cidr_count() - how many networks does a range take?
 * @range: as for cidr_split()
 *
 * Return: their number.
 */
u32 cidr_count(const struct acl_net *range)
{
	return cidr_split(range, NULL);
}
