# SPDX-License-Identifier: GPL-2.0
include ../unit/link.mk

fuzz_stream-src := $(link-engine)
fuzz_stream-aid := conversation.c $(link-aid) $(addprefix ../unit/,replay.c harness.c oracle.c)
fuzz_stream-flags := $(link-cflags)
fuzz_stream-seeds := $(BUILD)/seeds corpus/session
fuzz_stream-run := -max_len=4096
fuzz_stream-libs := $(link-ldflags)
