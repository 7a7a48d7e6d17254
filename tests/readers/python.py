#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# The names of files in messages, as Python's email has them; see run.
"""Messages from standard input, as judge reads them; a line of JSON for each."""

import email
import email.header
import email.policy
import json
import sys
import warnings


def decoded(text):
    try:
        return str(email.header.make_header(email.header.decode_header(text)))
    except Exception:           # what it cannot read is as sent
        return text


def collapse(value):
    if isinstance(value, tuple):
        return email.utils.collapse_rfc2231_value(value)
    return value


def old_names(part):
    for header, param in (("content-disposition", "filename"), ("content-type", "name"),
                          ("content-type", "filename"), ("content-disposition", "name")):
        value = part.get_param(param, None, header)
        if value is not None:
            yield collapse(value)
    name = part.get_filename()
    if name is not None:
        yield name


def names(data):
    found = set()
    for policy in (email.policy.compat32, email.policy.SMTP):
        try:
            message = email.message_from_bytes(data, policy=policy)
            parts = list(message.walk())
        except Exception:
            continue
        for part in parts:
            try:
                found.update(old_names(part))
            except Exception:
                pass
    return found | {decoded(name) for name in found}


def main():
    warnings.simplefilter("ignore")
    while line := sys.stdin.buffer.readline():
        data = sys.stdin.buffer.read(int(line))
        print(json.dumps(sorted(str(name) for name in names(data))), flush=True)


main()
