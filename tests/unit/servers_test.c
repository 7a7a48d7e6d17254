// SPDX-License-Identifier: GPL-2.0
/*
 * What is known of servers: by whom and how it can be poisoned or emptied, how long a server is
 * doubted, and that no table grows. The entries are servers.c's own, so it is read here.
 */
#include <stdio.h>

#include "limit/servers.c"

enum { CROWD = 40 * ESMTP_SERVERS, USUAL = 7, OTHER = 14 };

/* As a keyed hash would have it: nobody chooses a set. */
static u64 name_server(u64 i)
{
	i = (i + 1) * 0x9e3779b97f4a7c15;
	i = (i ^ i >> 30) * 0xbf58476d1ce4e5b9;
	i = (i ^ i >> 27) * 0x94d049bb133111eb;
	return i ^ i >> 31;
}

static bool is_known(const struct esmtp_servers *s, u64 i, u8 scale)
{
	u8 is;

	return esmtp_servers_find(s, name_server(i), &is) && is == scale;
}

static bool see(struct esmtp_servers *s, u64 i, u8 scale, u32 now)
{
	return esmtp_servers_see(s, name_server(i), scale, now);
}

static void empty(struct esmtp_servers *s)
{
	memset(s, 0, sizeof(*s));
}

/* Nobody is known who has not answered; each scale is told as it is. */
static bool tells_scales(struct esmtp_servers *s)
{
	bool right = true;
	u8 scale;

	empty(s);
	for (scale = 0; scale <= 14; scale++) {
		right &= !is_known(s, scale, scale);
		right &= see(s, scale, scale, 100) && is_known(s, scale, scale);
	}
	return right;
}

/* One of whom an answer differs is promised nothing for an hour, then after two, four, four. */
static bool is_doubted(struct esmtp_servers *s, u32 now, bool broken)
{
	static const u32 hours[] = { 1, 2, 4, 4 };
	bool right = true;
	u32 i, until;

	empty(s);
	see(s, 1, USUAL, now);
	for (i = 0; i < ARRAY_SIZE(hours); i++) {
		u8 scale = broken ? USUAL : USUAL + 1 + i;

		if (broken)
			esmtp_servers_doubt(s, name_server(1), now);
		else
			see(s, 1, scale, now);
		until = now + hours[i] * 3600;
		right &= !is_known(s, 1, scale);
		right &= see(s, 1, scale, until - 1) && !is_known(s, 1, scale);
		right &= see(s, 1, scale, until) && is_known(s, 1, scale);
		now = until + 1;
	}
	return right;
}

/* Several behind one address, which answer in turn, never are promised anything. */
static bool doubts_many(struct esmtp_servers *s)
{
	u32 now;

	empty(s);
	for (now = 0; now < 100000; now += 100)
		if (see(s, 1, now % 200 ? USUAL : OTHER, now), now && (is_known(s, 1, USUAL) ||
								     is_known(s, 1, OTHER)))
			return false;
	return true;
}

static u32 count_known(const struct esmtp_servers *s, u32 from, u32 n)
{
	u32 i, known = 0;

	for (i = from; i < from + n; i++)
		known += is_known(s, i, USUAL);
	return known;
}

/*
 * A crowd of made-up servers takes nothing from those that mail goes to, nor from what is known
 * of one that varies; and nobody is told that he has a place who has none.
 */
static bool withstands_crowd(struct esmtp_servers *s)
{
	u32 i, now, kept = 0, lost = 0;

	empty(s);
	for (i = 0; i < 1000; i++)
		kept += see(s, i, USUAL, 1000);
	see(s, 1000, USUAL, 1000);
	esmtp_servers_doubt(s, name_server(1000), 1000);
	for (now = 1001; now < 1300; now++) {
		/* mail goes to each server twice a minute */
		for (i = now % 30; i < 1000; i += 30)
			see(s, i, USUAL, now);
		for (i = 0; i < CROWD / 300; i++) {
			u32 name = 10000 + (now - 1001) * (CROWD / 300) + i;

			if (!see(s, name, OTHER, now))
				lost++;
			else if (!is_known(s, name, OTHER))
				return false;
		}
	}
	see(s, 1000, USUAL, now);
	return kept > 990 && count_known(s, 0, 1000) == kept && lost > CROWD / 2 &&
	       !is_known(s, 1000, USUAL);
}

/* Once it is over, those that nobody asks for give way to new ones. */
static bool gives_way(struct esmtp_servers *s)
{
	u32 i, kept = 0;

	empty(s);
	for (i = 0; i < CROWD; i++)
		see(s, 10000 + i, OTHER, 5000);
	for (i = 0; i < 1000; i++)
		kept += see(s, i, USUAL, 5000 + ESMTP_SERVER_FRESH - 1);
	if (kept)
		return false;
	for (i = 0; i < 1000; i++)
		kept += see(s, i, USUAL, 5000 + ESMTP_SERVER_FRESH);
	return kept > 990 && count_known(s, 0, 1000) == kept;
}

/* The clock's seconds begin anew after 136 years; a place is a place then, too. */
static bool outlives_clock(struct esmtp_servers *s)
{
	return is_doubted(s, 0U - 1800, false) && is_doubted(s, 0U - 1800, true);
}

static int failed;

static void tell(const char *name, bool right)
{
	printf("%sok servers: %s\n", right ? "" : "not ", name);
	failed |= !right;
}

int main(void)
{
	struct esmtp_servers *s = esmtp_servers_alloc();

	if (!s)
		return 1;
	tell("each scale is told as it is", tells_scales(s));
	tell("one that varies is asked again after an hour, two, four", is_doubted(s, 100, false));
	tell("so is one that broke a promise", is_doubted(s, 100, true));
	tell("several behind one address are promised nothing", doubts_many(s));
	tell("a crowd takes nothing from those that are in use", withstands_crowd(s));
	tell("those that are not give way", gives_way(s));
	tell("nor does the clock matter", outlives_clock(s));
	tell("what is not known is not doubted", (empty(s),
		esmtp_servers_doubt(s, name_server(9), 5), !is_known(s, 9, 0)));
	tell("32 KiB a namespace", sizeof(*s) == 32768);
	esmtp_servers_free(s);
	return failed;
}
