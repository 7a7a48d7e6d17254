// SPDX-License-Identifier: GPL-2.0
/*
 * Packets as the kernel hands them to the daemon: messages of a queue, in which the packet
 * is anything. A step is a header of the fuzzer's and bytes: they are a whole packet, or the
 * options and payload of a segment of a conversation, whose numbers go on, so that there is
 * one; or the conversation's time passes.
 */
#include <stdint.h>

#include "daemon.h"
/* Two files in one. */
#define ATTRS QUEUE_ATTRS
#include "daemon/queue.c"

enum { STEPS = 48 };

/* How a step begins. */
struct step {
	uint8_t kind;			/* 1: raw, 2: IPv6, 4: of the server, 8: GSO, 16: cut */
	uint8_t flags;			/* of TCP */
	uint8_t doff;			/* 1: the bytes begin with that many words of options */
	int8_t seq, ack;		/* beside what comes next */
	uint8_t mark;
	uint16_t len;
};

static uint32_t next[2];
static struct queue q;

void wake(void)
{
}

static size_t put_ip(uint8_t *to, const struct step *s, bool server, size_t payload)
{
	if (s->kind & 2) {
		memset(to, 0, 40);
		to[0] = 0x60;
		to[4] = (uint8_t)(payload >> 8);
		to[5] = (uint8_t)payload;
		to[6] = IPPROTO_TCP;
		to[7] = 64;
		to[23] = server ? 2 : 1;
		to[39] = server ? 1 : 2;
		return 40;
	}
	memset(to, 0, 20);
	to[0] = 0x45;
	to[2] = (uint8_t)((payload + 20) >> 8);
	to[3] = (uint8_t)(payload + 20);
	to[8] = 64;
	to[9] = IPPROTO_TCP;
	to[12] = 10;
	to[15] = server ? 2 : 1;
	to[16] = 10;
	to[19] = server ? 1 : 2;
	return 20;
}

static void put_be(uint8_t *to, uint32_t value)
{
	value = htonl(value);
	memcpy(to, &value, sizeof(value));
}

static size_t put_segment(uint8_t *to, const struct step *s, const uint8_t *bytes, size_t n)
{
	bool server = s->kind & 4;
	size_t options = s->doff % 11 * 4u, at;

	options = options <= n ? options : 0;
	at = put_ip(to, s, server, 20 + n);
	memset(to + at, 0, 20);
	to[at + (server ? 1 : 3)] = 25;
	to[at + (server ? 2 : 0)] = 0x30;
	put_be(to + at + 4, next[server] + (uint32_t)s->seq);
	put_be(to + at + 8, next[!server] + (uint32_t)s->ack);
	to[at + 12] = (uint8_t)((5 + options / 4) << 4);
	to[at + 13] = s->flags;
	memcpy(to + at + 20, bytes, n);
	if (!s->seq)
		next[server] += (uint32_t)(n - options) + !!(s->flags & 3);
	return at + 20 + n;
}

static void hand_over(const struct step *s, const uint8_t *packet, size_t n)
{
	static _Alignas(8) char buf[MESSAGE];
	struct nlmsghdr *nlh = nfq_nlmsg_put(buf, NFQNL_MSG_PACKET, 0);
	struct nfqnl_msg_packet_hdr hdr = {
		.packet_id = htonl(1),
		.hw_protocol = htons(s->kind & 2 ? 0x86dd : 0x0800),
		.hook = s->mark >> 6,
	};
	uint32_t info = s->kind & 8 ? NFQA_SKB_GSO : 0;

	mnl_attr_put(nlh, NFQA_PACKET_HDR, sizeof(hdr), &hdr);
	mnl_attr_put_u32(nlh, NFQA_IFINDEX_INDEV, htonl(2));
	mnl_attr_put_u32(nlh, NFQA_IFINDEX_OUTDEV, htonl(3));
	mnl_attr_put_u32(nlh, NFQA_SKB_INFO, htonl(info));
	if (s->mark & 1)
		mnl_attr_put_u32(nlh, NFQA_MARK, htonl(MARK_UNPLACED));
	if (s->kind & 16)
		mnl_attr_put_u32(nlh, NFQA_CAP_LEN, htonl((uint32_t)n + 100));
	mnl_attr_put(nlh, NFQA_PAYLOAD, n, packet);
	plane_read_lock();
	handle_packet(nlh, &q);
	plane_unlock();
	q.v.len = 0;
	q.v.pass = false;
}

static void up(void)
{
	daemon_up();
	q.spare = malloc(PACKET_ROOM);
	if (!q.spare || verdicts_init(&q.v, NULL, 0))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t packet[4096];
	struct step s;
	int i;

	if (!q.spare)
		up();
	next[0] = 1000;
	next[1] = 500000;
	for (i = 0; i < STEPS && size > sizeof(s); i++) {
		size_t n;

		memcpy(&s, data, sizeof(s));
		data += sizeof(s);
		size -= sizeof(s);
		n = s.len % 2048u;
		n = n < size ? n : size;
		if (s.kind & 1)
			hand_over(&s, memcpy(packet, data, n), n);
		else
			hand_over(&s, packet, put_segment(packet, &s, data, n));
		data += n;
		size -= n;
	}
	table_exit();
	return table_init(plane_options.max_flows);
}
