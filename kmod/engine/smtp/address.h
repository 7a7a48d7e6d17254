/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_ADDRESS_H
#define _ESMTP_ADDRESS_H

#include <esmtp/core.h>

enum esmtp_address_char {
	ESMTP_ADDRESS_PASS,
	ESMTP_ADDRESS_BLANK,
	ESMTP_ADDRESS_PIPE,
};

void esmtp_address_init(struct esmtp_command *cmd);
enum esmtp_address_char esmtp_address_byte(struct esmtp_command *cmd, u8 c);
bool esmtp_address_quoted(const struct esmtp_command *cmd);
bool esmtp_address_before(const struct esmtp_command *cmd);
bool esmtp_address_within(const struct esmtp_command *cmd);
bool esmtp_address_over(const struct esmtp_command *cmd);
void esmtp_address_leave(struct esmtp_command *cmd);
void esmtp_address_close(struct esmtp_command *cmd);

#endif /* _ESMTP_ADDRESS_H */
