// SPDX-License-Identifier: GPL-2.0
/* Lines of the modes of ours that no mode knows. */
#include "odd.h"

#include <string.h>

/* Is "set connection" all that is left without what others set? */
static bool sets_nothing(const struct odd *odd)
{
	struct line left = { .len = odd->line->len };
	struct buf copy = { 0 };
	bool nothing = false;

	if (lenient_trim(odd->rd, odd->line, &copy)) {
		left.s = copy.s;
		nothing = odd_count_words(&left) == 2U + (odd->first.col != odd->col);
	}
	buf_free(&copy);
	return nothing;
}

/* A line of a class, in a policy-map. */
static int pass_action(const struct odd *odd)
{
	if (odd_first_is(odd, "inspect"))
		return foreign_protocol(&odd->second) ?
		       odd_pass(odd, PASSED_FOREIGN, "inspects another protocol") :
		       odd_pass_undone(odd);
	if (odd_first_is(odd, "set"))
		return sets_nothing(odd) ?
		       odd_pass(odd, PASSED_FOREIGN, "sets what has no part in inspection") :
		       odd_pass_undone(odd);
	if (foreign_of_class(&odd->first))
		return odd_pass(odd, PASSED_FOREIGN, "another feature's action");
	if (odd_first_is(odd, "description"))
		return odd_pass(odd, PASSED_IDLE, "a description");
	return odd_pass_undone(odd);
}

static bool of_action(const struct odd *odd)
{
	return odd->inner || odd_first_is(odd, "inspect") || odd_first_is(odd, "set") ||
	       foreign_of_class(&odd->first);
}

/* A line of a policy-map; in MODE_POLICY_MAP of a class that is not known. */
static int pass_policy(const struct odd *odd)
{
	struct reader *rd = odd->rd;

	if (odd_is_mail(odd))
		return rd->mode == MODE_POLICY_MAP ? odd_owe(odd) : 1;
	if (odd_first_is(odd, "class")) {
		odd_pass_undone(odd);
		buf_free(&rd->lenient.why);
		lenient_open(&rd->lenient, odd->line, rd->line, true);
		rd->bind = NULL;
		return reader_mode(rd, MODE_POLICY_MAP);
	}
	return pass_action(odd);
}

static bool object_open(const struct reader *rd)
{
	return rd->mode >= MODE_NETWORK_OBJECT &&
	       rd->mode <= MODE_PROTOCOL_GROUP;
}

/* Known without its indentation, unlike what else may follow an object. */
static bool of_object(const struct odd *odd)
{
	static const char *const words[] = {
		"host", "subnet", "range", "fqdn", "service", "network-object",
		"group-object", "service-object", "port-object",
		"protocol-object", "description",
	};
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(words); i++)
		if (odd_first_is(odd, words[i]))
			return true;
	return odd->inner;
}

static int pass_member(const struct odd *odd)
{
	const char *name = odd->rd->object->name;

	if (odd_first_is(odd, "description"))
		return odd_pass(odd, PASSED_IDLE, "a description");
	if (odd_first_is(odd, "nat"))
		return odd_pass(odd, PASSED_FOREIGN, "translation of addresses");
	odd_add_hole(odd, "object", name, strlen(name));
	return odd_pass(odd, PASSED_FOREIGN, "a member that cannot be had here");
}

static int pass_match(const struct odd *odd, const char *kind, const char *name)
{
	if (odd_first_is(odd, "description"))
		return odd_pass(odd, PASSED_IDLE, "a description");
	odd_add_hole(odd, kind, name, strlen(name));
	return odd_pass(odd, PASSED_FOREIGN, "a match of another feature's class");
}

/**
 * odd_pass_inner() - pass over a line that can only stand in the mode that is open
 * @odd: the line
 *
 * Return: 0 if it was passed over, 1 if it is an error, ODD_NOT_INNER if it may stand
 * elsewhere, or what reader_fail() returns.
 */
int odd_pass_inner(const struct odd *odd)
{
	struct reader *rd = odd->rd;

	switch (rd->mode) {
	case MODE_POLICY_MAP:
	case MODE_POLICY_CLASS:
		return of_action(odd) || odd_first_is(odd, "class") ?
		       pass_policy(odd) : ODD_NOT_INNER;
	case MODE_CLASS_MAP:
		return odd->inner || odd_first_is(odd, "match") ?
		       pass_match(odd, "class-map", rd->class->name) : ODD_NOT_INNER;
	case MODE_REGEX_CLASS:
		return odd->inner || odd_first_is(odd, "match") ?
		       pass_match(odd, "class-map type regex",
				  rd->regexes->name) : ODD_NOT_INNER;
	default:
		return object_open(rd) && of_object(odd) ? pass_member(odd) : ODD_NOT_INNER;
	}
}
