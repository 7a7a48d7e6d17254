#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A client that minds no window: it closes behind its own handshake.

usage: hasty.py ADDRESS SERVER

ADDRESS is one of eth0's network that no kernel owns. The SYN's answer is
acknowledged, and with it go QUIT and FIN, until the server has acknowledged both.
Prints what the server said. Fails when that takes a minute.
"""

import socket
import struct
import sys
import time

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
PORT = 40000
QUIT = b"QUIT\r\n"


def checksum(data):
    """RFC 1071."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Client:
    """One connection from an address that the kernel does not know."""

    def __init__(self, address, server):
        self.ends = socket.inet_aton(address), socket.inet_aton(server)
        self.out = socket.socket(socket.AF_INET, socket.SOCK_RAW,
                                 socket.IPPROTO_RAW)
        self.server = server
        self.cable = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                                   socket.htons(0x0800))
        self.cable.bind(("eth0", 0x0800))
        self.cable.settimeout(0.3)

    def send(self, flags, seq, ack=0, text=b""):
        """One segment."""
        tcp = struct.pack("!HHIIBBHHH", PORT, 25, seq & 0xffffffff, ack,
                          5 << 4, flags, 8192, 0, 0) + text
        pseudo = b"".join(self.ends) + struct.pack("!HH", 6, len(tcp))
        tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64,
                           6, 0) + b"".join(self.ends)
        self.out.sendto(head + tcp, (self.server, 0))

    def receive(self):
        """Flags, seq, ack and text of the next segment, or None."""
        end = time.monotonic() + 0.3
        while time.monotonic() < end:
            try:
                data = self.cable.recv(65536)
            except socket.timeout:
                return None
            size = struct.unpack("!H", data[2:4])[0]
            if data[9] != 6 or data[12:20] != self.ends[1] + self.ends[0]:
                continue
            tcp = data[(data[0] & 15) * 4:size]
            seq, ack, doff, flags = struct.unpack("!IIBB", tcp[4:14])
            return flags, seq, ack, tcp[(doff >> 4) * 4:]
        return None


def talk(client):
    """What went wrong, or None."""
    end = time.monotonic() + 60
    isn, said, got = 1000, b"", None
    while not got or not got[0] & SYN:
        client.send(SYN, isn)
        got = client.receive()
        if time.monotonic() > end:
            return "no answer"
    after, ack = isn + 1 + len(QUIT) + 1, got[1] + 1
    client.send(ACK, isn + 1, ack)
    acked = isn + 1
    while acked != after or not said.startswith(b"220"):
        client.send(PSH | ACK, isn + 1, ack, QUIT)
        client.send(FIN | ACK, after - 1, ack)
        while got := client.receive():
            if got[0] & RST:
                return "reset"
            if got[1] == ack:
                said += got[3]
                ack += len(got[3]) + (got[0] & FIN)
            acked = got[2]
        if time.monotonic() > end:
            return "QUIT and FIN were not taken"
    client.send(RST | ACK, after, ack)
    print(said.decode(), end="")
    return None


wrong = talk(Client(*sys.argv[1:3]))
print(wrong or "taken")
sys.exit(bool(wrong))
