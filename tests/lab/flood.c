// SPDX-License-Identifier: GPL-2.0
/*
 * flood ADDRESS COUNT [FIRST]: SYNs to port 25 of an IPv4 address, each from a source
 * of its own in 198.18.0.0/15 (RFC 2544's range for tests), which nobody answers for.
 */
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
	PORT = 25,
	SOURCES = 0xc6120000,		/* 198.18.0.0 */
	SOURCES_MASK = 0x1ffff,
};

struct syn {
	struct iphdr ip;
	struct tcphdr tcp;
};

/* The Internet checksum (RFC 1071) of the TCP header and its pseudo-header. */
static uint16_t checksum(const struct syn *syn)
{
	uint8_t bytes[12 + sizeof(syn->tcp)] = { 0 };
	uint32_t sum = 0;
	size_t i;

	memcpy(bytes, &syn->ip.saddr, 4);
	memcpy(bytes + 4, &syn->ip.daddr, 4);
	bytes[9] = IPPROTO_TCP;
	bytes[11] = sizeof(syn->tcp);
	memcpy(bytes + 12, &syn->tcp, sizeof(syn->tcp));
	for (i = 0; i < sizeof(bytes); i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~(sum + (sum >> 16));
}

static void make(struct syn *syn, uint32_t i)
{
	syn->ip.saddr = htonl(SOURCES | (i & SOURCES_MASK));
	syn->tcp.source = htons((uint16_t)(1024 + i % 60000));
	syn->tcp.seq = htonl(i * 2654435761u);
	syn->tcp.check = 0;
	syn->tcp.check = htons(checksum(syn));
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct syn syn = {
		.ip = { .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP },
		.tcp = { .doff = 5, .syn = 1 },
	};
	uint32_t i, n, first, sent = 0;
	int fd;

	if (argc < 3 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) {
		fprintf(stderr, "usage: flood ADDRESS COUNT [FIRST]\n");
		return 2;
	}
	n = (uint32_t)strtoul(argv[2], NULL, 10);
	first = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 0;
	fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	if (fd < 0) {
		perror("flood");
		return 1;
	}
	syn.ip.daddr = to.sin_addr.s_addr;
	syn.tcp.dest = htons(PORT);
	syn.tcp.window = htons(64240);
	for (i = 0; i < n; i++) {
		make(&syn, first + i);
		sent += sendto(fd, &syn, sizeof(syn), 0, (void *)&to, sizeof(to)) > 0;
	}
	printf("%u\n", sent);
	return 0;
}
