// SPDX-License-Identifier: GPL-2.0
/*
 * The parameters of MAIL and RCPT (RFC 5321 4.1.2) that are parsed: SIZE (RFC 1870), and
 * those with an xtext value (RFC 3461 4), which can encode a NUL, CR or LF.
 */
#include "feed.h"
#include "line.h"
#include "parameter.h"
#include "engine/ascii.h"

enum parameter_state {
	BETWEEN,			/* parameters */
	NAME,
	VALUE,				/* that nobody reads */
	SIZE,
	XTEXT,
	HEX,				/* after "+" */
};

static const char *const names[] = { "SIZE", "ORCPT", "ENVID", "AUTH" };

enum { ALL = (1u << ESMTP_ARRAY_SIZE(names)) - 1, IS_SIZE = 1 };

/* With action mask the byte becomes a blank, so that the server refuses the rest. */
static void apply_parameter_action(struct esmtp_feed *f, enum esmtp_event_id id, u8 c, u32 off)
{
	const struct esmtp_param *p = &f->s->map->params.special;

	esmtp_feed_event(f, id, off, c);
	if (p->on && p->act == ESMTP_ACT_MASK)
		esmtp_feed_fill(f, off, off + 1, ESMTP_EDIT_FILL, ' ');
	esmtp_feed_act(f, p, ESMTP_R_SPECIAL);
}

static void report_odd_parameter(struct esmtp_feed *f, u8 c, u32 off)
{
	apply_parameter_action(f, ESMTP_EV_PARAMETER_ODD, c, off);
}

static void parse_mail_param_name(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_command *cmd = &f->s->cmd;
	u32 whole;

	if (c != '=') {
		cmd->words = esmtp_word_narrow(names, cmd->words, cmd->pos, c);
		cmd->pos += cmd->pos < 0xff;
		return;
	}
	if (!cmd->pos)
		report_odd_parameter(f, c, off);
	whole = esmtp_word_whole(names, cmd->words, cmd->pos);
	cmd->arg = whole == IS_SIZE ? SIZE : whole ? XTEXT : VALUE;
	cmd->pos = 0;
	if (whole == IS_SIZE)
		cmd->num = 0;
}

static void parse_size_digit(struct esmtp_command *cmd, u8 c)
{
	u32 d = c - '0';

	if (!esmtp_digit(c))
		cmd->arg = VALUE;
	else if (cmd->num > (~0u - d) / 10)
		cmd->num = ~0u;
	else
		cmd->num = cmd->num * 10 + d;
}

static u8 decode_xtext_digit(u8 c)
{
	return esmtp_digit(c) ? c - '0' : (esmtp_upper(c) - 'A' + 10) & 0xf;
}

/* A digit of an xtext hexchar (RFC 3461 4): report an encoded NUL, CR or LF. */
static void parse_xtext_digit(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_command *cmd = &f->s->cmd;

	cmd->words = cmd->words << 4 | decode_xtext_digit(c);
	if (++cmd->pos < 2)
		return;
	cmd->arg = XTEXT;
	if (cmd->words && cmd->words != '\n' && cmd->words != '\r')
		return;
	apply_parameter_action(f, ESMTP_EV_PARAMETER_CONTROL, cmd->words, off);
}

/**
 * esmtp_parameter_idle() - may letters and digits go unread?
 * @cmd: the command
 *
 * Return: true within a value that is no number.
 */
bool esmtp_parameter_idle(const struct esmtp_command *cmd)
{
	return cmd->arg == VALUE || cmd->arg == XTEXT;
}

/**
 * esmtp_parameter_byte() - read one byte behind the address
 * @f: the call
 * @c: the byte
 * @off: its stream offset
 */
void esmtp_parameter_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_command *cmd = &f->s->cmd;

	if (c == ' ') {
		cmd->arg = BETWEEN;
		return;
	}
	if (cmd->arg == BETWEEN) {
		cmd->arg = NAME;
		cmd->words = ALL;
		cmd->pos = 0;
	}
	if (c == '"')
		report_odd_parameter(f, c, off);
	switch (cmd->arg) {
	case NAME:
		parse_mail_param_name(f, c, off);
		break;
	case SIZE:
		parse_size_digit(cmd, c);
		break;
	case XTEXT:
		if (c != '+')
			break;
		cmd->arg = HEX;
		cmd->words = 0;
		cmd->pos = 0;
		break;
	case HEX:
		parse_xtext_digit(f, c, off);
		break;
	}
}

static bool is_size_name(const u8 *p, u32 n)
{
	return n == 4 && esmtp_upper(p[0]) == 'S' && esmtp_upper(p[1]) == 'I' &&
	       esmtp_upper(p[2]) == 'Z' && esmtp_upper(p[3]) == 'E';
}

/* The value of SIZE. False if it is no number, or a long one. */
static bool take_size(struct esmtp_command *cmd, const u8 *p, u32 n)
{
	u32 i;

	if (!n || n > 9)
		return false;
	for (i = 0; i < n; i++)
		if (!esmtp_digit(p[i]))
			return false;
	cmd->num = 0;
	for (i = 0; i < n; i++)
		parse_size_digit(cmd, p[i]);
	return true;
}

/**
 * esmtp_parameter_plain() - take a whole parameter that nobody has to look at
 * @cmd: the command, behind the address or another parameter
 * @p: a blank, and the parameter
 * @n: bytes up to the end of the line
 *
 * Return: bytes taken; 0 if they have to be read byte by byte.
 */
u32 esmtp_parameter_plain(struct esmtp_command *cmd, const u8 *p, u32 n)
{
	u32 end, equals = 0;

	for (end = 1; end < n && p[end] != ' '; end++) {
		if (p[end] == '"' || p[end] == '+')
			return 0;
		if (p[end] == '=' && !equals)
			equals = end;
	}
	if (equals == 1)
		return 0;
	if (equals && is_size_name(p + 1, equals - 1) &&
	    !take_size(cmd, p + equals + 1, end - equals - 1))
		return 0;
	return end;
}
