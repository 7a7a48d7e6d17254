#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""A server that takes all mail: a file a message.

usage: sink.py ADDRESS PORT MAILDIR
"""
import os
import pathlib
import socketserver
import sys


class Talk(socketserver.StreamRequestHandler):
    number = 0

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def message(self):
        lines = [b"Return-Path: " + self.sender]
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        Talk.number += 1
        name = f"sink.{os.getpid()}.{Talk.number}"
        path = pathlib.Path(sys.argv[3], "tmp", name)
        path.write_bytes(b"".join(lines))
        path.rename(pathlib.Path(sys.argv[3], "new", name))

    def handle(self):
        self.say("220 sink ESMTP")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"MAIL":
                self.sender = line[10:]
            if verb == b"EHLO":
                self.say("250-sink\r\n250-8BITMIME\r\n250 SIZE")
            elif verb == b"DATA":
                self.say("354 go")
                self.message()
                self.say("250 taken")
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


Server((sys.argv[1], int(sys.argv[2])), Talk).serve_forever()
