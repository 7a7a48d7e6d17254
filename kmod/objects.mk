# SPDX-License-Identifier: GPL-2.0
#
# What the module is made of, as paths below kmod/. The one list: the kernel's build
# (Kbuild), the tool and the tests (Makefile, tests/*/Makefile) and scripts/purity
# read it.

# engine/: no header but the project's; the same objects in the kernel and out of it

esmtp-smtp := $(addprefix engine/smtp/,line reply_queue command command_plain verb permit group chunk \
	mail address mailbox parameter domain reply reply_plain keyword banner feed session order_command order_reply \
	reject_text tls hello message message_plain bulk end header encoding mime lax filename section word \
	charset filetype boundary rule rule_regex ahead refused unasked auth)
esmtp-policy := $(addprefix engine/policy/,map recommended classify index validate \
	validate_map validate_addr seal layout names param text client top)

# what both of them need of a stream, and what is of connections without being of packets
esmtp-core := $(esmtp-smtp) $(esmtp-policy) $(addprefix engine/tcp/,edit seqmap place) \
	engine/conn/half_open engine/conn/closing

# the stream engine, which asks a plane for packets and memory (include/esmtp/stream.h)
esmtp-stream := $(addprefix engine/tcp/,segment ack scratch tcp renumber flight edit_store \
	ending)

# the order of steps on a packet's way, which asks a plane for all else (include/esmtp/walk.h)
esmtp-walk := $(addprefix engine/conn/,walk judge)

# the kernel's names, but no packet's memory: esmtp-queued has them too
# (userspace/daemon/kcompat)
esmtp-shared := data/mptcp $(addprefix control/,packet_counters memory quota buckets hosts rate would \
	policy policy_carry acl_hits view record ring netlink netlink_set netlink_nest netlink_fill \
	netlink_map netlink_get netlink_view netlink_clear netlink_event)

# the module alone
esmtp-module := main net proc \
	$(addprefix data/,skb_parse skb_own skb_edit skb_resize skb_keep spares inject) \
	$(addprefix conn/,table lookup flow tuple side conn_walk reset_ends inspect exempt audit) \
	$(addprefix limit/,limits embryonic intercept cookie promise servers opening) \
	$(addprefix hook/,hook early walk begin older acks icmp)
