// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/net/esmtp: counters, service-policy and connections of a namespace as
 * text. Columns and names are fixed; structured data is available by netlink.
 */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>
#include <linux/uidgid.h>

#include "control/net.h"

static void print_stat(void *ctx, const char *name, u64 value)
{
	seq_printf(ctx, "%s %llu\n", name, value);
}

static int stats_show(struct seq_file *m, void *v)
{
	esmtp_view_stats(esmtp_net(seq_file_single_net(m)), print_stat, m);
	return 0;
}

struct service_view {
	struct seq_file *m;
	const struct esmtp_kpolicy *kp;
};

static void print_service_line(void *ctx, const char *text)
{
	const struct service_view *view = ctx;

	seq_puts(view->m, text);
	seq_putc(view->m, '\n');
}

static u64 read_service_counter(void *ctx, u32 slot)
{
	const struct service_view *view = ctx;

	return esmtp_kpolicy_sum(view->kp, slot);
}

static u32 count_service_conns(void *ctx, u32 bind)
{
	const struct service_view *view = ctx;

	return esmtp_hosts_conns(view->kp->hosts[bind]);
}

static u32 count_service_embryonic(void *ctx, u32 bind)
{
	const struct service_view *view = ctx;

	return esmtp_hosts_half(view->kp->hosts[bind]);
}

static int service_show(struct seq_file *m, void *v)
{
	struct esmtp_kpolicy *kp;
	struct service_view view;
	struct esmtp_layout out = {
		.line = print_service_line,
		.count = read_service_counter,
		.conns = count_service_conns,
		.embryonic = count_service_embryonic,
		.ctx = &view,
	};

	kp = esmtp_net_policy_get(esmtp_net(seq_file_single_net(m)));
	if (!kp)
		return 0;
	view.m = m;
	view.kp = kp;
	esmtp_layout_service(&kp->p, &out);
	esmtp_kpolicy_put(kp);
	return 0;
}

/**
 * struct conns - a reader of the connections
 * @p: has to be the first
 * @at: where the next record begins, of up to CONNS_PER_RECORD connections
 * @next: where the record after it begins
 * @more: there is a record at @next
 * @done: the last one was read
 * @m: the file, while a record is shown
 * @room: connections that still fit in the record
 */
struct conns {
	struct seq_net_private p;
	struct esmtp_cursor at;
	struct esmtp_cursor next;
	bool more;
	bool done;
	struct seq_file *m;
	u32 room;
};

enum { CONNS_PER_RECORD = 32 };

static void print_conn_addr(struct seq_file *m, u8 family,
			    const struct esmtp_addr *addr, u16 port)
{
	if (family == ESMTP_AF_INET)
		seq_printf(m, " %pI4 %u", addr->b, port);
	else
		seq_printf(m, " %pI6c %u", addr->b, port);
}

static bool print_conn(void *ctx, const struct esmtp_conn *c)
{
	struct conns *it = ctx;
	struct seq_file *m = it->m;

	if (!it->room)
		return false;
	it->room--;
	seq_puts(m, "tcp");
	print_conn_addr(m, c->real.family, &c->real.src, c->real.sport);
	print_conn_addr(m, c->real.family, &c->real.dst, c->real.dport);
	seq_printf(m, " %s %s %llu %llu %llu %s\n", c->state, c->map ?: "-",
		   c->packets, c->bytes[ESMTP_C2S], c->bytes[ESMTP_S2C],
		   c->reason ?: "-");
	return true;
}

static int conns_show(struct seq_file *m, void *v)
{
	struct conns *it = m->private;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "proto client cport server sport state map packets c2s-bytes s2c-bytes reason\n");
		return 0;
	}
	it->m = m;
	it->room = CONNS_PER_RECORD;
	it->next = it->at;
	it->more = esmtp_view_conns(seq_file_net(m), &it->next, print_conn, it);
	return 0;
}

static void *conns_start(struct seq_file *m, loff_t *pos)
{
	struct conns *it = m->private;

	if (*pos)
		return it->done ? NULL : it;
	memset(&it->at, 0, sizeof(it->at));
	it->done = !rcu_access_pointer(esmtp_net(seq_file_net(m))->policy);
	return it->done ? NULL : SEQ_START_TOKEN;
}

static void *conns_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct conns *it = m->private;

	++*pos;
	if (v == SEQ_START_TOKEN)
		return it;
	it->at = it->next;
	it->done = !it->more;
	return it->done ? NULL : it;
}

static void conns_stop(struct seq_file *m, void *v)
{
}

static const struct seq_operations conns_ops = {
	.start = conns_start,
	.next = conns_next,
	.stop = conns_stop,
	.show = conns_show,
};

/*
 * The file shows addresses, or the policy, for which netlink wants CAP_NET_ADMIN: readable by
 * root of the namespace's user namespace.
 */
static void set_entry_owner(struct net *net, struct proc_dir_entry *entry)
{
	kuid_t uid = make_kuid(net->user_ns, 0);
	kgid_t gid = make_kgid(net->user_ns, 0);

	if (uid_valid(uid) && gid_valid(gid))
		proc_set_user(entry, uid, gid);
}

/**
 * esmtp_proc_init() - create the files of a namespace
 * @net: the namespace
 *
 * Context: process context; initialisation of the namespace.
 * Return: 0 or -ENOMEM.
 */
int esmtp_proc_init(struct net *net)
{
	struct proc_dir_entry *dir, *conns, *service;

	dir = proc_net_mkdir(net, "esmtp", net->proc_net);
	if (!dir)
		return -ENOMEM;
	conns = proc_create_net("conns", 0440, dir, &conns_ops,
				sizeof(struct conns));
	service = proc_create_net_single("service-policy", 0440, dir, service_show, NULL);
	if (conns && service &&
	    proc_create_net_single("stats", 0444, dir, stats_show, NULL)) {
		set_entry_owner(net, conns);
		set_entry_owner(net, service);
		return 0;
	}
	esmtp_proc_exit(net);
	return -ENOMEM;
}

/**
 * esmtp_proc_exit() - remove the files of a namespace
 * @net: the namespace
 *
 * Context: process context; waits for readers.
 */
void esmtp_proc_exit(struct net *net)
{
	remove_proc_subtree("esmtp", net->proc_net);
}
