# SPDX-License-Identifier: GPL-2.0

fuzz_control-src := $(daemon-src)
fuzz_control-flags := $(daemon-flags)
fuzz_control-run := -max_len=4096
fuzz_control-libs := $(daemon-libs)
fuzz_control-seeds := corpus/control
