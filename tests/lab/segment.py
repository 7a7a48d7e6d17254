# SPDX-License-Identifier: GPL-2.0
"""TCP segments over IPv4 that no kernel's connection sends or takes."""

import socket
import struct
import time

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def checksum(data):
    """RFC 1071."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Wire:
    """Segments to and from a server, of an address of eth0's network that no kernel owns."""

    def __init__(self, address, server):
        self.me, self.server = socket.inet_aton(address), socket.inet_aton(server)
        self.out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        self.to = server
        self.cable = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
        self.cable.bind(("eth0", 0x0800))

    def send(self, ends, ports, flags, seq, ack, text=b"", hops=64):
        """One segment between two ends."""
        tcp = struct.pack("!HHIIBBHHH", *ports, seq & 0xffffffff, ack & 0xffffffff, 5 << 4,
                          flags, 8192, 0, 0) + text
        pseudo = ends[0] + ends[1] + struct.pack("!HH", 6, len(tcp))
        tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0x4000, hops, 6, 0)
        self.out.sendto(head + ends[0] + ends[1] + tcp, (self.to, 0))

    def receive(self, until):
        """Port, flags, seq, ack and text of the next segment to us, or None."""
        while time.monotonic() < until:
            self.cable.settimeout(max(until - time.monotonic(), 0.01))
            try:
                data = self.cable.recv(65536)
            except socket.timeout:
                return None
            size = struct.unpack("!H", data[2:4])[0]
            if data[9] != 6 or data[12:20] != self.server + self.me:
                continue
            tcp = data[(data[0] & 15) * 4:size]
            _, port, seq, ack, doff, flags = struct.unpack("!HHIIBB", tcp[:14])
            return port, flags, seq, ack, tcp[(doff >> 4) * 4:]
        return None
