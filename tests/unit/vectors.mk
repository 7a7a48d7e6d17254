# SPDX-License-Identifier: GPL-2.0
# The table of vectors; TOP and BUILD are set by whoever includes this.

VECTORS := $(sort $(wildcard $(TOP)/tests/vectors/*.vec))
DEFS := $(wildcard $(TOP)/include/esmtp/*.def)

$(BUILD)/vectors.h: $(TOP)/scripts/vec2h $(VECTORS) $(DEFS)
	@mkdir -p $(@D)
	$(TOP)/scripts/vec2h $(VECTORS) > $@.tmp
	@mv $@.tmp $@
