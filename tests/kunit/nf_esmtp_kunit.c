// SPDX-License-Identifier: GPL-2.0
/* The vectors of tests/vectors against the core, within a kernel. */
#include <kunit/test.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

#include "replay.h"
#include "vectors.h"

enum { SPLITS = 4 };			/* of a turn; user space does all */

/* Two megabytes, so one for all: a vector begins with nothing of the one before. */
static struct replay *shared_room;

static void describe(const struct vector *v, char *desc)
{
	strscpy(desc, v->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(vector, vectors, describe);

static void vector_test(struct kunit *test)
{
	struct replay *room = shared_room;
	const char *why;

	room->splits = SPLITS;
	room->pick = (const struct vector *)test->param_value - vectors + 1;
	why = replay_vector(room, test->param_value);
	KUNIT_EXPECT_TRUE_MSG(test, !why, "%s", why ? why : "");
}

static int suite_room_init(struct kunit_suite *suite)
{
	shared_room = vzalloc(sizeof(*shared_room));
	return shared_room ? 0 : -ENOMEM;
}

static void suite_room_exit(struct kunit_suite *suite)
{
	vfree(shared_room);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(vector_test, vector_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "nf_esmtp",
	.suite_init = suite_room_init,
	.suite_exit = suite_room_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("KUnit tests of nf_esmtp's inspection core");
MODULE_LICENSE("GPL");
