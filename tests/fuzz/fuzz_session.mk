# SPDX-License-Identifier: GPL-2.0
fuzz_session-aid := conversation.c $(addprefix ../unit/,replay.c harness.c oracle.c)
fuzz_session-seeds := $(BUILD)/seeds corpus/session
fuzz_session-run := -max_len=4096
