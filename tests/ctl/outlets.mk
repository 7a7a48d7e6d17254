# SPDX-License-Identifier: GPL-2.0
# The files of userspace/ctl that need a kernel, a terminal or a disk: what tests the
# language without them leaves these out.
ctl-outlets := main apply report show_conn clear show_stats show_config show_acl shell complete help out monitor \
	startup revert confirm store terminal names \
	show_running show_service show_would show_tech show_flow mask \
	replay replay_policy replay_print replay_diff policy_test \
	advise advise_change advise_lines advise_match advise_measure advise_param \
	advise_print advise_records advise_try

# The grammar has the functions of commands in its rows; without them, NULL.
ctl-alone := -DCTL_GRAMMAR_ALONE
