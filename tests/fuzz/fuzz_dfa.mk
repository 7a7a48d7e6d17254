# SPDX-License-Identifier: GPL-2.0

fuzz_dfa-run := -max_len=1024
fuzz_dfa-seeds := corpus/dfa
