// SPDX-License-Identifier: GPL-2.0
#include "model.h"

#include <stdlib.h>
#include <string.h>

/**
 * esmtp_model_free() - free the arrays of a policy
 * @p: the policy, empty afterwards
 */
void esmtp_model_free(struct esmtp_policy *p)
{
	free(p->maps);
	free(p->aces);
	free(p->acls);
	free(p->classes);
	free(p->binds);
	free(p->pmaps);
	free(p->services);
	free(p->limits);
	free(p->regexes);
	free(p->cells);
	memset(p, 0, sizeof(*p));
}

/**
 * esmtp_running_free() - free what esmtp_model_get() fetched
 * @run: empty afterwards
 */
void esmtp_running_free(struct esmtp_running *run)
{
	esmtp_model_free(&run->policy);
	free(run->source);
	free(run->counters);
	free(run->conns);
	free(run->embryonic);
	free(run->hits);
	free(run->would);
	memset(run, 0, sizeof(*run));
}
