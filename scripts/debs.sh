# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Packages of Debian's that are unpacked into the project's cache and never
# installed. Sourced.
#
#   $debs_cache			where they go
#   debs_candidate PACKAGE	the version that apt would take; nothing if it knows none
#   debs_download PACKAGE...	the .debs, into this folder, verified by apt
#   debs_fetch PACKAGE...	the same, with newer lists where the first try fails

# shellcheck disable=SC2034	# for those who source this
debs_cache=$(realpath -m "${ESMTP_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/nf_esmtp}")

debs_candidate()
{
	apt-cache policy "$1" 2>/dev/null |
		sed -n 's/^ *Candidate: *//p' | grep -vx '(none)' || true
}

debs_download()
{
	apt-get -q -o APT::Sandbox::User=root download "$@" >apt.log 2>&1 ||
		{ cat apt.log >&2; return 1; }
}

# Lists may be old or absent.
debs_fetch()
{
	debs_download "$@" 2>/dev/null && return
	apt-get -q update >/dev/null || true
	debs_download "$@"
}
