// SPDX-License-Identifier: GPL-2.0
/*
 * Sends the segments of a small message, client's and server's, from the two ends of
 * tests/lab/net.sh: as they would be if both were honest and in no hurry. Nobody answers;
 * what becomes of them is the router's alone.
 *
 *	packets PORT CONVERSATIONS [astray]
 *
 * One conversation after the other, each from a port of its own. The first ones warm up;
 * the others are between the marks of marks.h. Astray, the frames are for another station
 * than the router: what is counted then is what sending costs. Prints how many there were
 * between the marks.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "marks.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(*(a)))
#define MESSAGE 1024			/* octets of the message */

enum { CLIENT, SERVER, SIDES };
enum { FIN = 0x01, SYN = 0x02, PSH = 0x08, ACK = 0x10 };
enum { WARM_UP = 4 };

static const struct {
	int from;
	int flags;
	const char *text;		/* "" for the message */
} turns[] = {
	{ CLIENT, SYN, NULL },
	{ SERVER, SYN | ACK, NULL },
	{ CLIENT, ACK, NULL },
	{ SERVER, PSH | ACK, "220 mail.example.net ESMTP Postfix (Debian/GNU)\r\n" },
	{ CLIENT, PSH | ACK, "EHLO client.example.com\r\n" },
	{ SERVER, PSH | ACK,
	  "250-mail.example.net\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-VRFY\r\n"
	  "250-ETRN\r\n250-STARTTLS\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n"
	  "250-DSN\r\n250-SMTPUTF8\r\n250 CHUNKING\r\n" },
	{ CLIENT, PSH | ACK, "MAIL FROM:<sender@example.com>\r\n" },
	{ SERVER, PSH | ACK, "250 2.1.0 Ok\r\n" },
	{ CLIENT, PSH | ACK, "RCPT TO:<receiver@example.net>\r\n" },
	{ SERVER, PSH | ACK, "250 2.1.5 Ok\r\n" },
	{ CLIENT, PSH | ACK, "DATA\r\n" },
	{ SERVER, PSH | ACK, "354 End data with <CR><LF>.<CR><LF>\r\n" },
	{ CLIENT, PSH | ACK, "" },
	{ SERVER, ACK, NULL },
	{ SERVER, PSH | ACK, "250 2.0.0 Ok: queued as 4F1C7B2E1A\r\n" },
	{ CLIENT, PSH | ACK, "QUIT\r\n" },
	{ SERVER, PSH | ACK, "221 2.0.0 Bye\r\n" },
	{ SERVER, FIN | ACK, NULL },
	{ CLIENT, FIN | ACK, NULL },
	{ SERVER, ACK, NULL },
};

struct frame {
	struct ethhdr eth;
	struct iphdr ip;
	struct tcphdr tcp;
	char text[MESSAGE + 64];
} __attribute__((packed));

struct side {
	const char *space, *router, *address;
	int socket;
	uint8_t mac[ETH_ALEN], next_hop[ETH_ALEN];
};

static struct side sides[] = {
	[CLIENT] = { .space = "/run/netns/client", .router = "outside", .address = "10.0.1.2" },
	[SERVER] = { .space = "/run/netns/server", .router = "inside", .address = "192.168.1.1" },
};

static struct frame frames[ARRAY_SIZE(turns)];
static size_t sizes[ARRAY_SIZE(turns)];

static void get_mac(uint8_t *mac, const char *device)
{
	struct ifreq request = { };
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", device);
	if (s < 0 || ioctl(s, SIOCGIFHWADDR, &request))
		err(1, "%s", device);
	memcpy(mac, request.ifr_hwaddr.sa_data, ETH_ALEN);
	close(s);
}

static void open_side(struct side *side)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	int space = open(side->space, O_RDONLY | O_CLOEXEC);

	if (space < 0 || setns(space, CLONE_NEWNET))
		err(1, "%s", side->space);
	get_mac(side->mac, "eth0");
	/* of no protocol: it receives nothing */
	side->socket = socket(AF_PACKET, SOCK_RAW, 0);
	to.sll_ifindex = if_nametoindex("eth0");
	if (side->socket < 0 || bind(side->socket, (struct sockaddr *)&to, sizeof(to)))
		err(1, "packet socket");
	close(space);
}

