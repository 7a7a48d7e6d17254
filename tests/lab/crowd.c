// SPDX-License-Identifier: GPL-2.0
/*
 * Very many connections through the router, which no host keeps: both ends are
 * written here, packet by packet, and what comes out of the router is not read.
 *
 * crowd open N CLIENT-NS MAC SERVER-NS MAC	N conversations up to the answer to EHLO
 * crowd flood N CLIENT-NS MAC SERVER-NS MAC	N SYNs, each of another host
 *
 * The MACs are the router's, on that side. Clients are 10.64.0.0/10, the server is
 * 10.3.0.1. Prints how long the first and the last thousand took, in microseconds
 * each.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CLIENT, SERVER };

enum {
	CLIENTS = 0x0a400000,		/* 10.64.0.0 */
	SERVER_ADDRESS = 0x0a030001,	/* 10.3.0.1 */
	PER_HOST = 16,			/* connections of one client */
	FIRST_PORT = 20000,
	SOME = 1000,
};

struct side {
	int fd;
	struct sockaddr_ll to;
};

static struct side side[2];

struct packet {
	struct iphdr ip;
	struct tcphdr tcp;
	char text[64];
} __attribute__((packed));

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void enter(struct side *s, const char *netns, const char *mac)
{
	struct sockaddr_ll *to = &s->to;
	char path[128];
	unsigned char *m = to->sll_addr;
	int ns;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	ns = open(path, O_RDONLY);
	if (ns < 0 || setns(ns, CLONE_NEWNET))
		die(path);
	close(ns);
	s->fd = socket(AF_PACKET, SOCK_DGRAM, 0);
	to->sll_family = AF_PACKET;
	to->sll_protocol = htons(ETH_P_IP);
	to->sll_ifindex = (int)if_nametoindex("eth0");
	to->sll_halen = 6;
	if (s->fd < 0 || !to->sll_ifindex ||
	    sscanf(mac, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx", m, m + 1, m + 2, m + 3,
		   m + 4, m + 5) != 6)
		die(mac);
}

static uint32_t add(uint32_t sum, const void *data, size_t len)
{
	const uint8_t *p = data;

	for (; len > 1; len -= 2, p += 2)
		sum += (uint32_t)(p[0] << 8 | p[1]);
	return len ? sum + (uint32_t)(p[0] << 8) : sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

/* One segment of connection @i; @seq and @ack count from the SYNs. */
static void say(int from, long i, int flags, uint32_t seq, uint32_t ack, const char *text)
{
	struct side *s = &side[from];
	size_t len = strlen(text), tlen = sizeof(struct tcphdr) + len;
	uint32_t client = htonl((uint32_t)(CLIENTS + i / PER_HOST));
	uint32_t server = htonl(SERVER_ADDRESS);
	uint16_t port = htons((uint16_t)(FIRST_PORT + i % PER_HOST));
	struct packet p = { .ip = { .version = 4, .ihl = 5, .ttl = 64,
				    .protocol = IPPROTO_TCP } };

	p.ip.tot_len = htons((uint16_t)(sizeof(struct iphdr) + tlen));
	p.ip.saddr = from == CLIENT ? client : server;
	p.ip.daddr = from == CLIENT ? server : client;
	p.ip.check = fold(add(0, &p.ip, sizeof(p.ip)));
	p.tcp.source = from == CLIENT ? port : htons(25);
	p.tcp.dest = from == CLIENT ? htons(25) : port;
	p.tcp.seq = htonl(seq + (from == CLIENT ? 1000 : 500000));
	p.tcp.ack_seq = flags & TH_ACK ? htonl(ack + (from == CLIENT ? 500000 : 1000)) : 0;
	p.tcp.doff = 5;
	((uint8_t *)&p.tcp)[13] = (uint8_t)flags;
	p.tcp.window = htons(65535);
	memcpy(p.text, text, len);
	p.tcp.check = fold(add(add(IPPROTO_TCP + (uint32_t)tlen, &p.ip.saddr, 8), &p.tcp,
			       tlen));
	if (sendto(s->fd, &p, sizeof(struct iphdr) + tlen, 0, (void *)&s->to,
		   sizeof(s->to)) < 0)
		die("sendto");
}

static void converse(long i)
{
	static const char hello[] = "220 mx\r\n", ehlo[] = "EHLO a\r\n", ok[] = "250 mx\r\n";
	const uint32_t h = sizeof(hello) - 1, e = sizeof(ehlo) - 1, o = sizeof(ok) - 1;

	say(CLIENT, i, TH_SYN, 0, 0, "");
	say(SERVER, i, TH_SYN | TH_ACK, 0, 1, "");
	say(CLIENT, i, TH_ACK, 1, 1, "");
	say(SERVER, i, TH_ACK | TH_PUSH, 1, 1, hello);
	say(CLIENT, i, TH_ACK | TH_PUSH, 1, 1 + h, ehlo);
	say(SERVER, i, TH_ACK | TH_PUSH, 1 + h, 1 + e, ok);
	say(CLIENT, i, TH_ACK, 1 + e, 1 + h + o, "");
}

static long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void run(long n, bool whole)
{
	long begin = now(), first = 0, last = 0, i;

	for (i = 0; i < n; i++) {
		if (i == SOME)
			first = now() - begin;
		if (i == n - SOME)
			last = now();
		if (whole)
			converse(i);
		else
			say(CLIENT, i * PER_HOST, TH_SYN, 0, 0, "");
	}
	printf("%ld %ld\n", first / SOME, (now() - last) / SOME);
}

int main(int argc, char **argv)
{
	cpu_set_t set;

	if (argc != 7 || atol(argv[2]) < 2 * SOME) {
		fprintf(stderr, "usage: crowd open|flood N CLIENT-NS MAC SERVER-NS MAC\n");
		return 2;
	}
	/* one after the other: what is sent is through when send() returns */
	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
	enter(&side[CLIENT], argv[3], argv[4]);
	enter(&side[SERVER], argv[5], argv[6]);
	run(atol(argv[2]), !strcmp(argv[1], "open"));
	return 0;
}
