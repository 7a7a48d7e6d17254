// SPDX-License-Identifier: GPL-2.0
/*
 * The daemon's control socket: requests in pieces of any size, by root or another, who
 * reads the answers or doesn't. A piece is a byte for its length and what follows; where
 * the first byte of all is odd, lengths of messages are made right, so that what is in
 * them is met.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <net/genetlink.h>

#include "control/netlink.h"
#include "daemon.h"

enum { PIECES = 64, MESSAGE_MAX = 4096 };

void wake(void)
{
}

static void drain(int fd)
{
	char buf[4096];

	while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) > 0)
		;
}

/* Sends a piece, and has it read; false when the client was closed. */
static bool send_piece_of(struct sock *sk, int fd, const uint8_t *at, size_t n)
{
	size_t i, sent = 0;

	while (sent < n) {
		ssize_t m = send(fd, at + sent, n - sent, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (m <= 0)
			break;
		sent += (size_t)m;
		for (i = 0; i < 4; i++)
			if (genl_client_read(sk))
				return false;
	}
	return true;
}

static bool answer(struct sock *sk, int fd)
{
	int i;

	for (i = 0; i < 16 && genl_client_waits(sk); i++) {
		if (genl_client_write(sk))
			return false;
		drain(fd);
	}
	return true;
}

static void set_length(uint8_t *message, size_t n)
{
	struct nlmsghdr *nlh = (void *)message;

	if (n >= NLMSG_HDRLEN)
		nlh->nlmsg_len = (uint32_t)n;
}

static void play(struct sock *sk, int fd, const uint8_t *data, size_t size, bool whole)
{
	_Alignas(8) uint8_t buf[MESSAGE_MAX];
	int i;

	for (i = 0; i < PIECES && size > 1; i++) {
		size_t n = data[0] * (whole ? 16u : 1u);

		data++;
		size--;
		n = n < size ? n : size;
		n = n < sizeof(buf) ? n : sizeof(buf);
		memcpy(buf, data, n);
		if (whole)
			set_length(buf, n);
		if (!send_piece_of(sk, fd, buf, n) || !answer(sk, fd))
			return;
		data += n;
		size -= n;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool up;
	struct sock *sk;
	int pair[2];

	if (!up) {
		daemon_up();
		esmtp_netlink_init();
		up = true;
	}
	if (size < 2 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair))
		return 0;
	sk = genl_client_open(pair[0], data[0] & 2);
	play(sk, pair[1], data + 1, size - 1, data[0] & 1);
	genl_client_close(sk);
	close(pair[1]);
	return 0;
}
