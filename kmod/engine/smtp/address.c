// SPDX-License-Identifier: GPL-2.0
/*
 * The delimiters of the address in MAIL and RCPT (RFC 5321 4.1.2): where the address
 * begins and ends, and which bytes are not allowed in it.
 */
#include "address.h"

enum address_state {
	BEFORE,				/* "FROM" or "TO" */
	START,				/* after the colon */
	PATH,				/* after "<" */
	CLOSED,				/* right after ">" */
	PARAMETERS,			/* after ">" and a blank */
	BARE,				/* an address without brackets */
	BARE_END,			/* a blank after it */
};

/*
 * Servers disagree on whether a backslash outside a quoted string escapes the next
 * character, and so on where quoted strings begin and end. After one, LOOSE is set
 * until the end of the line.
 */
enum quote_state { PLAIN, QUOTED, ESCAPED, STATE = 3, LOOSE = 4 };

static bool is_control_char(u8 c)
{
	return c < ' ' || c == 0x7f;
}

/* Advance the quoting state by one byte. True if the byte is in a quoted string. */
static bool track_quoting(struct esmtp_command *cmd, u8 c)
{
	u8 loose = cmd->quote & LOOSE;
	u8 state = cmd->quote & STATE;
	bool inside = state != PLAIN;

	if (state == ESCAPED)
		state = QUOTED;
	else if (c == '"')
		state = inside ? PLAIN : QUOTED;
	else if (c == '\\' && inside)
		state = ESCAPED;
	else if (c == '\\')
		loose = LOOSE;
	cmd->quote = loose | state;
	return inside;
}

static enum esmtp_address_char open_path(struct esmtp_command *cmd)
{
	cmd->addr = PATH;
	cmd->quote = PLAIN;
	cmd->alen = 0;
	return ESMTP_ADDRESS_PASS;
}

static enum esmtp_address_char scan_before_path(struct esmtp_command *cmd, u8 c)
{
	if (c == '<')
		return open_path(cmd);
	if (c == ':')
		cmd->addr = START;
	return c == '>' || (is_control_char(c) && c != '\t') ? ESMTP_ADDRESS_BLANK :
						       ESMTP_ADDRESS_PASS;
}

static enum esmtp_address_char scan_path(struct esmtp_command *cmd, u8 c)
{
	bool inside = track_quoting(cmd, c);

	if (c == '>' && !inside) {
		cmd->addr = CLOSED;
		return ESMTP_ADDRESS_PASS;
	}
	cmd->alen++;
	return c == '<' || c == '>' || is_control_char(c) ? ESMTP_ADDRESS_BLANK :
						    ESMTP_ADDRESS_PASS;
}

/* A blank ends it, unless it is quoted, or a domain follows that some servers read all the same. */
static enum esmtp_address_char scan_bare_address(struct esmtp_command *cmd, u8 c)
{
	bool inside = track_quoting(cmd, c);

	if (c == '<' && !inside)
		return open_path(cmd);
	if (c == ' ' && !inside) {
		cmd->addr = BARE_END;
	} else if (cmd->addr == BARE || c == '@' || c == '"') {
		cmd->addr = BARE;
		cmd->alen++;
	}
	return c == '>' || is_control_char(c) ? ESMTP_ADDRESS_BLANK :
					ESMTP_ADDRESS_PASS;
}

static enum esmtp_address_char scan_path_start(struct esmtp_command *cmd, u8 c)
{
	if (c == ' ' || c == '\t')
		return ESMTP_ADDRESS_PASS;
	cmd->addr = BARE;
	return scan_bare_address(cmd, c);
}

static enum esmtp_address_char scan_after_path(struct esmtp_command *cmd, u8 c)
{
	if (c == ' ' && !(cmd->quote & LOOSE))
		cmd->addr = PARAMETERS;
	return c == '<' || c == '>' || is_control_char(c) ? ESMTP_ADDRESS_BLANK :
						    ESMTP_ADDRESS_PASS;
}

/**
 * esmtp_address_init() - the verb of MAIL, RCPT or their kin has ended
 * @cmd: the command
 */
void esmtp_address_init(struct esmtp_command *cmd)
{
	cmd->addr = BEFORE;
	cmd->quote = PLAIN;
	cmd->alen = 0;
}

/**
 * esmtp_address_close() - a path was read at once, its brackets too
 * @cmd: the command
 */
void esmtp_address_close(struct esmtp_command *cmd)
{
	cmd->addr = CLOSED;
}

/**
 * esmtp_address_leave() - the blank behind it was read, too
 * @cmd: the command
 */
void esmtp_address_leave(struct esmtp_command *cmd)
{
	cmd->addr = PARAMETERS;
}

/**
 * esmtp_address_byte() - read one byte of the verb's argument
 * @cmd: the command
 * @c: the byte
 *
 * cmd->alen counts the bytes between the brackets, or those of an address that
 * stands without. A ">" within quotes never ends a path here and never leaves
 * as one, so no server can disagree on where it ends.
 *
 * Return: what is to become of it.
 */
enum esmtp_address_char esmtp_address_byte(struct esmtp_command *cmd, u8 c)
{
	if (c == '|' && cmd->addr != PARAMETERS)
		return ESMTP_ADDRESS_PIPE;
	switch (cmd->addr) {
	case BEFORE:
		return scan_before_path(cmd, c);
	case START:
		return scan_path_start(cmd, c);
	case PATH:
		return scan_path(cmd, c);
	case CLOSED:
		return scan_after_path(cmd, c);
	case BARE:
	case BARE_END:
		return scan_bare_address(cmd, c);
	}
	return ESMTP_ADDRESS_PASS;
}

/**
 * esmtp_address_before() - is the next byte one of "FROM:" or "TO:"?
 * @cmd: the command
 *
 * Return: true up to the colon.
 */
bool esmtp_address_before(const struct esmtp_command *cmd)
{
	return cmd->addr == BEFORE;
}

/**
 * esmtp_address_over() - is the next byte one of a parameter?
 * @cmd: the command
 *
 * Return: true behind ">" and a blank.
 */
bool esmtp_address_over(const struct esmtp_command *cmd)
{
	return cmd->addr == PARAMETERS;
}

/**
 * esmtp_address_quoted() - is the next byte of the path inside of quotes?
 * @cmd: the command
 *
 * Return: true if it is.
 */
bool esmtp_address_quoted(const struct esmtp_command *cmd)
{
	return (cmd->quote & STATE) != PLAIN;
}

/**
 * esmtp_address_within() - is the next byte one of a path, and no quote near?
 * @cmd: the command
 *
 * Return: true if it is.
 */
bool esmtp_address_within(const struct esmtp_command *cmd)
{
	return cmd->addr == PATH && cmd->quote == PLAIN;
}
