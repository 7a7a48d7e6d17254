# SPDX-License-Identifier: GPL-2.0
#
# make help says what there is.

BUILD ?= build
PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
MANDIR ?= $(PREFIX)/share/man
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d
ZSHDIR ?= $(PREFIX)/share/zsh/vendor-completions
DATADIR ?= $(PREFIX)/share/nf_esmtp
UNITDIR ?= $(PREFIX)/lib/systemd/system
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions
CFLAGS ?= -O2 -g

include kmod/objects.mk

# The kernel to build for: KDIR, a build directory, says its own version (those that
# scripts/kernel prints are such); KVER is one with headers here, by default this
# machine's.
unpacked := $(or $(ESMTP_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/nf_esmtp)/stock

ifdef KDIR
KVER := $(or $(shell sed -n 's/^override KERNELRELEASE = //p' $(KDIR)/.kernelvariables \
	2>/dev/null),$(shell cat $(KDIR)/include/config/kernel.release))
else
KVER ?= $(shell uname -r)
KDIR = $(firstword $(wildcard $(addsuffix /Makefile, \
	/lib/modules/$(KVER)/build /usr/src/linux-headers-$(KVER) $(unpacked)/$(KVER)/build)))
override KDIR := $(KDIR:/Makefile=)
endif

# A kernel built for User-Mode Linux takes modules built for that.
arch = $(if $(shell grep -s '^CONFIG_UML=y' $(KDIR)/.config),ARCH=um)

# A module's types (BTF) are written by pahole, which a kernel's headers depend on; the lab's are
# unpacked, not installed.
btf = $(if $(shell command -v pahole),,CONFIG_DEBUG_INFO_BTF_MODULES=)

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
	@test -n "$(KDIR)" || { echo 'no headers for $(KVER): install the package' \
		'linux-headers-$(KVER), name another kernel by KVER=, or take one of the' \
		"lab's: KDIR=\$$(scripts/kernel 6.1)" >&2; exit 1; }
	@test -e "$(KDIR)/Makefile" || { echo 'no headers in $(KDIR)' >&2; exit 1; }
	@mkdir -p $(farm)
	+@flock $(farm).lock $(MAKE) --no-print-directory $(jobs) farm-modules \
		$(if $(shell grep -s '^CONFIG_KUNIT=' $(KDIR)/.config),farm-kunit)

farm-modules:
	@cp -rsf $(CURDIR)/Kbuild $(CURDIR)/kmod $(CURDIR)/include $(farm)/
	@find $(farm) -xtype l -delete
	$(MAKE) -C $(KDIR) $(arch) $(btf) M=$(farm) modules

# KUnit gets objects of its own: no object may belong to two modules.
farm-kunit: farm-modules
	@mkdir -p $(farm)/kunit
	@cp -rsf $(CURDIR)/kmod $(CURDIR)/include $(CURDIR)/tests $(farm)/kunit/
	@ln -sf $(CURDIR)/tests/kunit/Kbuild $(farm)/kunit/Kbuild
	@find $(farm)/kunit -xtype l -delete
	$(MAKE) -C $(KDIR) $(arch) $(btf) M=$(farm)/kunit modules
	@cp $(farm)/kunit/nf_esmtp_kunit.ko $(farm)/

# --- user space ---------------------------------------------------------------

# What both programs are hardened with; HARDEN= for what can't do with it, such as
# sanitizers. CPPFLAGS, CFLAGS and LDFLAGS are the builder's, and come behind it.
HARDEN ?= yes
ifneq ($(HARDEN),)
harden-cflags := -fstack-protector-strong -fstack-clash-protection -fPIE -Wformat \
	-Wformat-security $(if $(filter -O%,$(filter-out -O0,$(CFLAGS))),\
	-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2) \
	$(if $(filter x86_64-% i%86-%,$(shell $(CC) -dumpmachine)),-fcf-protection)
harden-ldflags := -pie -Wl,-z,relro,-z,now,-z,noexecstack
endif

programs := esmtp-ctl esmtp-queued esmtp-exporter

user-cflags := -std=gnu11 -Wall -Wextra -Werror -D_GNU_SOURCE \
	-Iinclude -Iinclude/uapi -Ikmod -Iuserspace
user-objects = $(patsubst %.c,$(BUILD)/user/%.o,$(1))

ctl := $(call user-objects,$(wildcard userspace/lib/*.c userspace/ctl/*.c))
replay := $(patsubst %.c,$(BUILD)/daemon/%.o,$(wildcard userspace/replay/*.c))
core := $(call user-objects,$(esmtp-core:%=kmod/%.c))

tools: $(programs:%=$(BUILD)/%)	## build/esmtp-ctl, esmtp-queued, esmtp-exporter

$(BUILD)/esmtp-ctl: $(ctl) $(replay) $(BUILD)/libesmtp-plane.a $(BUILD)/libesmtp-core.a
	$(CC) $(harden-cflags) $(CFLAGS) $(harden-ldflags) $(LDFLAGS) -pthread -o $@ $^ -lmnl -ljansson -lfa -ledit -lpcap $(LDLIBS)

# What serves the counters: what the tool has to ask for them, and a library for HTTP.
exporter := $(call user-objects,$(wildcard userspace/lib/*.c userspace/exporter/*.c))

$(BUILD)/esmtp-exporter: $(exporter) $(BUILD)/libesmtp-core.a
	$(CC) $(harden-cflags) $(CFLAGS) $(harden-ldflags) $(LDFLAGS) -o $@ $^ -lmnl -lmicrohttpd $(LDLIBS)

# The core as an archive: the tool takes the objects it refers to.
$(BUILD)/libesmtp-core.a: $(core)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/user/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(harden-cflags) $(CPPFLAGS) $(CFLAGS) $(user-cflags) -MMD -MP -c -o $@ $<

# The daemon: what is the module's is compiled as it is, with the kernel's names in
# userspace/daemon/kcompat, and without the warnings that kernels don't turn on.
daemon-objects = $(patsubst %.c,$(BUILD)/daemon/%.o,$(1))
daemon := $(call daemon-objects,$(wildcard userspace/daemon/*.c userspace/daemon/kcompat/*.c) \
	userspace/lib/notify.c)
daemon-module := $(call daemon-objects,$(patsubst %,kmod/%.c,$(esmtp-stream) $(esmtp-walk) $(esmtp-shared)))
daemon-cflags := -Iuserspace/daemon/kcompat $(user-cflags) -pthread

$(daemon-module): daemon-cflags += -Wno-unused-parameter -Wno-sign-compare \
	-Wno-missing-field-initializers

include userspace/daemon/plane.mk
plane := $(call daemon-objects,$(plane-files:%=userspace/daemon/%)) $(daemon-module)

$(BUILD)/libesmtp-plane.a: $(plane)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/esmtp-queued: $(daemon) $(daemon-module) $(BUILD)/libesmtp-core.a
	$(CC) $(harden-cflags) $(CFLAGS) $(harden-ldflags) $(LDFLAGS) -pthread -o $@ $^ -lnetfilter_queue -lmnl -lcap -lnftables $(LDLIBS)

$(BUILD)/daemon/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(harden-cflags) $(CPPFLAGS) $(CFLAGS) $(daemon-cflags) -MMD -MP -c -o $@ $<

-include $(ctl:.o=.d) $(replay:.o=.d) $(exporter:.o=.d) $(core:.o=.d) $(daemon:.o=.d) $(daemon-module:.o=.d)

# --- tests --------------------------------------------------------------------

sanitized := CC=clang CFLAGS="-O1 -g -fsanitize=address,undefined \
	-fno-sanitize-recover=all -fno-omit-frame-pointer"

asan:	## build/asan/esmtp-queued, with the address and undefined behaviour sanitizers
	+$(MAKE) $(sanitized) BUILD=$(BUILD)/asan $(BUILD)/asan/esmtp-queued

check:	## every test; STEPS="unit lab-6.1" for some of them
	tests/run $(STEPS)

unit:	## the core's vectors and the tool's tests, on this machine
	$(MAKE) $(jobs) -C tests/unit check

fuzz:	## the fuzzers, FUZZ_SECONDS each
	$(MAKE) -C tests/fuzz check FUZZ_SECONDS=$(or $(FUZZ_SECONDS),60)

analyse:	## cppcheck and clang-tidy on everything, recorded in tests/analysed
	scripts/analyse --all

bench:	## the figures of docs, measured again
	tests/bench/run

demo:	## the troubleshooting case from first to last, in a guest
	scripts/demo

# --- install ------------------------------------------------------------------

moddir := $(DESTDIR)/lib/modules/$(KVER)/updates
units := userspace/daemon/esmtp-queued.service $(wildcard userspace/units/*.service)
completions := $(COMPLETIONDIR)/esmtp-ctl $(FISHDIR)/esmtp-ctl.fish $(ZSHDIR)/_esmtp-ctl

install: all install-tools	## module, tool, daemon, manuals; PREFIX, DESTDIR
	install -D -m 644 $(farm)/nf_esmtp.ko $(moddir)/nf_esmtp.ko
	strip --strip-debug $(moddir)/nf_esmtp.ko
	$(if $(DESTDIR),,depmod $(KVER))

install-tools: tools install-files	## the same without the module

install-files:
	for program in $(programs); do \
		install -D -m 755 $(BUILD)/$$program $(DESTDIR)$(SBINDIR)/$$program || exit; done
	@mkdir -p $(DESTDIR)$(UNITDIR)
	for unit in $(units); do \
		sed 's,@SBINDIR@,$(SBINDIR),' $$unit >$(DESTDIR)$(UNITDIR)/$${unit##*/}; done
	for page in $(wildcard userspace/man/*.[78]); do \
		install -D -m 644 $$page $(DESTDIR)$(MANDIR)/man$${page##*.}/$${page##*/}; done
	install -D -m 644 userspace/schema/esmtp-ctl.json $(DESTDIR)$(DATADIR)/esmtp-ctl.json
	for file in $(completions); do \
		install -D -m 644 userspace/completion/$${file##*/} $(DESTDIR)$$file; done

# What install has put there; configurations, and what is loaded, stay.
uninstall:	## module, tool, daemon, manuals again; of the kernel KVER
	rm -f $(moddir)/nf_esmtp.ko $(addprefix $(DESTDIR)$(SBINDIR)/,$(programs)) \
		$(addprefix $(DESTDIR)$(UNITDIR)/,$(notdir $(units))) \
		$(foreach n,7 8,$(addprefix $(DESTDIR)$(MANDIR)/man$n/,$(notdir $(wildcard userspace/man/*.$n)))) \
		$(DESTDIR)$(DATADIR)/esmtp-ctl.json $(addprefix $(DESTDIR),$(completions))
	@rmdir --ignore-fail-on-non-empty $(DESTDIR)$(DATADIR) $(moddir) 2>/dev/null || true
	$(if $(DESTDIR),,depmod $(KVER))

# --- Debian's packages ----------------------------------------------------------

# In a folder of its own, where what is not a source of ours is not.
deb := $(BUILD)/deb
deb-source := $(deb)/nf-esmtp

deb:	## build/deb/*.deb: nf-esmtp-dkms, esmtp-tools, esmtp-queued, esmtp-exporter
	@rm -rf $(deb)
	@mkdir -p $(deb-source)
	tar -c --exclude-vcs --exclude=__pycache__ --exclude=./$(BUILD) . | tar -x -C $(deb-source)
	cd $(deb-source) && dpkg-buildpackage -us -uc $(DEBFLAGS)

clean:	## everything built here
	rm -rf $(BUILD)

.PHONY: all help modules farm-modules farm-kunit tools asan check unit fuzz analyse bench \
	demo install install-tools install-files uninstall deb clean
