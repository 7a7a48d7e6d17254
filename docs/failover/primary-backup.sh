#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What keepalived has conntrackd do when this router's place changes:
# primary-backup.sh primary|backup|fault
conntrackd() { /usr/sbin/conntrackd -C /etc/conntrackd/conntrackd.conf "$@"; }

case $1 in
primary)
	conntrackd -c		# into the kernel what the other router knew
	conntrackd -f		# forget both caches
	conntrackd -R		# and begin again from the kernel's table
	conntrackd -B		# tell the other all of it
	;;
backup | fault)
	conntrackd -t		# entries of connections that are elsewhere now end soon
	conntrackd -n		# ask the other for all that it has
	;;
*)
	echo "usage: $0 primary|backup|fault" >&2
	exit 2
	;;
esac
