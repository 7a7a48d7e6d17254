// SPDX-License-Identifier: GPL-2.0
/* Parameters of an inspection map that stop mail, and what lets it pass. */
#include "advise.h"

#include <ctype.h>
#include <string.h>

#include <esmtp/core.h>
#include <linux/nf_esmtp.h>

static bool set_value(u8 *value, u8 to)
{
	bool changes = *value != to;

	*value = to;
	return changes;
}

/* It logs, and does nothing else. */
static bool set_log(struct esmtp_param *param)
{
	bool changes = param->on && param->act != ESMTP_ACT_LOG;

	param->act = ESMTP_ACT_LOG;
	param->log = 0;
	return changes;
}

/* Not to act on a command's end is to log it; no line says so. */
static bool set_off(struct esmtp_param *param)
{
	bool changes = param->on;

	memset(param, 0, sizeof(*param));
	return changes;
}

/**
 * advise_param_set() - change a parameter
 * @p: the parameters
 * @param: enum change_param
 *
 * Return: false if it was so before.
 */
bool advise_param_set(struct esmtp_params *p, u8 param)
{
	switch (param) {
	case PARAM_CHUNKING:
		return set_value(&p->chunking, 1);
	case PARAM_TLS:
		return set_value(&p->tls, 1);
	case PARAM_BANNER:
		return set_value(&p->banner, ESMTP_BANNER_OFF);
	case PARAM_FRIENDLY:
		return p->banner == ESMTP_BANNER_CLASSIC &&
		       set_value(&p->banner, ESMTP_BANNER_FRIENDLY);
	case PARAM_GUARD_LAX:
		return set_value(&p->guard_strict, 0);
	case PARAM_GUARD_LOG:
		return set_log(&p->guard);
	case PARAM_SPECIAL:
		return set_log(&p->special);
	case PARAM_RELAY:
		return set_log(&p->relay);
	case PARAM_TERMINATION:
		return set_off(&p->termination);
	case PARAM_REQUIRE_TLS:
		return set_value(&p->require_tls, 0);
	case PARAM_TLS_MIN:
		return set_value(&p->tls_min, ESMTP_TLS_ANY);
	case PARAM_AUTH_CLEAR:
		return set_value(&p->no_auth_in_clear, 0);
	default:
		return false;
	}
}

/**
 * advise_param_text() - a change of a parameter in words of the configuration
 * @param: enum change_param
 *
 * Return: the words.
 */
const char *advise_param_text(u8 param)
{
	static const char *const texts[CHANGE_PARAMS] = {
		[PARAM_CHUNKING] = "chunking",
		[PARAM_TLS] = "allow-tls",
		[PARAM_BANNER] = "no mask-banner",
		[PARAM_FRIENDLY] = "mask-banner friendly",
		[PARAM_GUARD_LAX] = "smuggling-guard without strict",
		[PARAM_GUARD_LOG] = "smuggling-guard with action log",
		[PARAM_SPECIAL] = "special-character with action log",
		[PARAM_RELAY] = "mail-relay with action log",
		[PARAM_TERMINATION] = "no command-termination",
		[PARAM_REQUIRE_TLS] = "no require-tls",
		[PARAM_TLS_MIN] = "no tls minimum-version",
		[PARAM_AUTH_CLEAR] = "no no-auth-in-clear",
	};

	return texts[param];
}

/* Is a word of capitals in the excerpt? */
static bool has_word(const struct replay_finding *f, const char *word)
{
	char text[REPLAY_EXCERPT];
	u32 i;

	for (i = 0; i < f->excerpts; i++)
		text[i] = (char)toupper(f->excerpt[i]);
	return memmem(text, f->excerpts, word, strlen(word)) != NULL;
}

static int find_command(const struct esmtp_params *p, const struct replay_finding *f)
{
	if (!p->tls && has_word(f, "STARTTLS"))
		return PARAM_TLS;
	if (!p->chunking && (has_word(f, "BDAT ") || has_word(f, "CHUNKING")))
		return PARAM_CHUNKING;
	return -1;
}

static int find_end(const struct esmtp_params *p, u8 end)
{
	switch (end) {
	case ESMTP_R_SMUGGLING:
		return p->guard_strict ? PARAM_GUARD_LAX : PARAM_GUARD_LOG;
	case ESMTP_R_GROUP:
		return PARAM_GUARD_LOG;
	case ESMTP_R_SPECIAL:
		return PARAM_SPECIAL;
	case ESMTP_R_RELAY:
		return PARAM_RELAY;
	case ESMTP_R_TERMINATION:
		return PARAM_TERMINATION;
	case ESMTP_R_TLS_REQUIRED:
		return PARAM_REQUIRE_TLS;
	case ESMTP_R_TLS_VERSION:
		return PARAM_TLS_MIN;
	case ESMTP_R_AUTH_CLEAR:
		return PARAM_AUTH_CLEAR;
	default:
		return -1;
	}
}

/**
 * advise_param_find() - which parameter has to change for a connection to pass?
 * @p: the parameters that it was stopped under
 * @c: the connection
 * @f: what stops it
 *
 * Return: enum change_param, or -1 for none.
 */
int advise_param_find(const struct esmtp_params *p, const struct replay_conn *c,
		      const struct replay_finding *f)
{
	if (c->end)
		return find_end(p, c->end);
	if (f->name && !strcmp(f->name, "event_banner_masked"))
		return PARAM_BANNER;
	if (f->name && (!strcmp(f->name, "event_command_masked") ||
			!strcmp(f->name, "event_keyword_masked")))
		return find_command(p, f);
	return -1;
}
