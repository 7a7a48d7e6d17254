# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What each of these tests begins with: a network of its own. Sourced in the top folder.

NET_ROUTER=q$$-router
NET_PREFIX=q$$-
# shellcheck source=tests/lab/net.sh
. tests/lab/net.sh
# shellcheck source=tests/lab/case.sh
. tests/lab/case.sh
# shellcheck source=tests/queued/daemon.sh
. tests/queued/daemon.sh
