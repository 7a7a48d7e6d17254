#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Listens beside a server, in its namespace, to what it says on port 25: STARTTLS that
was executed is answered with 220, which nothing else is but a connection itself.

usage: overhear.py	prints "ready", then a line for each such answer, until it is killed
"""
import socket
import struct

PORT = 25
SO_RCVBUFFORCE = 33
ETH_P_ALL = 3			# of what leaves nothing else hears
ETH_P_IP = 0x0800
sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 25)
greeted = {}
print("ready", flush=True)
while True:
    packet, where = sock.recvfrom(65536)
    if (where[1] != ETH_P_IP or where[2] != socket.PACKET_OUTGOING or
            packet[9] != socket.IPPROTO_TCP):
        continue
    tcp = packet[(packet[0] & 15) * 4:struct.unpack("!H", packet[2:4])[0]]
    port, peer, seq = struct.unpack("!HHI", tcp[:8])
    data = tcp[(tcp[12] >> 4) * 4:]
    if port != PORT:
        continue
    if tcp[13] & 2:
        greeted[peer] = seq + 1 & 0xffffffff
        continue
    # The greeting is the first thing said, once or sent again.
    if not data or greeted.get(peer) == seq:
        continue
    if any(line.startswith(b"220") for line in data.split(b"\n")):
        print(peer, data[:200], flush=True)
