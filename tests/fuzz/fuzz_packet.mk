# SPDX-License-Identifier: GPL-2.0

fuzz_packet-src := $(filter-out %/queue.c,$(daemon-src))
fuzz_packet-flags := $(daemon-flags)
fuzz_packet-run := -max_len=4096
fuzz_packet-libs := $(daemon-libs)
