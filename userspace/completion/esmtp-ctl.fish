# SPDX-License-Identifier: GPL-2.0
#
# Completion of esmtp-ctl for fish: the tool knows its grammar, and what is configured.

function __esmtp_ctl_words
	set -l options
	set -l words
	set -l all (commandline -opc)[2..-1]
	while set -q all[1]
		switch $all[1]
		case -n --netns -p --plane
			set -a options $all[1..2]
			set -e all[1]
		case '-*'
		case '*'
			set -a words $all[1]
		end
		set -e all[1]
	end
	esmtp-ctl $options __complete $words (commandline -ct) 2>/dev/null
end

complete -c esmtp-ctl -f -a '(__esmtp_ctl_words)'
complete -c esmtp-ctl -s j -l json -d 'print JSON'
complete -c esmtp-ctl -s n -l netns -x -a '(esmtp-ctl __option -n "")' -d 'network namespace'
complete -c esmtp-ctl -s p -l plane -x -a '(esmtp-ctl __option -p "")' -d 'module or daemon'
complete -c esmtp-ctl -n '__fish_seen_subcommand_from advise apply replace replay test' -F
