# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154,SC2086	# $ctl, of whoever sources this, is words

# policy MAP [LINE...]: what is in force but for $SERVER4B; the lines make a map
policy() {
	local map=$1 line

	shift
	$ctl clear configure all
	{
		echo "access-list direct extended permit tcp any host $SERVER4B"
		echo "access-list direct extended permit tcp host $SERVER4B any"
		printf '%s\n' "class-map direct" " match access-list direct"
		[ $# = 0 ] || echo "policy-map type inspect esmtp $map"
		for line; do echo " $line"; done
		printf '%s\n' "policy-map global_policy" " class direct" "  no inspect esmtp" \
			" class inspection_default" \
			"  no inspect esmtp _default_esmtp_map" "  inspect esmtp $map"
	} | $ctl apply -
}
