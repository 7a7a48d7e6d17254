# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Where tests/peers/roots puts what it fetches, and how the tests find it again.

peer_cache=${ESMTP_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/nf_esmtp}

# peer_root NAME: the newest whole root of that server
peer_root()
{
	local newest

	newest=$(find "$peer_cache/mta" -mindepth 1 -maxdepth 1 -type d \
		-name "$1-[0-9]*" 2>/dev/null | sort -V | tail -n 1)
	[[ -n $newest ]] || return 1
	echo "$newest"
}
