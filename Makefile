# SPDX-License-Identifier: GPL-2.0
#
# make help says what there is.

BUILD ?= build
PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
MANDIR ?= $(PREFIX)/share/man
UNITDIR ?= $(PREFIX)/lib/systemd/system
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions
CFLAGS ?= -O2 -g

include kmod/objects.mk

# The kernel to build for: KDIR, a build directory, says its own version;
# KVER, an installed one, is the newest 6.1 unless told.
ifdef KDIR
KVER := $(shell cat $(KDIR)/include/config/kernel.release)
else
KVER ?= $(shell ls /usr/src | sed -n 's/^linux-headers-\(6\.1\..*-amd64\)$$/\1/p' | sort -V | tail -n 1)
KDIR = $(firstword $(wildcard /lib/modules/$(KVER)/build/) /usr/src/linux-headers-$(KVER))
endif

# A kernel built for User-Mode Linux takes modules built for that.
arch = $(if $(shell grep -s '^CONFIG_UML=y' $(KDIR)/.config),ARCH=um)

# Jobs: as many as there are processors, unless make was told.
jobs = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))

all: modules tools	## the module for one kernel, and the tool

help:	## this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo 'KVER=VERSION or KDIR=DIRECTORY chooses the kernel ($(KVER)),'
	@echo 'W=1 and C=1 are what they are in the kernel (warnings, sparse).'

# --- the module ---------------------------------------------------------------
#
# An external module is built where its sources are. So that the source folder
# stays clean, and kernels don't share objects, each kernel gets a folder of
# links to the sources; make looks through links, so a rebuild does what changed.

farm := $(abspath $(BUILD))/$(KVER)

modules:	## build/KVER/nf_esmtp.ko (and nf_esmtp_kunit.ko where there is KUnit)
	@test -e $(KDIR)/Makefile || \
		{ echo "no kernel headers for '$(KVER)': scripts/setup build" >&2; exit 1; }
	@mkdir -p $(farm)
	+@flock $(farm).lock $(MAKE) --no-print-directory $(jobs) farm-modules \
		$(if $(shell grep -s '^CONFIG_KUNIT=' $(KDIR)/.config),farm-kunit)

farm-modules:
	@cp -rsf $(CURDIR)/Kbuild $(CURDIR)/kmod $(CURDIR)/include $(farm)/
	@find $(farm) -xtype l -delete
	$(MAKE) -C $(KDIR) $(arch) M=$(farm) modules

# KUnit gets objects of its own: no object may belong to two modules.
farm-kunit: farm-modules
	@mkdir -p $(farm)/kunit
	@cp -rsf $(CURDIR)/kmod $(CURDIR)/include $(CURDIR)/tests $(farm)/kunit/
	@ln -sf $(CURDIR)/tests/kunit/Kbuild $(farm)/kunit/Kbuild
	@find $(farm)/kunit -xtype l -delete
	$(MAKE) -C $(KDIR) $(arch) M=$(farm)/kunit modules
	@cp $(farm)/kunit/nf_esmtp_kunit.ko $(farm)/

# --- user space ---------------------------------------------------------------

user-cflags := -std=gnu11 -Wall -Wextra -Werror -D_GNU_SOURCE \
	-Iinclude -Iinclude/uapi -Iuserspace
user-objects = $(patsubst %.c,$(BUILD)/user/%.o,$(1))

ctl := $(call user-objects,$(wildcard userspace/lib/*.c userspace/ctl/*.c))
core := $(call user-objects,$(esmtp-core:%=kmod/core/%.c))

tools: $(BUILD)/esmtp-ctl $(BUILD)/esmtp-queued	## build/esmtp-ctl, build/esmtp-queued

$(BUILD)/esmtp-ctl: $(ctl) $(BUILD)/libesmtp-core.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lmnl -ljansson -lfa -ledit $(LDLIBS)

# The core as an archive: the tool takes the objects it refers to.
$(BUILD)/libesmtp-core.a: $(core)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/user/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(user-cflags) -MMD -MP -c -o $@ $<

# The daemon: what is the module's is compiled as it is, with the kernel's names in
# userspace/queued/kernel, and without the warnings that kernels don't turn on.
queued-objects = $(patsubst %.c,$(BUILD)/queued/%.o,$(1))
queued := $(call queued-objects,$(wildcard userspace/queued/*.c userspace/queued/kernel/*.c))
queued-module := $(call queued-objects,$(esmtp-stream:%=kmod/stream/%.c) \
	$(esmtp-shared:%=kmod/%.c))
queued-cflags := -Iuserspace/queued/kernel $(user-cflags) -Ikmod -pthread

$(queued-module): queued-cflags += -Wno-unused-parameter -Wno-sign-compare \
	-Wno-missing-field-initializers

$(BUILD)/esmtp-queued: $(queued) $(queued-module) $(BUILD)/libesmtp-core.a
	$(CC) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $^ -lnetfilter_queue -lmnl -lcap -lnftables $(LDLIBS)

$(BUILD)/queued/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(queued-cflags) -MMD -MP -c -o $@ $<

-include $(ctl:.o=.d) $(core:.o=.d) $(queued:.o=.d) $(queued-module:.o=.d)

# --- tests --------------------------------------------------------------------

check:	## every test; STEPS="unit lab-6.1" for some of them
	tests/run $(STEPS)

unit:	## the core's vectors and the tool's tests, on this machine
	$(MAKE) -C tests/unit check

fuzz:	## the fuzzers, FUZZ_SECONDS each
	$(MAKE) -C tests/fuzz check FUZZ_SECONDS=$(or $(FUZZ_SECONDS),60)

bench:	## the figures of docs, measured again
	tests/bench/run

demo:	## the troubleshooting case from first to last, in a guest
	scripts/demo

# --- install ------------------------------------------------------------------

moddir := $(DESTDIR)/lib/modules/$(KVER)/updates

install: all install-tools	## module, tool, daemon, manuals; PREFIX, DESTDIR
	install -D -m 644 $(farm)/nf_esmtp.ko $(moddir)/nf_esmtp.ko
	$(if $(DESTDIR),,depmod $(KVER))

install-tools: tools	## the same without the module
	install -D -m 755 $(BUILD)/esmtp-ctl $(DESTDIR)$(SBINDIR)/esmtp-ctl
	install -D -m 755 $(BUILD)/esmtp-queued $(DESTDIR)$(SBINDIR)/esmtp-queued
	@mkdir -p $(DESTDIR)$(UNITDIR)
	sed 's,@SBINDIR@,$(SBINDIR),' userspace/queued/esmtp-queued.service \
		>$(DESTDIR)$(UNITDIR)/esmtp-queued.service
	for page in $(wildcard userspace/man/*.8); do \
		install -D -m 644 $$page $(DESTDIR)$(MANDIR)/man8/$${page##*/}; done
	for file in $(wildcard userspace/completion/esmtp-ctl); do \
		install -D -m 644 $$file $(DESTDIR)$(COMPLETIONDIR)/esmtp-ctl; done

clean:	## everything built here
	rm -rf $(BUILD)

.PHONY: all help modules farm-modules farm-kunit tools check unit fuzz bench \
	demo install install-tools clean
