#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""aiosmtpd, for mta: a file a message.

usage: server-aiosmtpd.py MAILDIR CERTIFICATE KEY
"""
import asyncio
import os
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Box:
    number = 0

    async def handle_DATA(self, _server, _session, envelope):
        Box.number += 1
        name = f"aio.{os.getpid()}.{Box.number}"
        path = pathlib.Path(sys.argv[1], "tmp", name)
        path.write_bytes(b"Return-Path: <%s>\n" % envelope.mail_from.encode("utf-8", "replace") +
                         envelope.content)
        path.rename(pathlib.Path(sys.argv[1], "new", name))
        return "250 taken"


def check(_server, _session, _envelope, _mechanism, data):
    return AuthResult(success=data.password == b"secret")


async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(sys.argv[2], sys.argv[3])

    def talk():
        return SMTP(Box(), hostname="mail.example.net", tls_context=context,
                    authenticator=check, auth_require_tls=False, enable_SMTPUTF8=True)
    server = await asyncio.get_running_loop().create_server(talk, None, 25)
    await server.serve_forever()


asyncio.run(main())
