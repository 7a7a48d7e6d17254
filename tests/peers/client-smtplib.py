#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# usage: client-smtplib.py ADDRESS FILE...
#
# Each file is one message with LF line ends; smtplib leaves the ends of bytes
# alone, and doubles the dots. Ten messages a connection.

import smtplib
import sys


def main():
    address, files = sys.argv[1], sys.argv[2:]
    for start in range(0, len(files), 10):
        with smtplib.SMTP(address, 25, "client.example.com", 300) as smtp:
            for name in files[start:start + 10]:
                with open(name, "rb") as file:
                    message = file.read().replace(b"\n", b"\r\n")
                smtp.sendmail("sender@example.com", ["receiver@example.net"],
                              message, mail_options=["BODY=8BITMIME"])


main()
