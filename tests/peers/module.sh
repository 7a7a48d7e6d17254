# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The module of the lab guest. Source this file.
#
#   module_load     what modprobe would do, were $KMOD installed
#   module_unload   does nothing where it is not loaded

module_load()
{
	local needs=()

	mapfile -t needs < <(modinfo -F depends "$KMOD" | grep -o '[^, ]*')
	((!${#needs[@]})) || modprobe -a "${needs[@]}"
	insmod "$KMOD"
}

module_unload()
{
	[[ ! -d /sys/module/nf_esmtp ]] || rmmod nf_esmtp
}
