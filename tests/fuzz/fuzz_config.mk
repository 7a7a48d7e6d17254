# SPDX-License-Identifier: GPL-2.0
include ../ctl/outlets.mk

fuzz_config-src := $(TOP)/userspace/lib/model_free.c $(filter-out \
	$(patsubst %,$(TOP)/userspace/ctl/%.c,$(ctl-outlets) event),\
	$(wildcard $(TOP)/userspace/ctl/*.c))
fuzz_config-flags := $(ctl-alone) -I$(TOP)/include/uapi -I$(TOP)/userspace
fuzz_config-run := -dict=config.dict -only_ascii=1 -max_len=4096
fuzz_config-seeds := corpus/config
fuzz_config-libs := -lfa
