// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: validates requests, runs them, and acknowledges them with
 * the attributes of extended acknowledgements (NLMSGERR_ATTR_*).
 *
 * There is one family and one group. A client joins the group by sending the group's
 * own command. All of it belongs to one thread.
 */
#include <stdlib.h>

#include <linux/nf_esmtp.h>

#include "genl_sock.h"

enum { DUMP_SIZE = 1 << 16 };

struct net init_net;

static struct genl_family *registered;

/**
 * genl_register_family() - take requests for a family
 * @family: the one there is
 *
 * Return: 0.
 */
int genl_register_family(struct genl_family *family)
{
	registered = family;
	return 0;
}

/**
 * genl_unregister_family() - take no more requests
 * @family: the one there is
 */
void genl_unregister_family(struct genl_family *family)
{
	(void)family;
	registered = NULL;
}

static const struct genl_ops *find_genl_op(u8 cmd)
{
	u32 i;

	for (i = 0; registered && i < registered->n_ops; i++)
		if (registered->ops[i].cmd == cmd)
			return &registered->ops[i];
	return NULL;
}

/* The end of an answer: NLMSG_ERROR for a request, NLMSG_DONE for a dump. */
static bool send_end_message(struct sock *sk, const struct nlmsghdr *req, u16 type, int err,
			     const struct netlink_ext_ack *extack)
{
	struct nlmsgerr e = { .error = err, .msg = *req };
	u32 len = type == NLMSG_ERROR ? sizeof(e) : sizeof(err);
	struct sk_buff *skb = genlmsg_new(512, GFP_KERNEL);
	struct nlmsghdr *nlh;
	bool sent;

	if (!skb)
		return false;
	nlh = genl_put_header(skb, type, req->nlmsg_seq,
			 type == NLMSG_ERROR ? NLM_F_CAPPED : NLM_F_MULTI, len);
	memcpy(NLMSG_DATA(nlh), &e, len);
	if (extack->_msg && !nla_put_string(skb, NLMSGERR_ATTR_MSG, extack->_msg))
		nlh->nlmsg_flags |= NLM_F_ACK_TLVS;
	if (extack->bad_attr && (char *)extack->bad_attr > (char *)req &&
	    (char *)extack->bad_attr < (char *)req + req->nlmsg_len &&
	    !nla_put_u32(skb, NLMSGERR_ATTR_OFFS,
			 (u32)((char *)extack->bad_attr - (char *)req)))
		nlh->nlmsg_flags |= NLM_F_ACK_TLVS;
	genlmsg_end(skb, nlh);
	sent = genl_send(sk, skb);
	nlmsg_free(skb);
	return sent;
}

static int parse_request(const struct genl_ops *op, struct nlmsghdr *nlh, struct nlattr **tb,
			 struct netlink_ext_ack *extack)
{
	return nla_parse(tb, (int)op->maxattr, (char *)NLMSG_DATA(nlh) + GENL_HDRLEN,
			 (int)nlh->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN,
			 op->policy, extack);
}

static int begin_dump(struct sock *sk, const struct genl_ops *op,
		      const struct nlmsghdr *nlh, struct netlink_ext_ack *extack)
{
	u8 *copy;
	int err;

	if (sk->dump)
		return -EBUSY;
	copy = malloc(nlh->nlmsg_len);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, nlh, nlh->nlmsg_len);
	memset(&sk->cb, 0, sizeof(sk->cb));
	sk->request.sk = sk;
	sk->request.data = copy;
	sk->request.len = nlh->nlmsg_len;
	sk->cb.skb = &sk->request;
	sk->cb.nlh = (struct nlmsghdr *)copy;
	sk->cb.extack = extack;
	err = op->start ? op->start(&sk->cb) : 0;
	sk->cb.extack = NULL;
	if (err) {
		free(copy);
		return err;
	}
	sk->dump = op;
	return 0;
}

/**
 * genl_dump_end() - end a dump, complete or not
 * @sk: a client, with or without a dump
 */
void genl_dump_end(struct sock *sk)
{
	if (!sk->dump)
		return;
	if (sk->dump->done)
		sk->dump->done(&sk->cb);
	free(sk->request.data);
	sk->dump = NULL;
}

/* Returns the error for the acknowledgement; sets @dumps if a dump has begun. */
static int run_request(struct sock *sk, struct nlmsghdr *nlh, struct netlink_ext_ack *extack,
		       bool *dumps)
{
	const struct genlmsghdr *genl = NLMSG_DATA(nlh);
	struct nlattr *tb[ESMTP_A_MAX + 1];
	struct genl_info info = {
		.nlhdr = nlh,
		.attrs = tb,
		.extack = extack,
		.sk = sk,
	};
	const struct genl_ops *op;
	int err;

	if (nlh->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN)
		return -EINVAL;
	if (genl->cmd == ESMTP_CMD_EVENT)
		return nlh->nlmsg_len > NLMSG_HDRLEN + GENL_HDRLEN ? -EINVAL :
		       genl_join(sk, extack);
	op = find_genl_op(genl->cmd);
	if (!op)
		return -EOPNOTSUPP;
	if (op->flags & GENL_UNS_ADMIN_PERM && !sk->admin)
		return -EPERM;
	err = parse_request(op, nlh, tb, extack);
	if (err)
		return err;
	if (op->doit)
		return op->doit(NULL, &info);
	*dumps = true;
	return begin_dump(sk, op, nlh, extack);
}

/**
 * genl_request() - run a request and acknowledge it
 * @sk: its client
 * @nlh: the request, whole
 *
 * Return: false without memory.
 */
bool genl_request(struct sock *sk, struct nlmsghdr *nlh)
{
	struct netlink_ext_ack extack = { 0 };
	bool dumps = false;
	int err;

	err = run_request(sk, nlh, &extack, &dumps);
	if (err || !dumps)
		return send_end_message(sk, nlh, NLMSG_ERROR, err, &extack);
	return true;
}

/**
 * genl_dump_more() - queue more of a dump, once the client has read what came before
 * @sk: its client
 *
 * Return: false without memory.
 */
bool genl_dump_more(struct sock *sk)
{
	struct sk_buff *skb = genlmsg_new(DUMP_SIZE, GFP_KERNEL);
	struct netlink_ext_ack extack = { 0 };
	bool fine = false;
	int n;

	if (!skb)
		return false;
	skb->sk = sk;
	n = sk->dump->dumpit(skb, &sk->cb);
	if (n > 0) {
		fine = genl_send(sk, skb);
	} else {
		fine = send_end_message(sk, sk->cb.nlh, NLMSG_DONE, n, &extack);
		genl_dump_end(sk);
	}
	nlmsg_free(skb);
	return fine;
}