static uint32_t add_up(const void *p, size_t n, uint32_t sum)
{
	const uint8_t *b = p;
	size_t i;

	for (i = 0; i < n; i++)
		sum += i % 2 ? b[i] : b[i] << 8;
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

static size_t write_message(char *to)
{
	size_t n = (size_t)sprintf(to, "From: <sender@example.com>\r\nTo: <receiver@example.net>\r\n"
				       "Subject: a message\r\n\r\n");

	for (; n + 60 < MESSAGE; n += 60)
		memcpy(to + n, "Lines of text that say nothing, to be as long as some are.\r\n", 60);
	memcpy(to + n, ".\r\n", 3);
	return n + 3;
}

static void build(size_t i, uint32_t seq, uint32_t ack, size_t len, uint16_t port)
{
	const struct side *from = &sides[turns[i].from], *to = &sides[!turns[i].from];
	struct frame *f = &frames[i];

	memcpy(f->eth.h_source, from->mac, ETH_ALEN);
	memcpy(f->eth.h_dest, from->next_hop, ETH_ALEN);
	f->eth.h_proto = htons(ETH_P_IP);
	f->ip = (struct iphdr){
		.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP,
		.frag_off = htons(IP_DF),
		.tot_len = htons((uint16_t)(sizeof(f->ip) + sizeof(f->tcp) + len)),
		.saddr = inet_addr(from->address), .daddr = inet_addr(to->address),
	};
	f->ip.check = fold(add_up(&f->ip, sizeof(f->ip), 0));
	f->tcp = (struct tcphdr){ .th_off = 5, .th_win = htons(64000) };
	f->tcp.th_flags = (uint8_t)turns[i].flags;
	f->tcp.th_seq = htonl(seq);
	f->tcp.th_ack = htonl(turns[i].flags & ACK ? ack : 0);
	f->tcp.th_sport = htons(turns[i].from == SERVER ? port : 0);
	f->tcp.th_dport = htons(turns[i].from == CLIENT ? port : 0);
	sizes[i] = sizeof(f->eth) + sizeof(f->ip) + sizeof(f->tcp) + len;
}

/* All but the client's port, and the checksum that it is in. */
static void build_all(uint16_t port)
{
	uint32_t next[SIDES] = { 1000000, 2000000 };
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(turns); i++) {
		const char *text = turns[i].text;
		int from = turns[i].from;

		len = !text ? 0 : *text ? strlen(text) : write_message(frames[i].text);
		if (len && *text)
			memcpy(frames[i].text, text, len);
		build(i, next[from], next[!from], len, port);
		next[from] += (uint32_t)len + !!(turns[i].flags & (SYN | FIN));
	}
}

static void set_client_port(size_t i, uint16_t port)
{
	struct frame *f = &frames[i];
	size_t len = sizes[i] - sizeof(f->eth) - sizeof(f->ip);
	uint32_t sum = IPPROTO_TCP + (uint32_t)len;

	if (turns[i].from == CLIENT)
		f->tcp.th_sport = htons(port);
	else
		f->tcp.th_dport = htons(port);
	f->tcp.th_sum = 0;
	sum = add_up(&f->ip.saddr, 8, sum);
	f->tcp.th_sum = fold(add_up(&f->tcp, len, sum));
}

static void converse(uint16_t port)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(turns); i++) {
		set_client_port(i, port);
		if (send(sides[turns[i].from].socket, &frames[i], sizes[i], 0) !=
		    (ssize_t)sizes[i])
			err(1, "send");
	}
}

#define EXECUTE(...) EXECUTE_(__VA_ARGS__)
#define EXECUTE_(a, b, c, d, e, f, g) \
	__asm__ volatile(".byte " #a "," #b "," #c "," #d "," #e "," #f "," #g ::: "memory")

int main(int argc, char **argv)
{
	int i, n = argc > 2 ? atoi(argv[2]) : 0;
	bool astray = argc > 3;

	if (n <= 0 || n > 20000)
		errx(2, "usage: packets PORT CONVERSATIONS [astray]");
	for (i = 0; i < SIDES; i++) {
		get_mac(sides[i].next_hop, sides[i].router);
		sides[i].next_hop[5] ^= astray;
	}
	for (i = 0; i < SIDES; i++)
		open_side(&sides[i]);
	build_all((uint16_t)atoi(argv[1]));
	for (i = 0; i < WARM_UP; i++)
		converse((uint16_t)(10000 + i));
	EXECUTE(MARK_BEGIN);
	for (; i < n + WARM_UP; i++)
		converse((uint16_t)(10000 + i));
	EXECUTE(MARK_END);
	printf("%zu\n", (size_t)n * ARRAY_SIZE(turns));
	return 0;
}
