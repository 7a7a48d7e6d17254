// SPDX-License-Identifier: GPL-2.0
/* What a policy says of a connection, once: limits first, for they count whatever is read. */
#include <esmtp/walk.h>

/**
 * esmtp_judge() - ask a policy about a connection
 * @w: the packet that shows that its SYN was answered
 * @p: the policy that it is to keep
 * @spec: the connection
 * @j: filled
 *
 * Context: as esmtp_walk_packet(), once for a connection.
 * Return: what becomes of its packets.
 */
enum esmtp_reason esmtp_judge(struct esmtp_walk *w, const struct esmtp_policy *p,
			      const struct esmtp_flowspec *spec, struct esmtp_judgement *j)
{
	struct esmtp_class_result found = esmtp_classify(p, spec);
	enum esmtp_reason why = esmtp_judge_enter(w, spec);

	j->bind = ESMTP_NONE;
	j->map = 0;
	if (why)
		return why;
	if (esmtp_walk_left_out(w))
		return ESMTP_R_LOCAL;
	if (found.verdict == ESMTP_CLASSIFY_NONE)
		return ESMTP_R_UNCLASSED;
	j->bind = found.bind;
	if (found.verdict == ESMTP_CLASSIFY_EXEMPT)
		return ESMTP_R_EXEMPT;
	why = esmtp_judge_enter_inspected(w);
	if (!why)
		j->map = (u8)(1 + p->binds[found.bind].map);
	return why;
}
